#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/quote.hpp"

namespace tilewise {

/// A file that a command leaves in its folder.
struct NamedText {
  std::string_view name;
  std::string content;
};

/// The files of a command, by name: "costs.csv", or "architectures/5.yaml" in a folder below.
struct OutputNames {
  std::string_view what;                              ///< that they are of: "a sweep"
  std::string_view last;                              ///< appears last, when all others are whole
  std::function<bool(const std::string&)> written;    ///< this run may write it
  std::function<bool(const std::string&)> besides{};  ///< may lie there, and stays; else: nothing
};
/// Such names, the last one `last`, and a result store that may lie there.
OutputNames output_names(std::span<const std::string_view> names, std::string_view what);

/// The files that earlier runs wrote into a folder, by name: the SHA-256 of what each wrote, as
/// `.tilewise-files` lists them (docs/reliability.md). They alone are replaced and removed, and
/// only while their content is what was written.
using WrittenFiles = std::map<std::string, std::set<std::string>>;
WrittenFiles written_files(const std::filesystem::path& folder);

/// Throws InputError, with the cure, where `folder` is a file, holds what is not of the command, or
/// has something that no run wrote, or that was changed since, in a place that this run may need.
/// Call it before the work: a refusal after it would be a waste.
void check_folder(const std::filesystem::path& folder, const OutputNames& names);

/// Files that are written one by one into a hidden folder of `folder` and put in their places
/// together; those of earlier runs that are not written again go. Without `publish` nothing is
/// left. The caller holds the FolderLock.
class FileSet {
 public:
  /// Touches nothing.
  FileSet(std::filesystem::path folder, OutputNames names);
  ~FileSet();
  FileSet(const FileSet&) = delete;
  FileSet& operator=(const FileSet&) = delete;

  /// Where to write a file of that name. Throws InputError where the folder cannot be written.
  std::filesystem::path place_of(std::string_view name);
  /// Throws InputError where the folder cannot be written, or a place was taken meanwhile. The
  /// tables were written with the guard of names; Off takes it away.
  void publish(CsvGuard guard = CsvGuard::On);

 private:
  void begin();
  void remove_part();
  std::vector<std::string> made() const;
  void move(const std::string& name);
  void take_guards_away();

  std::filesystem::path folder_;
  OutputNames names_;
  std::filesystem::path part_;  ///< empty: nothing is written yet
};

/// Writes such files from texts.
void write_file_set(const std::filesystem::path& folder, const OutputNames& names,
                    const std::vector<NamedText>& files, CsvGuard guard = CsvGuard::On);

}  // namespace tilewise
