#include "base/shipped_names.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/file.hpp"

namespace tilewise {

std::vector<std::string> shipped_names(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(config_folder() / folder, ignored)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace tilewise
