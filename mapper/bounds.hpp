#pragma once

#include <cstdint>
#include <vector>

#include "arch/architecture.hpp"
#include "base/enum_array.hpp"
#include "base/units.hpp"
#include "mapper/candidates.hpp"
#include "mapper/map_space.hpp"
#include "mapper/search.hpp"

namespace tilewise {

/// What the chosen groups fix and the open ones can at best (or at most) add; factors over groups.
struct Partial {
  std::int64_t executed = 1;
  std::vector<std::int64_t> x;
  std::vector<std::int64_t> y;
  std::vector<EnumArray<Tensor, std::int64_t>> tile;
  std::vector<EnumArray<Tensor, std::int64_t>> operands;
  std::vector<std::int64_t> sums;

  static Partial one(std::size_t levels);
  /// The product with a candidate of another group.
  Partial with(const Candidate& candidate) const;
};

/// The smallest of each factor (the largest for `sums`) over the candidates of a group.
Candidate best_of_each(const std::vector<Candidate>& candidates);

/// Lower bounds that hold for every mapping that completes a partial choice (docs/mapper.md).
class Bounds {
 public:
  Bounds(const Architecture& architecture, const Layer& layer, const MapSpace& space,
         Objective objective);

  /// No completion costs less. `open` is the product of best_of_each of the open groups.
  double least_cost(const Partial& chosen, const Partial& open) const;
  /// No mapping with that many executed steps takes less time.
  Cycles least_latency(std::int64_t compute_cycles) const;
  /// Whether a fan-out or a memory that must hold its tensors is too small whatever follows.
  bool cannot_fit(const Partial& chosen, const Partial& open) const;

 private:
  /// A level that may feed the compute unit with a tensor, and what a word costs there.
  struct Keeper {
    std::size_t level = 0;
    double read = 0.0;   ///< pJ a word
    double write = 0.0;  ///< pJ a word
  };

  const Architecture& architecture_;
  const Layer& layer_;
  const MapSpace& space_;
  Objective objective_;
  EnumArray<Tensor, std::vector<Keeper>> keepers_;
  std::vector<EnumArray<Tensor, bool>> must_keep_;
  double fixed_energy_ = 0.0;      ///< pJ: operations and compulsory off-chip words
  double energy_per_cycle_ = 0.0;  ///< pJ: leakage and clock
  double off_chip_cycles_ = 0.0;   ///< compulsory words over the off-chip port
  double serial_cycles_ = 0.0;     ///< of these, the ones that never hide behind work
};

}  // namespace tilewise
