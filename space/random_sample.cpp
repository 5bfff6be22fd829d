#include "space/random_sample.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <iterator>
#include <limits>
#include <random>

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

/// A set of numbers from zero on, side by side in memory: faster than nodes of their own.
class NumberSet {
 public:
  /// Room for `most` numbers.
  explicit NumberSet(std::int64_t most)
      : places_(std::bit_ceil(2 * static_cast<std::size_t>(most) + 1), kNone) {}

  /// Whether it was not there.
  bool insert(std::int64_t number) {
    constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;  // 2^64 over the golden ratio
    const std::size_t last = places_.size() - 1;
    auto at = static_cast<std::size_t>(static_cast<std::uint64_t>(number) * kGolden >> 20U) & last;
    while (places_[at] != kNone && places_[at] != number) at = (at + 1) & last;
    const bool fresh = places_[at] == kNone;
    places_[at] = number;
    return fresh;
  }

  std::vector<std::int64_t> sorted() const {
    std::vector<std::int64_t> numbers;
    std::copy_if(places_.begin(), places_.end(), std::back_inserter(numbers),
                 [](std::int64_t each) { return each != kNone; });
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }

 private:
  static constexpr std::int64_t kNone = -1;
  std::vector<std::int64_t> places_;
};

}  // namespace

std::vector<std::int64_t> random_sample(std::int64_t size, std::int64_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  NumberSet chosen(count);
  for (std::int64_t last = size - count; last < size; ++last) {
    const auto drawn =
        static_cast<std::int64_t>(below(random, static_cast<std::uint64_t>(last) + 1));
    if (!chosen.insert(drawn)) chosen.insert(last);
  }
  return chosen.sorted();
}

}  // namespace tilewise
