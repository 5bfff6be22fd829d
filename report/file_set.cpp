#include "report/file_set.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/folder_lock.hpp"
#include "base/part_file.hpp"
#include "base/sha256.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

constexpr const char* kList = ".tilewise-files";
constexpr std::size_t kDigest = 64;  // digits
constexpr const char* kCure = "move it away, or name another folder";

void check(const std::error_code& error, const fs::path& path) {
  if (error) {
    throw InputError(fmt::format("{}: cannot be written: {}", path.string(), error.message()));
  }
}

/// Waits until a file, or what a folder holds, is on the disk.
void synchronise(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.is_open() && synchronised(file)) return;
  check(std::error_code(errno, std::generic_category()), path);
}

/// What this program puts there beside the files of a command.
bool is_hidden(const std::string& name) {
  return name == kList || name == kLockFile || is_part(name);
}

/// The names of all that is in `folder` and in folders right below, sorted.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (is_hidden(name)) continue;
    if (!entry.is_directory(error)) {
      names.push_back(name);
      continue;
    }
    if (fs::is_empty(entry.path(), error)) names.push_back(name);
    for (const auto& below : fs::directory_iterator(entry.path(), error)) {
      const std::string file = below.path().filename().string();
      if (!is_part(file)) names.push_back(name + "/" + file);
    }
  }
  check(error, folder);
  std::sort(names.begin(), names.end());
  return names;
}

/// A name that stays in its folder.
bool is_plain(const std::string& name) {
  const fs::path path(name);
  return !name.empty() && path.is_relative() && path == path.lexically_normal() &&
         *path.begin() != "..";
}

/// Nobody changed the file since a run wrote it.
bool is_as_written(const fs::path& folder, const std::string& name, const WrittenFiles& written) {
  const auto known = written.find(name);
  std::error_code error;
  return known != written.end() && fs::is_regular_file(fs::symlink_status(folder / name, error)) &&
         known->second.contains(file_sha256(folder / name));
}

void refuse_taken(const fs::path& folder, const std::string& name, const WrittenFiles& written,
                  std::string_view what) {
  throw InputError(fmt::format(
      "{}: holds {}, which {}, in the place of a file of {}; {}", folder.string(), name,
      written.contains(name) ? "was changed since it was written" : "no run of tilewise wrote",
      what, kCure));
}

bool may_stay(const OutputNames& names, const std::string& name) {
  return names.besides && names.besides(name);
}

void write_list(const fs::path& folder, const WrittenFiles& files) {
  std::string text =
      "# Files of tilewise: it replaces or removes these alone, and none that was "
      "changed.\n";
  for (const auto& [name, digests] : files) {
    for (const std::string& digest : digests) text += fmt::format("{}  {}\n", digest, name);
  }
  write_file(folder / kList, text);
}

}  // namespace

OutputNames output_names(std::span<const std::string_view> names, std::string_view what) {
  OutputNames made{what, names.back(), [names](const std::string& file) {
                     return std::find(names.begin(), names.end(), file) != names.end();
                   }};
  made.besides = [](const std::string& file) { return file.starts_with("results.sqlite"); };
  return made;
}

WrittenFiles written_files(const fs::path& folder) {
  WrittenFiles files;
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(folder / kList, error))) return files;
  const std::string text = read_file(folder / kList);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.size() < kDigest + 3 || line.starts_with('#')) continue;
    const std::string name = line.substr(kDigest + 2);
    if (is_plain(name)) files[name].insert(line.substr(0, kDigest));
  }
  return files;
}

void check_folder(const fs::path& folder, const OutputNames& names) {
  std::error_code error;
  if (!fs::exists(folder, error)) return;
  if (!fs::is_directory(folder, error)) {
    throw InputError(fmt::format("{}: not a folder; name another", folder.string()));
  }
  const WrittenFiles written = written_files(folder);
  for (const std::string& name : names_in(folder)) {
    if (names.written(name)) {
      if (!is_as_written(folder, name, written)) refuse_taken(folder, name, written, names.what);
    } else if (!may_stay(names, name)) {
      throw InputError(fmt::format("{}: holds {}, which is not of {}; name another folder",
                                   folder.string(), name.substr(0, name.find('/')), names.what));
    }
  }
}

