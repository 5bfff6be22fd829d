#include "app/output_check.hpp"

#include <glob.h>

#include <algorithm>
#include <string_view>

#include "base/output_place.hpp"

namespace tilewise {
namespace {

void add_files(const std::string& word, std::vector<std::string>& files) {
  files.push_back(word);
  glob_t found = {};
  if (::glob(word.c_str(), 0, nullptr, &found) == 0) {
    files.insert(files.end(), found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
}

}  // namespace

void refuse_input(const char* option, const std::string& output,
                  const std::vector<std::string>& words) {
  if (output.empty()) return;
  constexpr std::string_view kBoard = "board:";
  std::vector<std::string> files;
  for (const std::string& each : words) {
    add_files(each, files);
    std::string_view rest = each;
    while (!rest.empty()) {
      const std::string_view word = rest.substr(0, rest.find(','));
      add_files(std::string(word.starts_with(kBoard) ? word.substr(kBoard.size()) : word), files);
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    }
  }
  check_output(option, output, files);
}

}  // namespace tilewise
