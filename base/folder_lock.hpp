#pragma once

#include <filesystem>
#include <vector>

#include "base/file_descriptor.hpp"

namespace tilewise {

/// The file in a folder that a FolderLock has locked.
inline constexpr const char* kLockFile = ".tilewise-lock";

/// While one lives, no other process writes results into the folder, which is made where it is not
/// there. The system lifts the lock of a process that ends in any way. Where a file system has no
/// locks, two processes do not notice one another (docs/reliability.md).
class FolderLock {
 public:
  /// Throws InputError where another process, or another lock of this one, has the folder, and
  /// where it cannot be written.
  explicit FolderLock(const std::filesystem::path& folder);
  /// Folders that it made go again if nothing is in them.
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  void make_folder();
  void take();
  void release();
  bool is_there() const;

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> made_;  ///< outermost first
  FileDescriptor file_;
};

}  // namespace tilewise
