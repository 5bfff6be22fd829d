#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "mapper/search.hpp"
#include "sim/mapping.hpp"
#include "sim/nest.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Bounds of the loops of one dimension at one level. Inside a level: temporal outermost, then the
/// spatial loop along Y, then the one along X.
struct LevelFactors {
  std::int64_t temporal = 1;
  std::int64_t y = 1;
  std::int64_t x = 1;
  auto operator<=>(const LevelFactors&) const = default;
};
/// One way to split a dimension over the levels, outermost level first.
using Factorization = std::vector<LevelFactors>;

/// The mappings of a layer that an architecture and its constraints allow: a factorization a
/// dimension, the tensors kept at each level, an order of the temporal loops at each level.
struct MapSpace {
  EnumArray<Dim, std::vector<Factorization>> factorizations;
  /// Allowed sets of kept tensors, one entry a level.
  std::vector<std::vector<EnumArray<Tensor, bool>>> keeps;
  /// Allowed orders of the temporal loops, one list a level; empty: every order.
  std::vector<std::vector<std::vector<Dim>>> orders;
  /// Where a dimension has no factorization: which and why.
  std::string why_empty;
};
MapSpace map_space(const Architecture& architecture, const Layer& layer, Factors factors);

/// The number of mappings in the space, those that do not fit included. Exact while it is below
/// 2^53, rounded to a double beyond.
double space_size(const MapSpace& space);

/// The distinct orders that `allowed` gives to the loops of `dims` (dimensions with a loop of bound
/// over 1), outermost first, in lexicographic order. Empty `allowed`: every permutation.
std::vector<std::vector<Dim>> distinct_orders(const std::vector<std::vector<Dim>>& allowed,
                                              const std::vector<Dim>& dims);

}  // namespace tilewise
