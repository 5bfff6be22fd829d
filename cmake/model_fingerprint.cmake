# The fingerprint of the model: of all sources that what a layer costs depends on, so that results of
# another model are told apart whatever their version is called. Made when the program is built: an
# edit compiles one small file anew beside what it changes.
#
# Included, it gives the function; run (cmake -DROOT=... -DFILES=... -DINTO=... -P), it writes the file.
if(CMAKE_SCRIPT_MODE_FILE)
  file(STRINGS ${FILES} files)
  set(hashes "")
  foreach(each IN LISTS files)
    file(SHA1 ${ROOT}/${each} hash)
    string(APPEND hashes "${each} ${hash}\n")
  endforeach()
  string(SHA1 fingerprint "${hashes}")
  string(SUBSTRING ${fingerprint} 0 16 fingerprint)
  file(WRITE ${INTO} "#include \"study/model_fingerprint.hpp\"\n\nnamespace tilewise {\n
std::string_view model_fingerprint() { return \"${fingerprint}\"; }\n\n}  // namespace tilewise\n")
  return()
endif()

# tilewise_model_fingerprint(RESULT FOLDERS...): the path of the file that defines model_fingerprint()
# by the sources in these folders.
function(tilewise_model_fingerprint result)
  set(sources "")
  foreach(folder IN LISTS ARGN)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
      ${PROJECT_SOURCE_DIR}/${folder}/*.cpp ${PROJECT_SOURCE_DIR}/${folder}/*.hpp)
    list(APPEND sources ${found})
  endforeach()
  list(SORT sources)
  set(made ${PROJECT_BINARY_DIR}/model_fingerprint)
  list(JOIN sources "\n" lines)
  file(CONFIGURE OUTPUT ${made}/sources.txt CONTENT "${lines}\n" @ONLY)
  list(TRANSFORM sources PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE paths)
  set(script ${PROJECT_SOURCE_DIR}/cmake/model_fingerprint.cmake)
  add_custom_command(OUTPUT ${made}/model_fingerprint.cpp
    COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DFILES=${made}/sources.txt
      -DINTO=${made}/model_fingerprint.cpp -P ${script}
    DEPENDS ${paths} ${made}/sources.txt ${script}
    COMMENT "Hashing the sources of the model" VERBATIM)
  set(${result} ${made}/model_fingerprint.cpp PARENT_SCOPE)
endfunction()