FileSet::FileSet(fs::path folder, OutputNames names)
    : folder_(std::move(folder)), names_(std::move(names)) {}

FileSet::~FileSet() { remove_part(); }

void FileSet::remove_part() {
  std::error_code ignored;
  if (!part_.empty()) fs::remove_all(part_, ignored);
  part_.clear();
}

/// Makes the hidden folder; those of runs that were killed go, as the lock is ours.
void FileSet::begin() {
  std::error_code error;
  fs::create_directories(folder_, error);
  check(error, folder_);
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    std::error_code ignored;
    if (is_part(entry.path().filename().string())) fs::remove_all(entry.path(), ignored);
  }
  const fs::path part = folder_ / fmt::format(".files.{}.tilewise-part", random_word());
  if (!fs::create_directory(part, error) && !error)
    error = std::make_error_code(std::errc::file_exists);
  check(error, part);
  part_ = part;
}

fs::path FileSet::place_of(std::string_view name) {
  if (part_.empty()) begin();
  const fs::path place = part_ / name;
  std::error_code error;
  fs::create_directories(place.parent_path(), error);
  check(error, place.parent_path());
  return place;
}

/// In the order in which they appear.
std::vector<std::string> FileSet::made() const {
  std::vector<std::string> names = names_in(part_);
  const auto last = std::find(names.begin(), names.end(), names_.last);
  if (last != names.end()) std::rotate(last, last + 1, names.end());
  return names;
}

void FileSet::move(const std::string& name) {
  std::error_code error;
  fs::create_directories((folder_ / name).parent_path(), error);
  check(error, folder_ / name);
  fs::rename(part_ / name, folder_ / name, error);
  check(error, folder_ / name);
}

void FileSet::take_guards_away() {
  for (const std::string& name : names_in(part_)) {
    if (name.ends_with(".csv")) {
      write_file(part_ / name, csv_without_guards(read_file(part_ / name)));
    }
  }
}

void FileSet::publish(CsvGuard guard) {
  if (part_.empty()) begin();
  if (guard == CsvGuard::Off) take_guards_away();
  const WrittenFiles before = written_files(folder_);
  WrittenFiles now;
  WrittenFiles either = before;  // what a run that is killed from here on may have left
  const std::vector<std::string> names = made();
  std::set<fs::path> folders{folder_};
  std::error_code error;
  for (const std::string& name : names) {
    if (fs::exists(fs::symlink_status(folder_ / name, error)) &&
        !is_as_written(folder_, name, before)) {
      refuse_taken(folder_, name, before, names_.what);
    }
    synchronise(part_ / name);
    const std::string digest = file_sha256(part_ / name);
    now[name].insert(digest);
    either[name].insert(digest);
    folders.insert((folder_ / name).parent_path());
  }
  write_list(folder_, either);
  const std::string last(names_.last);
  if (is_as_written(folder_, last, before)) fs::remove(folder_ / last, error);
  for (const auto& [name, digests] : before) {
    const bool is_of_it = names_.written(name) || may_stay(names_, name);
    if (!is_of_it || now.contains(name) || !is_as_written(folder_, name, before)) continue;
    fs::remove(folder_ / name, error);
    const fs::path below = (folder_ / name).parent_path();
    if (below != folder_) fs::remove(below, error);  // where it is empty
  }
  for (const std::string& name : names) {
    if (name == last) {
      for (const fs::path& each : folders) synchronise(each);
    }
    move(name);
  }
  synchronise(folder_);
  write_list(folder_, now);
  remove_part();
}

void write_file_set(const fs::path& folder, const OutputNames& names,
                    const std::vector<NamedText>& files, CsvGuard guard) {
  FileSet set(folder, names);
  for (const NamedText& file : files) write_file(set.place_of(file.name), file.content);
  set.publish(guard);
}

}  // namespace tilewise
