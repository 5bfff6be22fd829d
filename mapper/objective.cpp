#include "mapper/objective.hpp"

#include "base/enum_words.hpp"

namespace tilewise {

std::string_view name(Objective objective) {
  switch (objective) {
    case Objective::Latency: return "latency";
    case Objective::Energy: return "energy";
    case Objective::Edp: return "edp";
    case Objective::Pareto: return "pareto";
  }
  return "";
}

Objective parse_objective(std::string_view word) {
  return parse_enum<Objective>(word, "objective");
}

double objective_value(Objective objective, Cycles latency, Picojoules energy) {
  switch (objective) {
    case Objective::Latency: return latency.count();
    case Objective::Energy: return energy.count();
    case Objective::Edp:
    case Objective::Pareto: return latency.count() * energy.count();
  }
  return 0.0;
}

}  // namespace tilewise
