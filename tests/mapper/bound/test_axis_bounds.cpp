#include "mapper/bound/axis_bounds.hpp"

#include <doctest/doctest.h>

#include "sim/random_nests.hpp"

namespace tilewise {
namespace {

TEST_CASE("the real coordinates of all tiles are those of each tile, added up") {
  testing::RandomNests random(5);
  for (int trial = 0; trial < 2000; ++trial) {
    InputAxis axis;
    axis.output.size = random.pick(1, 12);
    axis.filter.size = random.pick(1, 6);
    axis.step.stride = random.pick(1, 4);
    axis.step.dilation = random.pick(1, 3);
    axis.real_low = random.pick(0, 9);
    axis.real_high = axis.real_low + random.pick(1, 30);
    const std::int64_t outputs = random.pick(1, axis.output.size);
    const std::int64_t taps = random.pick(1, axis.filter.size);
    double sum = 0.0;
    for (std::int64_t p = 0; p < axis.output.size; p += outputs) {
      for (std::int64_t r = 0; r < axis.filter.size; r += taps) {
        sum += static_cast<double>(axis.distinct_real(p, std::min(outputs, axis.output.size - p), r,
                                                      std::min(taps, axis.filter.size - r)));
      }
    }
    CAPTURE(trial);
    CHECK(axis.sum_of_real_tiles(outputs, taps) == sum);
  }
}

}  // namespace
}  // namespace tilewise
