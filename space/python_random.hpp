#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace tilewise {

/// The generator behind Python's `random` module, for orders that a public data set fixed with it:
/// MT19937 (Matsumoto and Nishimura, ACM TOMACS 8(1), 1998) as CPython 3 seeds and uses it.
class PythonRandom {
 public:
  /// `random.seed(seed)` for a whole number: init_by_array({seed}).
  explicit PythonRandom(std::uint32_t seed);

  /// `random.getrandbits(count)`, 1 <= count <= 32.
  std::uint32_t bits(unsigned count);

  /// `random._randbelow(n)`, n >= 1: draws as many bits as n has until the number is below n.
  std::uint32_t below(std::uint32_t n);

 private:
  static constexpr std::size_t kSize = 624;
  void twist();

  std::array<std::uint32_t, kSize> state_{};
  std::size_t next_ = kSize;
};

/// `random.shuffle(items)`: from the end, each swapped with one at or before it.
template <class T>
void python_shuffle(std::span<T> items, PythonRandom& random) {
  for (std::size_t i = items.size(); i-- > 1;) {
    std::swap(items[i], items[random.below(static_cast<std::uint32_t>(i) + 1)]);
  }
}

}  // namespace tilewise
