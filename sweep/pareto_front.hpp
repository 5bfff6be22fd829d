#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tilewise {

/// The places of the points that no other one beats: neither cost is higher and one is lower. By
/// rising first cost; of equal points the first one stands for all. O(n log n).
std::vector<std::size_t> pareto_front(std::span<const double> first,
                                      std::span<const double> second);

}  // namespace tilewise
