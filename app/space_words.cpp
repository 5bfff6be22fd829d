#include "app/space_words.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "space/search_spaces.hpp"

namespace tilewise {
namespace {

/// A word that can be the name of a subcommand.
void check_word(const std::string& word) {
  const bool plain = word.front() != '!' && std::none_of(word.begin(), word.end(), [](char c) {
                       return c == '=' || c == ':' || c == '{' || (c >= 0 && c <= ' ');
                     });
  if (!plain) {
    throw InputError(word + ": a file of a space has no blanks, =, : and { in its path; rename it");
  }
}

}  // namespace

std::vector<NamedSpace> asked_spaces(const std::string& command,
                                     const std::vector<std::string>& words) {
  // Completion offers every space.
  const bool completed = !words.empty() && words[0] == "completion";
  if (words.empty() || (words[0] != command && !completed)) return {};
  if (words.size() > 1 && !completed && words[1] != "list" && !words[1].starts_with('-')) {
    const SearchSpace& space = find_space(words[1]);  // or it throws
    if (is_space_file(words[1])) check_word(words[1]);
    return {{words[1], &space}};
  }
  std::vector<NamedSpace> all;
  for (const SearchSpace* space : search_spaces()) all.push_back({space->name, space});
  return all;
}

}  // namespace tilewise
