#include <doctest/doctest.h>

#include <random>
#include <set>

#include "workload/coordinates.hpp"

namespace tilewise {
namespace {

std::set<std::int64_t> walk(const AxisLoops& loops) {
  std::set<std::int64_t> coordinates;
  for (std::int64_t p = 0; p < loops.outputs; ++p) {
    for (std::int64_t r = 0; r < loops.taps; ++r) {
      coordinates.insert(p * loops.stride + r * loops.dilation);
    }
  }
  return coordinates;
}

AxisLoops random_loops(std::mt19937_64& random) {
  const auto draw = [&](std::uint64_t most) {
    return 1 + static_cast<std::int64_t>(random() % most);
  };
  return {draw(20), draw(20), draw(12), draw(12)};
}

}  // namespace

TEST_CASE("a sliding window of stride 1 touches every row once") {
  CHECK(distinct_coordinates({13, 3, 1, 1}) == 15);  // rows 0 to 14
}

TEST_CASE("a stride larger than the filter leaves gaps that are no words") {
  CHECK(distinct_coordinates({4, 1, 2, 1}) == 4);  // rows 0 2 4 6
  CHECK(extent({4, 1, 2, 1}) == 7);
}

TEST_CASE("rows in the padding are not counted") {
  // 3 windows of 3 rows, stride 2: padded rows 0 to 6, of which 1 to 5 are the image.
  CHECK(distinct_coordinates({3, 3, 2, 1}, 1, 6) == 5);
  CHECK(distinct_coordinates({3, 3, 2, 1}, 7, 9) == 0);
}

TEST_CASE("the closed form agrees with collecting the coordinates") {
  // Eq. 1
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 2000; ++trial) {
    const AxisLoops loops = random_loops(random);
    CAPTURE(trial);
    const auto all = walk(loops);
    CHECK(distinct_coordinates(loops) == static_cast<std::int64_t>(all.size()));
    CHECK(extent(loops) == *all.rbegin() + 1);
  }
}

TEST_CASE("the count in an interval agrees with collecting the coordinates") {
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 2000; ++trial) {
    const AxisLoops loops = random_loops(random);
    const auto all = walk(loops);
    const std::int64_t low = static_cast<std::int64_t>(random() % 120) - 10;
    const std::int64_t high = low + static_cast<std::int64_t>(random() % 200);
    const auto expected = std::distance(all.lower_bound(low), all.lower_bound(high));
    CAPTURE(trial);
    CHECK(distinct_coordinates(loops, low, high) == expected);
  }
}

TEST_CASE("loops of 2^31 outputs and taps are counted at once") {
  const std::int64_t n = std::int64_t{1} << 31U;
  CHECK(distinct_coordinates({n, n, 1, 1}, 5, 2 * n) == 2 * n - 1 - 5);
  CHECK(distinct_coordinates({n, n, 2, 2}, 1, 4 * n) == 2 * n - 2);  // even rows without row 0
}

}  // namespace tilewise
