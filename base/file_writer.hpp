#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"
#include "base/part_file.hpp"

namespace tilewise {

/// A file that is written piece by piece (docs/reliability.md). A regular file, or a new one, is
/// written beside its place and renamed when it is whole and on the disk: a reader sees the old
/// file or the whole new one, and without `finish` nothing is left. What else a path may lead to is
/// written straight into. What a killed process left of the same file goes.
class FileWriter {
 public:
  /// Throws InputError where the folder, the file or what the path leads to cannot be written.
  explicit FileWriter(std::filesystem::path path);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  /// Throws InputError where the disk cannot take it.
  void write(std::string_view text);
  /// Puts the file in its place. Throws InputError where that cannot be done.
  void finish();

 private:
  void open_beside(const std::filesystem::path& place);
  void flush();
  [[noreturn]] void fail() const;

  std::filesystem::path path_;
  std::string name_;       ///< in the folder
  FileDescriptor folder_;  ///< open where the file is to be renamed
  PartFile part_;
  std::string buffer_;
};

}  // namespace tilewise
