#include "sweep/pareto_front.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <tuple>

namespace tilewise {

std::vector<std::size_t> pareto_front(std::span<const double> first,
                                      std::span<const double> second) {
  assert(first.size() == second.size());
  std::vector<std::size_t> order(first.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(first[a], second[a], a) < std::tuple(first[b], second[b], b);
  });
  std::vector<std::size_t> front;
  for (const std::size_t each : order) {
    if (front.empty() || second[each] < second[front.back()]) front.push_back(each);
  }
  return front;
}

}  // namespace tilewise
