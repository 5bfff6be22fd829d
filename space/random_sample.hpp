#pragma once

#include <cstdint>
#include <vector>

namespace tilewise {

inline constexpr std::int64_t kMostSeed = std::int64_t{1} << 62;  ///< that a file may name

/// `count` distinct numbers of 0 .. size - 1, rising, each such set as likely as any other; the
/// same for the same seed anywhere. Needs 0 <= count <= size. Floyd's method (Bentley and Floyd,
/// CACM 30(9), 1987).
std::vector<std::int64_t> random_sample(std::int64_t size, std::int64_t count, std::uint64_t seed);

}  // namespace tilewise
