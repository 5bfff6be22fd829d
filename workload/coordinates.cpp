#include "workload/coordinates.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tilewise {
namespace {

/// n (n - 1) / 2 modulo 2^64.
std::uint64_t triangular(std::uint64_t n) { return n % 2 == 0 ? n / 2 * (n - 1) : (n - 1) / 2 * n; }

/// The sum of floor((step * i + offset) / divisor) for i < n, modulo 2^64, by the Euclidean
/// algorithm. Needs step * n + offset < 2^64.
std::uint64_t floor_sum(std::uint64_t n, std::uint64_t divisor, std::uint64_t step,
                        std::uint64_t offset) {
  std::uint64_t sum = 0;
  while (true) {
    sum += step / divisor * triangular(n) + offset / divisor * n;
    step %= divisor;
    offset %= divisor;
    const std::uint64_t top = step * n + offset;
    if (top < divisor) return sum;
    n = top / divisor;
    offset = top % divisor;
    std::swap(divisor, step);
  }
}

/// Pairs p, r >= 0 with p * a + r * b < limit, modulo 2^64.
std::uint64_t pairs_in_triangle(std::int64_t a, std::int64_t b, std::int64_t limit) {
  if (limit <= 0) return 0;
  const std::int64_t rows = (limit - 1) / b + 1;
  const std::int64_t shortest = limit - 1 - (rows - 1) * b;
  const auto unsigned_rows = static_cast<std::uint64_t>(rows);
  return unsigned_rows + floor_sum(unsigned_rows, static_cast<std::uint64_t>(a),
                                   static_cast<std::uint64_t>(b),
                                   static_cast<std::uint64_t>(shortest));
}

/// Pairs p < outputs, r < taps whose coordinate is below `limit`. The counts of the four triangles
/// may wrap; their combination is at most outputs * taps and does not.
std::int64_t pairs_below(const AxisLoops& loops, std::int64_t limit) {
  const auto [outputs, taps, a, b] = loops;
  if (outputs <= 0 || taps <= 0) return 0;
  const std::int64_t across = outputs * a;
  const std::int64_t up = taps * b;
  return static_cast<std::int64_t>(
      pairs_in_triangle(a, b, limit) - pairs_in_triangle(a, b, limit - across) -
      pairs_in_triangle(a, b, limit - up) + pairs_in_triangle(a, b, limit - across - up));
}

/// Different coordinates below `limit`. Pairs (p, r) and (p + b', r - a') coincide; the one with
/// the smallest p stands for its coordinate: any p in the last a' rows r, p < b' in those before.
std::int64_t distinct_below(const AxisLoops& loops, std::int64_t limit) {
  const auto [outputs, taps, a, b] = loops;
  const std::int64_t divisor = std::gcd(a, b);
  const std::int64_t early = std::max<std::int64_t>(0, taps - a / divisor);
  return pairs_below({std::min(outputs, b / divisor), early, a, b}, limit) +
         pairs_below({outputs, taps - early, a, b}, limit - early * b);
}

}  // namespace

std::int64_t extent(const AxisLoops& loops) {
  return (loops.outputs - 1) * loops.stride + (loops.taps - 1) * loops.dilation + 1;
}

std::int64_t distinct_coordinates(const AxisLoops& loops) {
  const auto [outputs, taps, a, b] = loops;
  const std::int64_t divisor = std::gcd(a, b);
  return outputs * taps - std::max<std::int64_t>(0, outputs - b / divisor) *
                              std::max<std::int64_t>(0, taps - a / divisor);
}

std::int64_t distinct_coordinates(const AxisLoops& loops, std::int64_t low, std::int64_t high) {
  const std::int64_t end = extent(loops);
  low = std::clamp<std::int64_t>(low, 0, end);
  high = std::clamp<std::int64_t>(high, low, end);
  if (low == 0 && high == end) return distinct_coordinates(loops);
  return distinct_below(loops, high) - distinct_below(loops, low);
}

}  // namespace tilewise
