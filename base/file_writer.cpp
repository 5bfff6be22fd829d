#include "base/file_writer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/hash.hpp"

namespace tilewise {

namespace {

/// The name of the file that is written first: short, where that of the file itself is as long as a
/// name may be.
std::string part_name(const std::string& name) {
  constexpr std::size_t kLong = 200;
  const std::string own = name.size() < kLong ? name : fingerprint(name);
  return fmt::format(".{}.{}.part", own, ::getpid());
}

}  // namespace

FileWriter::FileWriter(std::filesystem::path path)
    : path_(std::move(path)),
      beside_(path_.parent_path() / part_name(path_.filename().string())),
      out_(beside_, std::ios::binary) {
  if (!out_) fail(std::strerror(errno));
}

FileWriter::~FileWriter() {
  if (finished_) return;
  out_.close();
  std::error_code ignored;
  std::filesystem::remove(beside_, ignored);
}

void FileWriter::fail(const char* why) const {
  throw InputError(fmt::format("{}: cannot be written: {}", path_.string(), why));
}

void FileWriter::write(std::string_view text) {
  out_.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!out_) fail(std::strerror(errno));
}

void FileWriter::finish() {
  out_.close();
  if (!out_) fail(std::strerror(errno));
  std::error_code error;
  std::filesystem::rename(beside_, path_, error);
  if (error) fail(error.message().c_str());
  finished_ = true;
}

}  // namespace tilewise
