#pragma once

#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace tilewise {

// A file that is being written has the name .NAME.RANDOM.tilewise-part beside its place, and is
// locked: one that nobody has locked is left of a process that was killed.

/// Whether a file has such a name; of `name` alone, where one is given.
bool is_part(std::string_view file, std::string_view name = {});

struct PartFile {
  FileDescriptor file;
  std::string name;
};
/// A new file for `name` in an open folder, of an unpredictable name, locked. `file` is not open
/// where it cannot be made: errno says why.
PartFile make_part(const FileDescriptor& folder, std::string_view name);

/// Removes what killed processes left of files of `name`, or of any, in an open folder: what is
/// this user's, has such a name and can be locked.
void remove_stale_parts(const FileDescriptor& folder, std::string_view name = {});

/// Waits until a file or folder is on the disk; false, with errno, where that fails. True where the
/// file system cannot tell.
bool synchronised(const FileDescriptor& file);

/// 16 hexadecimal digits that nobody can foresee.
std::string random_word();

}  // namespace tilewise
