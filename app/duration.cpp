#include "app/duration.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/unit_table.hpp"

namespace tilewise {

double parse_duration(const std::string& word) {
  if (const auto given = parse_unit_value(word); given && given->number > 0.0) {
    const auto seconds = unit_factor(UnitKind::Time, given->unit, "s");
    if (seconds) return given->number * *seconds;
  }
  throw InputError(
      fmt::format("--budget \"{}\": expected a time with its unit ({}), such as 2s, 500ms or 1min",
                  word, unit_names(UnitKind::Time)));
}

}  // namespace tilewise
