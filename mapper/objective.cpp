#include <array>
#include <string>

#include "base/error.hpp"
#include "mapper/search.hpp"

namespace tilewise {
namespace {

template <class E>
E parse(std::string_view word, std::string_view what, std::string_view other = "") {
  std::string known(other);
  for (const E each : all_of<E>()) {
    if (name(each) == word) return each;
    known += (known.empty() ? "" : ", ") + std::string(name(each));
  }
  throw InputError(std::string(what) + " \"" + std::string(word) + "\": expected one of " + known);
}

}  // namespace

std::string_view name(Objective objective) {
  switch (objective) {
    case Objective::Latency: return "latency";
    case Objective::Energy: return "energy";
    case Objective::Edp: return "edp";
    case Objective::Pareto: return "pareto";
  }
  return "";
}

std::string_view name(Factors factors) {
  switch (factors) {
    case Factors::Divisors: return "divisors";
    case Factors::All: return "all";
  }
  return "";
}

Objective parse_objective(std::string_view word) { return parse<Objective>(word, "objective"); }
std::optional<Factors> parse_factors_or_auto(std::string_view word) {
  if (word == "auto") return std::nullopt;
  return parse<Factors>(word, "factors", "auto");
}

std::string_view name(const std::optional<Factors>& factors) {
  return factors ? name(*factors) : "auto";
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
