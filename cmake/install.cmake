# What `cmake --install` gives: the program, the libraries with their headers, the configs, the
# validation cases, and a CMake package, so that another project says find_package(tilewise) and
# links tilewise::tilewise.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/tilewise)

# The program has the name `tilewise`, so the umbrella takes that name only where it is exported.
add_library(tilewise_all INTERFACE)
target_link_libraries(tilewise_all INTERFACE tilewise_api)
set_target_properties(tilewise_all PROPERTIES EXPORT_NAME tilewise)
set_target_properties(tilewise_options PROPERTIES EXPORT_NAME options)

list(TRANSFORM TILEWISE_LIBRARIES PREPEND tilewise_ OUTPUT_VARIABLE library_targets)
install(TARGETS tilewise)
install(TARGETS tilewise_options tilewise_all ${library_targets} EXPORT tilewiseTargets)
install(EXPORT tilewiseTargets NAMESPACE tilewise:: DESTINATION ${package_folder})

# Includes read "base/units.hpp": the include root is include/tilewise.
install(DIRECTORY ${TILEWISE_LIBRARIES} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tilewise
  FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY configs DESTINATION ${CMAKE_INSTALL_DATADIR}/tilewise)
install(DIRECTORY validation/cases DESTINATION ${CMAKE_INSTALL_DATADIR}/tilewise/validation)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(cmake/tilewiseConfig.cmake.in tilewiseConfig.cmake
  INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(tilewiseConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tilewiseConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/tilewiseConfigVersion.cmake DESTINATION ${package_folder})
