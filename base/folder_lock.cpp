#include "base/folder_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "base/error.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail_to_lock(const fs::path& folder, const std::string& why) {
  throw InputError(fmt::format("{}: cannot be written: {}", folder.string(), why));
}

/// " (process 123)", as the holder wrote it.
std::string holder(const FileDescriptor& file) {
  std::array<char, 32> text = {};
  const ssize_t length = ::pread(file.number(), text.data(), text.size() - 1, 0);
  const std::string number(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  const std::string digits = number.substr(0, number.find_first_not_of("0123456789"));
  return digits.empty() ? "" : fmt::format(" (process {})", digits);
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder) : folder_(folder) {
  try {
    make_folder();
    take();
  } catch (...) {
    release();
    throw;
  }
}

FolderLock::~FolderLock() {
  if (is_there()) ::unlink((folder_ / kLockFile).c_str());
  release();
}

void FolderLock::make_folder() {
  std::error_code error;
  std::vector<fs::path> missing;
  if (fs::exists(folder_, error) && !fs::is_directory(folder_, error)) {
    throw InputError(fmt::format("{}: not a folder; name another", folder_.string()));
  }
  const fs::path plain = folder_.lexically_normal();
  for (fs::path each = plain.has_filename() ? plain : plain.parent_path();
       !each.empty() && !fs::exists(each, error); each = each.parent_path()) {
    missing.push_back(each);
  }
  for (auto each = missing.rbegin(); each != missing.rend(); ++each) {
    if (fs::create_directory(*each, error)) made_.push_back(*each);
    if (error) fail_to_lock(folder_, error.message());
  }
}

void FolderLock::take() {
  do {
    constexpr int kMade = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
    file_ = FileDescriptor(::open((folder_ / kLockFile).c_str(), kMade, 0666));
    if (!file_.is_open()) fail_to_lock(folder_, std::strerror(errno));
    if (::flock(file_.number(), LOCK_EX | LOCK_NB) == 0) continue;
    if (errno != EWOULDBLOCK) return;  // a file system without locks
    throw InputError(
        fmt::format("{}: another run{} writes there; wait until it ends, or name another folder",
                    folder_.string(), holder(file_)));
  } while (!is_there());
  const std::string number = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file_.number(), 0) != 0 ||
      ::pwrite(file_.number(), number.data(), number.size(), 0) < 0) {
    ::unlink((folder_ / kLockFile).c_str());
    fail_to_lock(folder_, std::strerror(errno));
  }
}

void FolderLock::release() {
  file_.close();
  std::error_code ignored;
  for (auto each = made_.rbegin(); each != made_.rend(); ++each) fs::remove(*each, ignored);
}

/// Whether the locked file is still the one of that name: who held it before may have removed it.
bool FolderLock::is_there() const {
  struct stat opened = {};
  struct stat named = {};
  return file_.is_open() && ::fstat(file_.number(), &opened) == 0 &&
         ::lstat((folder_ / kLockFile).c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

}  // namespace tilewise
