#include "base/file.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/error.hpp"
#include "base/file_writer.hpp"
#include "base/shipped_names.hpp"
#include "base/words.hpp"

namespace tilewise {
namespace {

/// A folder of shipped data: what the environment says, the source's, or the installed one.
std::filesystem::path data_folder(const char* variable, const std::string& name) {
  if (const char* set = std::getenv(variable)) return set;
  const std::filesystem::path source = std::filesystem::path(TILEWISE_SOURCE_DATA) / name;
  std::error_code ignored;
  if (std::filesystem::exists(source, ignored)) return source;
  return std::filesystem::path(TILEWISE_INSTALLED_DATA) / name;
}

}  // namespace

std::string read_file(const std::filesystem::path& path, std::uintmax_t most_bytes) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    throw InputError(fmt::format("{}: no such file", path.string()));
  }
  if (!std::filesystem::is_regular_file(path, error)) {
    throw InputError(fmt::format("{}: not a file", path.string()));
  }
  if (std::filesystem::file_size(path, error) > most_bytes) {
    throw InputError(fmt::format("{}: larger than {} MiB", path.string(), most_bytes >> 20U));
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw InputError(fmt::format("{}: cannot be read", path.string()));
  return text.str();
}

void write_file(const std::filesystem::path& path, std::string_view content) {
  FileWriter file(path);
  file.write(content);
  file.finish();
}

std::filesystem::path config_folder() { return data_folder("TILEWISE_CONFIGS", "configs"); }

std::filesystem::path validation_folder() {
  return data_folder("TILEWISE_VALIDATION", "validation/cases");
}

std::filesystem::path reference_folder() {
  if (const char* set = std::getenv("TILEWISE_REFERENCE_DIR")) return set;
  return std::filesystem::path(TILEWISE_SOURCE_DATA).parent_path() / "shared" / "reference";
}

std::filesystem::path find_config(const std::string& folder, const std::string& name) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(name, ignored)) return name;
  const std::filesystem::path shipped = config_folder() / folder;
  for (const std::string& file : {name, name + ".yaml"}) {
    if (name.find('/') == std::string::npos &&
        std::filesystem::is_regular_file(shipped / file, ignored)) {
      return shipped / file;
    }
  }
  const std::vector<std::string> known = shipped_names(folder);
  throw InputError(fmt::format(
      "{}: no such file, and no config of that name; there are: {}{}", name, fmt::join(known, ", "),
      did_you_mean(name, std::vector<std::string_view>(known.begin(), known.end()))));
}

std::string version() { return TILEWISE_VERSION; }

}  // namespace tilewise
