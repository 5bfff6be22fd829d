#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "arch/architecture.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// What the search makes least. EDP: energy times time.
enum class Objective { Latency, Energy, Edp };
template <>
inline constexpr std::size_t enum_size<Objective> = 3;
std::string_view name(Objective objective);
/// "latency", "energy" or "edp"; throws InputError otherwise.
Objective parse_objective(std::string_view word);

/// Which temporal bounds the space contains. Spatial bounds are always all that fit.
enum class Factors {
  Divisors,  ///< bounds that divide what the loops inside leave
  All,       ///< every bound
};
template <>
inline constexpr std::size_t enum_size<Factors> = 2;
std::string_view name(Factors factors);
/// "divisors" or "all"; throws InputError otherwise.
Factors parse_factors(std::string_view word);

struct SearchOptions {
  Objective objective = Objective::Edp;
  Factors factors = Factors::Divisors;
  int threads = 0;                            ///< 0: one a core
  std::int64_t most_evaluations = 0;          ///< 0: until the proof is complete
  std::function<void(double)> progress = {};  ///< called with the share done, 0 to 1
};

/// The answer, with what was done to prove it. All counts are the same for any number of threads.
struct SearchResult {
  std::optional<Mapping> best;  ///< empty: no mapping of the space fits
  LayerCost cost;               ///< of `best`
  double objective_value = 0.0;
  double space_size = 0.0;     ///< mappings in the space, valid or not
  std::int64_t evaluated = 0;  ///< mappings priced in full
  bool proven = true;          ///< no mapping of the space beats `best`
  std::string why_none;        ///< where `best` is empty: what makes it impossible
};

/// The mapping of least `objective` in the space of the architecture's constraints, by enumeration
/// with capacity pruning and bounds (docs/mapper.md). Ties go to the smallest mapping.
SearchResult search(const Architecture& architecture, const Layer& layer,
                    const SearchOptions& options);

/// The objective of a cost: cycles, picojoules, or picojoules times cycles.
double objective_value(Objective objective, Cycles latency, Picojoules energy);

}  // namespace tilewise
