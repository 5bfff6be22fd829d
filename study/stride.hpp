#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace tilewise {

/// The first step from `least` on that visits 0 .. count - 1 each once.
inline std::int64_t stride_from(std::int64_t least, std::int64_t count) {
  std::int64_t stride = std::max<std::int64_t>(least, 1);
  while (std::gcd(stride, count) != 1) ++stride;
  return stride;
}

/// A step that leads far from the last few: near the golden ratio of the whole.
inline std::int64_t far_stride(std::int64_t count) {
  return stride_from(static_cast<std::int64_t>(0.618 * static_cast<double>(count)), count);
}

}  // namespace tilewise
