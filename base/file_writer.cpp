#include "base/file_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "base/output_place.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 16U;

FileDescriptor open_stream(const std::filesystem::path& path) {
  for (;;) {
    FileDescriptor stream(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC));
    if (stream.is_open() || errno != EINTR) return stream;
  }
}

/// Waits until a stream that does not block takes more.
void wait_for_room(const FileDescriptor& file) {
  pollfd waiting{file.number(), POLLOUT, 0};
  ::poll(&waiting, 1, -1);
}

}  // namespace

FileWriter::FileWriter(std::filesystem::path path) : path_(std::move(path)) {
  const OutputPlace place = output_place(path_);
  switch (place.kind) {
    case OutputPlace::Kind::Descriptor:
      part_.file = FileDescriptor(::fcntl(place.descriptor, F_DUPFD_CLOEXEC, 3));
      break;
    case OutputPlace::Kind::Stream: part_.file = open_stream(place.path); break;
    case OutputPlace::Kind::File: open_beside(place.path); break;
  }
  if (!part_.file.is_open()) fail();
}

/// Of a file that is there the permissions stay, and one that may not be written is refused.
void FileWriter::open_beside(const std::filesystem::path& place) {
  const std::filesystem::path parent = place.parent_path();
  name_ = place.filename().string();
  folder_ = FileDescriptor(
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_.is_open()) fail();
  struct stat old = {};
  const bool is_old = ::fstatat(folder_.number(), name_.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  if (is_old && ::faccessat(folder_.number(), name_.c_str(), W_OK, AT_EACCESS) != 0) fail();
  remove_stale_parts(folder_, name_);
  part_ = make_part(folder_, name_);
  if (is_old && part_.file.is_open()) ::fchmod(part_.file.number(), old.st_mode & 0777U);
}

FileWriter::~FileWriter() {
  if (!part_.name.empty()) ::unlinkat(folder_.number(), part_.name.c_str(), 0);
}

void FileWriter::fail() const {
  throw InputError(fmt::format("{}: cannot be written: {}", path_.string(), std::strerror(errno)));
}

void FileWriter::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBuffer) flush();
}

void FileWriter::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t written = ::write(part_.file.number(), left.data(), left.size());
    if (written >= 0) {
      left.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      wait_for_room(part_.file);
    } else if (errno != EINTR) {
      fail();
    }
  }
  buffer_.clear();
}

void FileWriter::finish() {
  flush();
  if (!folder_.is_open()) {
    if (part_.file.close() != 0) fail();
    return;
  }
  if (!synchronised(part_.file)) fail();
  if (::renameat(folder_.number(), part_.name.c_str(), folder_.number(), name_.c_str()) != 0) {
    fail();
  }
  part_.name.clear();
  if (!synchronised(folder_)) fail();
}

}  // namespace tilewise
