#include "report/file_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;
using Names = std::span<const std::string_view>;

fs::path part_folder(const fs::path& folder) {
  return folder.parent_path() / fmt::format(".{}.part", folder.filename().string());
}

/// Absolute, without "." and without a slash at the end.
fs::path plain(const fs::path& folder) {
  const fs::path path = fs::absolute(folder).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

void check(const std::error_code& error, const fs::path& path) {
  if (error) {
    throw InputError(fmt::format("{}: cannot be written: {}", path.string(), error.message()));
  }
}

/// Removes what a run that was cut short left, and the folder if nothing else is in it.
void remove_part(const fs::path& part, Names names) {
  std::error_code ignored;
  for (const std::string_view file : names) fs::remove(part / file, ignored);
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(part, ignored)) {
    if (entry.path().extension() == ".part") left.push_back(entry.path());
  }
  for (const fs::path& file : left) fs::remove(file, ignored);
  fs::remove(part, ignored);
}

/// Moves the whole files from `part` to their place.
void move_files(const fs::path& part, const fs::path& folder, Names names) {
  std::error_code error;
  std::error_code ignored;
  if (!fs::exists(folder, ignored)) {
    fs::rename(part, folder, error);
    check(error, folder);
    return;
  }
  fs::remove(folder / names.back(), error);
  for (const std::string_view file : names) {
    if (fs::exists(part / file, ignored)) {
      fs::rename(part / file, folder / file, error);
    } else {
      fs::remove(folder / file, error);
    }
    check(error, folder / file);
  }
  fs::remove(part, error);
}

}  // namespace

void check_folder(const fs::path& folder, const IsOurs& is_ours, std::string_view what) {
  std::error_code error;
  if (!fs::exists(folder, error)) return;
  if (!fs::is_directory(folder, error)) {
    throw InputError(fmt::format("{}: not a folder; name another", folder.string()));
  }
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (is_ours(entry)) continue;
    throw InputError(fmt::format("{}: holds {}, which is not of {}; name another folder",
                                 folder.string(), entry.path().filename().string(), what));
  }
  check(error, folder);
}

void check_file_set_folder(const fs::path& folder, Names names, std::string_view what) {
  const auto is_ours = [&](const fs::directory_entry& entry) {
    const std::string file = entry.path().filename().string();
    return std::find(names.begin(), names.end(), file) != names.end();
  };
  check_folder(folder, is_ours, what);
}

FileSet::FileSet(const fs::path& folder, Names names) : folder_(plain(folder)), names_(names) {}

FileSet::~FileSet() {
  if (begun_) remove_part(part_folder(folder_), names_);
}

fs::path FileSet::place_of(std::string_view name) {
  const fs::path part = part_folder(folder_);
  if (!begun_) {
    remove_part(part, names_);
    std::error_code error;
    fs::create_directories(part, error);
    check(error, part);
    begun_ = true;
  }
  return part / name;
}

void FileSet::publish() {
  move_files(part_folder(folder_), folder_, names_);
  begun_ = false;
}

void write_file_set(const fs::path& folder, Names names, const std::vector<NamedText>& files) {
  FileSet set(folder, names);
  for (const NamedText& file : files) write_file(set.place_of(file.name), file.content);
  set.publish();
}

}  // namespace tilewise
