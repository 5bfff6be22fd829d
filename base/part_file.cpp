#include "base/part_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <random>
#include <vector>

namespace tilewise {
namespace {

constexpr std::string_view kEnd = ".tilewise-part";
constexpr std::size_t kDigits = 16;
constexpr std::size_t kLongestName = 255;  // of a file, in bytes

/// ".NAME.", cut to leave room for the rest.
std::string beginning(std::string_view name) {
  return fmt::format(".{}.", name.substr(0, kLongestName - kEnd.size() - kDigits - 2));
}

/// Whether the file still has that name in the folder: who looks for stale ones may have been
/// faster than the lock.
bool is_there(const FileDescriptor& folder, const PartFile& part) {
  struct stat opened = {};
  struct stat named = {};
  return ::fstat(part.file.number(), &opened) == 0 &&
         ::fstatat(folder.number(), part.name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

void lock(const FileDescriptor& file) {
  while (::flock(file.number(), LOCK_EX) != 0 && errno == EINTR) continue;
}

std::vector<std::string> parts_in(const FileDescriptor& folder, std::string_view name) {
  std::vector<std::string> parts;
  const int again = ::openat(folder.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* listed = again < 0 ? nullptr : ::fdopendir(again);
  if (listed == nullptr) {
    if (again >= 0) ::close(again);
    return parts;
  }
  while (const dirent* entry = ::readdir(listed)) {
    if (is_part(entry->d_name, name)) parts.emplace_back(entry->d_name);
  }
  ::closedir(listed);
  return parts;
}

}  // namespace

std::string random_word() {
  std::random_device device;
  const std::uint64_t high = device();
  return fmt::format("{:08x}{:08x}", high & 0xffffffffU, device() & 0xffffffffU);
}

bool is_part(std::string_view file, std::string_view name) {
  if (!file.starts_with('.') || !file.ends_with(kEnd)) return false;
  file.remove_suffix(kEnd.size());
  if (file.size() <= kDigits) return false;
  const std::string_view digits = file.substr(file.size() - kDigits);
  if (digits.find_first_not_of("0123456789abcdef") != std::string_view::npos) return false;
  file.remove_suffix(kDigits);
  return name.empty() ? file.ends_with('.') : file == beginning(name);
}

PartFile make_part(const FileDescriptor& folder, std::string_view name) {
  for (;;) {
    PartFile part;
    part.name = fmt::format("{}{}{}", beginning(name), random_word(), kEnd);
    constexpr int kNew = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    part.file = FileDescriptor(::openat(folder.number(), part.name.c_str(), kNew, 0666));
    if (!part.file.is_open()) {
      if (errno == EEXIST || errno == EINTR) continue;
      return part;
    }
    lock(part.file);
    if (is_there(folder, part)) return part;
  }
}

void remove_stale_parts(const FileDescriptor& folder, std::string_view name) {
  for (const std::string& each : parts_in(folder, name)) {
    constexpr int kOld = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    PartFile part{FileDescriptor(::openat(folder.number(), each.c_str(), kOld)), each};
    struct stat is = {};
    if (!part.file.is_open() || ::fstat(part.file.number(), &is) != 0) continue;
    if (!S_ISREG(is.st_mode) || is.st_uid != ::geteuid()) continue;
    if (::flock(part.file.number(), LOCK_EX | LOCK_NB) != 0) continue;
    if (is_there(folder, part)) ::unlinkat(folder.number(), each.c_str(), 0);
  }
}

bool synchronised(const FileDescriptor& file) {
  while (::fsync(file.number()) != 0) {
    if (errno == EINTR) continue;
    return errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP || errno == EROFS;
  }
  return true;
}

}  // namespace tilewise
