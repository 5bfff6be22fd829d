#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"
#include "base/units.hpp"

namespace tilewise {

/// What the search makes least: an index of `kObjectives`.
enum class Objective { Latency, Energy, Edp, Pareto };
template <>
inline constexpr std::size_t enum_size<Objective> = 4;

/// All there is to know of an objective. Its value is the product of what it counts
/// (docs/model.md, Eq. 17).
struct ObjectiveEntry {
  std::string_view name;     ///< as users write it
  std::string_view unit;     ///< of its value
  std::string_view meaning;  ///< for eyes
  bool latency = false;      ///< counts the latency, in cycles
  bool energy = false;       ///< counts the energy, in picojoules
  bool front = false;        ///< the answer is a front, not one mapping; the value is of its best
};

/// The one list of objectives: command line, studies, data sets and Python read it.
inline constexpr EnumArray<Objective, ObjectiveEntry> kObjectives{{{
    {"latency", "cycles", "the least time", true, false, false},
    {"energy", "pJ", "the least energy", false, true, false},
    {"edp", "pJ x cycles", "the least energy times time", true, true, false},
    {"pareto", "pJ x cycles", "every trade of energy for latency", true, true, true},
}}};

constexpr std::string_view name(Objective objective) { return kObjectives[objective].name; }

/// "latency (the least time), energy (...), ...": for help.
std::string objective_list();
/// Of the name; throws InputError, which lists the names, otherwise.
Objective parse_objective(std::string_view word);

/// The names of the objectives whose answer is one mapping.
std::vector<std::string_view> single_objectives();
/// Of one of these; throws InputError, which lists them, otherwise.
Objective parse_single_objective(std::string_view word);

/// The objective of a cost, in its unit.
constexpr double objective_value(Objective objective, Cycles latency, Picojoules energy) {
  const ObjectiveEntry& entry = kObjectives[objective];
  return (entry.latency ? latency.count() : 1.0) * (entry.energy ? energy.count() : 1.0);
}

}  // namespace tilewise
