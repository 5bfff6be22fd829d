#include "space/python_random.hpp"

#include <bit>

namespace tilewise {

PythonRandom::PythonRandom(std::uint32_t seed) {
  state_[0] = 19650218U;
  const auto mixed = [this](std::size_t i) { return state_[i - 1] ^ (state_[i - 1] >> 30U); };
  for (std::uint32_t i = 1; i < kSize; ++i) state_[i] = 1812433253U * mixed(i) + i;

  // init_by_array with a key of one word: the key's index is always 0.
  std::size_t i = 1;
  const auto advance = [&] {
    if (++i < kSize) return;
    state_[0] = state_[kSize - 1];
    i = 1;
  };
  for (std::size_t step = 0; step < kSize; ++step) {
    state_[i] = (state_[i] ^ (mixed(i) * 1664525U)) + seed;
    advance();
  }
  for (std::size_t step = 0; step + 1 < kSize; ++step) {
    state_[i] = (state_[i] ^ (mixed(i) * 1566083941U)) - static_cast<std::uint32_t>(i);
    advance();
  }
  state_[0] = 0x80000000U;
}

void PythonRandom::twist() {
  constexpr std::size_t kOffset = 397;
  for (std::size_t i = 0; i < kSize; ++i) {
    const std::uint32_t joined =
        (state_[i] & 0x80000000U) | (state_[(i + 1) % kSize] & 0x7fffffffU);
    state_[i] =
        state_[(i + kOffset) % kSize] ^ (joined >> 1U) ^ ((joined & 1U) != 0 ? 0x9908b0dfU : 0U);
  }
  next_ = 0;
}

std::uint32_t PythonRandom::bits(unsigned count) {
  if (next_ == kSize) twist();
  std::uint32_t word = state_[next_++];
  word ^= word >> 11U;
  word ^= (word << 7U) & 0x9d2c5680U;
  word ^= (word << 15U) & 0xefc60000U;
  word ^= word >> 18U;
  return word >> (32U - count);
}

std::uint32_t PythonRandom::below(std::uint32_t n) {
  const auto count = static_cast<unsigned>(std::bit_width(n));
  std::uint32_t drawn = bits(count);
  while (drawn >= n) drawn = bits(count);
  return drawn;
}

}  // namespace tilewise
