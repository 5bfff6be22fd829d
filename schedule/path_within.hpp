#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "schedule/kept_graph.hpp"

namespace tilewise {

/// A weighted cost and what it is compared by next.
using PathValue = std::pair<double, double>;
inline constexpr PathValue kNoPath{std::numeric_limits<double>::infinity(),
                                   std::numeric_limits<double>::infinity()};
inline PathValue operator+(const PathValue& a, const PathValue& b) {
  return {a.first + b.first, a.second + b.second};
}

/// The edges of the path of least value on which the weights that stay take no more than
/// `most_resident()` of the graph, exactly; of equal ones the first. `values`: [edge], none below
/// 0. Empty: no path leads to the end.
std::optional<std::vector<std::size_t>> path_within(const KeptGraph& graph,
                                                    const std::vector<PathValue>& values);

}  // namespace tilewise
