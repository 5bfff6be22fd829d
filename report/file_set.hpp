#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tilewise {

/// A file that a command leaves in its folder.
struct NamedText {
  std::string_view name;
  std::string content;
};

using IsOurs = std::function<bool(const std::filesystem::directory_entry&)>;
/// Throws InputError where `folder` is a file, or holds anything that is not of `what` ("a sweep").
void check_folder(const std::filesystem::path& folder, const IsOurs& is_ours,
                  std::string_view what);

/// Throws InputError where `folder` is a file, or holds anything but files of these names, which
/// are those of `what` ("a sweep"). Call it before the work: a refusal after it would be a waste.
void check_file_set_folder(const std::filesystem::path& folder,
                           std::span<const std::string_view> names, std::string_view what);

/// Files of `names` that are written one by one beside `folder` and renamed together: they appear
/// when all are whole, the last of `names` last of all, and those of `names` that were not written
/// go. Without `publish` nothing is left.
class FileSet {
 public:
  /// Touches nothing. `names` must outlive it.
  FileSet(const std::filesystem::path& folder, std::span<const std::string_view> names);
  ~FileSet();
  FileSet(const FileSet&) = delete;
  FileSet& operator=(const FileSet&) = delete;

  /// Where to write a file of `names`. Throws InputError where the folder cannot be written.
  std::filesystem::path place_of(std::string_view name);
  /// Throws InputError where the folder cannot be written.
  void publish();

 private:
  std::filesystem::path folder_;
  std::span<const std::string_view> names_;
  bool begun_ = false;
};
/// Writes such files from texts.
void write_file_set(const std::filesystem::path& folder, std::span<const std::string_view> names,
                    const std::vector<NamedText>& files);

}  // namespace tilewise
