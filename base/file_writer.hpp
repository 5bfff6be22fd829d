#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>

namespace tilewise {

/// A file that is written piece by piece beside its place: a reader sees the old file or the whole
/// new one. Without `finish` nothing is left.
class FileWriter {
 public:
  explicit FileWriter(std::filesystem::path path);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  /// Throws InputError where the folder or the disk cannot take it.
  void write(std::string_view text);
  /// Puts the file in its place. Throws InputError where that cannot be done.
  void finish();

 private:
  [[noreturn]] void fail(const char* why) const;
  std::filesystem::path path_;
  std::filesystem::path beside_;
  std::ofstream out_;
  bool finished_ = false;
};

}  // namespace tilewise
