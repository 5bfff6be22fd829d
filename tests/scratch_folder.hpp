#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

namespace tilewise {

/// A folder of a test's own, empty at first and gone when it ends: no other process and no other
/// folder of this one has its path, so that two runs of the tests side by side do not meet.
struct ScratchFolder {
  std::filesystem::path path;

  /// `name` says in the path whose folder it is.
  explicit ScratchFolder(const std::string& name)
      : path(std::filesystem::temp_directory_path() /
             ("tilewise_" + name + "_" + std::to_string(::getpid()) + "_" +
              std::to_string(++made_))) {
    std::filesystem::remove_all(path);  // of a process that was killed and had this number
    std::filesystem::create_directories(path);
  }
  ~ScratchFolder() { std::filesystem::remove_all(path); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

 private:
  static inline int made_ = 0;
};

}  // namespace tilewise
