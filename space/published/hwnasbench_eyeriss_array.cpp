// The latencies of FBNet in HW-NAS-Bench's Eyeriss column. The public predictor does not give them:
// they follow from an array of rows and columns and two transfers beside it, decoded from the
// published values (docs/hwnasbench.md).

#include <algorithm>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "space/published/hwnasbench_eyeriss.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kNoTiling = std::numeric_limits<std::int64_t>::max();

std::vector<std::int64_t> factors_up_to(std::int64_t n, std::int64_t most) {
  std::vector<std::int64_t> factors;
  for (std::int64_t factor = 1; factor <= std::min(n, most); ++factor) {
    if (n % factor == 0) factors.push_back(factor);
  }
  return factors;
}

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Input rows, or columns, that so many outputs cover.
std::int64_t covered(std::int64_t outputs, std::int64_t stride, std::int64_t filter) {
  return (outputs - 1) * stride + filter;
}

/// The most outputs, inputs and output rows side by side, with E1 rows (Eq. E24); 0: none fit.
std::int64_t parallel(const FbnetArray& array, const PredictorShape& shape, std::int64_t e1) {
  std::int64_t most = 0;
  for (const std::int64_t mb : factors_up_to(shape.m, array.columns / e1)) {
    for (const std::int64_t ma : factors_up_to(shape.m / mb, array.rows / shape.r)) {
      const auto ca = factors_up_to(shape.c, array.rows / (shape.r * ma));
      if (!ca.empty()) most = std::max(most, e1 * mb * ma * ca.back());
    }
  }
  return most;
}

/// The fewest passes of the inputs: M2 of M = M0 M1 M2.
std::int64_t passes(const HwnasbenchEyeriss& eyeriss, std::int64_t m) {
  const FbnetArray& array = eyeriss.fbnet_array;
  std::int64_t least = m;
  for (const std::int64_t m0 : factors_up_to(m, eyeriss.outputs_limit)) {
    for (const std::int64_t ma : factors_up_to(m / m0, array.rows)) {
      const std::int64_t mb = factors_up_to(m / m0 / ma, array.columns).back();
      least = std::min(least, m / (m0 * ma * mb));
    }
  }
  return least;
}

/// MACs of the processing elements for E1 rows side by side, one filter row each (Eq. E25).
std::int64_t compute_cycles(const FbnetArray& array, const PredictorShape& x, std::int64_t e1) {
  const std::int64_t side_by_side = parallel(array, x, e1);
  return side_by_side == 0 ? kNoTiling : x.m * x.c * x.e * x.f * x.s / side_by_side;
}

/// Inputs of `tiles` of rows and the outputs (Eq. E26).
std::int64_t dram_cycles(const FbnetArray& array, const PredictorShape& x, std::int64_t tiles) {
  const std::int64_t rows = tiles * covered(x.e / tiles, x.stride, x.r);
  const std::int64_t inputs = x.c * rows * covered(x.f, x.stride, x.s);
  const std::int64_t outputs = x.m * x.e * x.f;
  return ceil_divide(inputs + array.output_passes * outputs, array.words_a_cycle);
}

/// Inputs to the array (Eq. E27): the columns that the taps touch.
std::int64_t input_cycles(const HwnasbenchEyeriss& eyeriss, const PredictorShape& x) {
  const std::int64_t columns = x.s < x.stride ? x.f : covered(x.f, x.stride, x.s);
  return ceil_divide(passes(eyeriss, x.m) * x.c * x.r * x.e * columns,
                     eyeriss.fbnet_array.words_a_cycle);
}

}  // namespace

Cycles fbnet_array_cycles(const HwnasbenchEyeriss& eyeriss, const PredictorShape& shape) {
  const FbnetArray& array = eyeriss.fbnet_array;
  const bool skips_rows = shape.r < shape.stride;  // then a tile reads only the rows it needs
  std::int64_t work = kNoTiling;
  for (const std::int64_t e1 : factors_up_to(shape.e, array.columns)) {
    const std::int64_t tiles = shape.e / e1;
    if (skips_rows && tiles > array.row_tiles) continue;
    const std::int64_t cycles = compute_cycles(array, shape, e1);
    work = std::min(work, skips_rows ? std::max(cycles, dram_cycles(array, shape, tiles)) : cycles);
  }
  if (work == kNoTiling) {
    throw InputError(
        fmt::format("hwnasbench-eyeriss: a filter of {} rows, or {} output rows at stride {}, do "
                    "not fit an array of {} x {}: turn fbnet_two_dimensional_array off",
                    shape.r, shape.e, shape.stride, array.rows, array.columns));
  }
  // Eq. E28
  const std::int64_t dram = skips_rows ? 0 : dram_cycles(array, shape, 1);
  return Cycles{static_cast<double>(std::max({work, dram, input_cycles(eyeriss, shape)}))};
}

}  // namespace tilewise
