#include "mapper/objective.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/enum_words.hpp"

namespace tilewise {

Objective parse_objective(std::string_view word) {
  return parse_enum<Objective>(word, "objective");
}

std::string objective_list() {
  std::vector<std::string> all;
  for (const ObjectiveEntry& each : kObjectives) {
    all.push_back(fmt::format("{} ({})", each.name, each.meaning));
  }
  return fmt::format("{}", fmt::join(all, ", "));
}

std::vector<std::string_view> single_objectives() {
  std::vector<std::string_view> names;
  for (const ObjectiveEntry& each : kObjectives) {
    if (!each.front) names.push_back(each.name);
  }
  return names;
}

Objective parse_single_objective(std::string_view word) {
  const auto found = find_enum<Objective>(word);
  if (!found || kObjectives[*found].front) refuse_word(word, "objective", single_objectives());
  return *found;
}

}  // namespace tilewise
