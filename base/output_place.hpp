#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace tilewise {

/// What a path to write to leads to.
struct OutputPlace {
  enum class Kind {
    File,        ///< a regular file, or none yet: it is replaced as a whole
    Stream,      ///< a FIFO or a character device: it is written straight into
    Descriptor,  ///< an open file of this process, as /dev/stdout and /dev/fd/3 are
  };
  Kind kind = Kind::File;
  std::filesystem::path path;  ///< behind symbolic links, which stay
  int descriptor = -1;
};

/// Follows symbolic links; one that leads to nothing stands for the file that it names. Throws
/// InputError for a folder, a block device, a socket and links that lead in a circle.
OutputPlace output_place(const std::filesystem::path& path);

/// Throws InputError, naming the cure, where the file that `option` names is one of `inputs`: the
/// same file, whatever the two paths look like. Words that name no file are passed over. Call it
/// before the work.
void check_output(std::string_view option, const std::filesystem::path& output,
                  std::span<const std::string> inputs);

}  // namespace tilewise
