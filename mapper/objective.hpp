#pragma once

#include <cstddef>
#include <string_view>

#include "base/enum_array.hpp"
#include "base/units.hpp"

namespace tilewise {

/// What the search makes least. EDP: energy times time. Pareto: every trade of energy for latency.
enum class Objective { Latency, Energy, Edp, Pareto };
template <>
inline constexpr std::size_t enum_size<Objective> = 4;
std::string_view name(Objective objective);
/// "latency", "energy", "edp" or "pareto"; throws InputError otherwise.
Objective parse_objective(std::string_view word);

/// The objective of a cost: cycles, picojoules, or (EDP, Pareto) picojoules times cycles
/// (docs/model.md, Eq. 17).
double objective_value(Objective objective, Cycles latency, Picojoules energy);

}  // namespace tilewise
