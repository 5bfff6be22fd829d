#include "space/random_sample.hpp"

#include <algorithm>
#include <limits>
#include <random>
#include <unordered_set>

namespace tilewise {
namespace {

/// Uniform below `n`, n >= 1: numbers beyond the last whole multiple of n are drawn again.
std::uint64_t below(std::mt19937_64& random, std::uint64_t n) {
  const std::uint64_t end =
      std::numeric_limits<std::uint64_t>::max() - std::numeric_limits<std::uint64_t>::max() % n;
  std::uint64_t drawn = random();
  while (drawn >= end) drawn = random();
  return drawn % n;
}

}  // namespace

std::vector<std::int64_t> random_sample(std::int64_t size, std::int64_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::unordered_set<std::int64_t> chosen;
  for (std::int64_t last = size - count; last < size; ++last) {
    const auto drawn =
        static_cast<std::int64_t>(below(random, static_cast<std::uint64_t>(last) + 1));
    if (!chosen.insert(drawn).second) chosen.insert(last);
  }
  std::vector<std::int64_t> sorted(chosen.begin(), chosen.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace tilewise
