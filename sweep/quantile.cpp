#include "sweep/quantile.hpp"

#include <cassert>
#include <cstddef>

namespace tilewise {

double median_of_sorted(std::span<const double> sorted) {
  assert(!sorted.empty());
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2.0;
}

double ninth_decile_of_sorted(std::span<const double> sorted) {
  assert(!sorted.empty());
  return sorted[(9 * sorted.size() + 9) / 10 - 1];
}

}  // namespace tilewise
