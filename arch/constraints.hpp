#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "base/enum_array.hpp"
#include "workload/dim.hpp"

namespace tilewise {

/// The bounds that a loop may take.
struct FactorRule {
  std::int64_t least = 1;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  bool full = false;  ///< the loop takes all that the loops inside it leave of the dimension

  bool operator==(const FactorRule&) const = default;
};

/// What a dataflow fixes at one level.
struct LevelConstraint {
  EnumArray<Dim, FactorRule> temporal;
  EnumArray<Dim, FactorRule> spatial_x;
  EnumArray<Dim, FactorRule> spatial_y;
  /// Allowed orders of the temporal loops, outermost first; empty: all. An order names each
  /// dimension that may have a loop here.
  std::vector<std::vector<Dim>> orders;
  /// Whether a tensor must be kept (true) or must bypass (false) this level; empty: free.
  EnumArray<Tensor, std::optional<bool>> keep;
};

}  // namespace tilewise
