#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace tilewise {

inline constexpr std::uintmax_t kMostFileBytes = std::uintmax_t{64} << 20U;

/// The whole file as text. Throws InputError where it is missing, a folder, unreadable or larger
/// than `most_bytes`.
std::string read_file(const std::filesystem::path& path,
                      std::uintmax_t most_bytes = kMostFileBytes);

/// Writes beside `path` and renames, so that a reader sees the old file or the whole new one.
/// Throws InputError where the folder cannot be written.
void write_file(const std::filesystem::path& path, std::string_view content);

/// A file of configs/: `name` itself if it is a path that exists, else `folder`/`name` with or
/// without .yaml among the shipped configs. Throws InputError that lists the names there are, the
/// nearest one last.
std::filesystem::path find_config(const std::string& folder, const std::string& name);

/// The folder of the shipped configs: $TILEWISE_CONFIGS, the installed ones, or the source's.
std::filesystem::path config_folder();

/// The folder of the shipped validation cases: $TILEWISE_VALIDATION, the installed ones, or the
/// source's.
std::filesystem::path validation_folder();

/// The folder of reference data that is not shipped: $TILEWISE_REFERENCE_DIR, or shared/reference
/// beside the source tree. It need not exist.
std::filesystem::path reference_folder();

/// The version of this program, "0.2.0".
std::string version();

}  // namespace tilewise
