#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace tilewise {

/// Where the sums of a tile lie in the accumulator, from row `base` on, a row of 16 words. Of a
/// convolution 16 outputs at a time, each image row by row; of a product blocks of 16 rows.
struct GemminiSums {
  std::int64_t base = 0;     ///< the first row, or that of the second half
  std::int64_t rows = 0;     ///< of the output; of a product blocks of 16
  std::int64_t columns = 0;  ///< of the output; of a product 16, the rows of a block
  std::int64_t groups = 0;   ///< of 16 outputs
  bool product = false;
  std::int64_t all() const { return rows * columns * groups; }
};

/// What the array does to the sums of a tile, at an even pace: sweeps, each with other weights.
struct GemminiExecution {
  double begin = 0.0;
  double end = 0.0;
  std::int64_t sweeps = 1;
  GemminiSums sums;
};

/// Rows one after another in one bank.
struct GemminiRows {
  int bank = 0;
  std::int64_t count = 0;
};

/// The rows of a tile in the order of its stores, which is that of the zeros before it. The
/// accumulator has two banks of `bank` rows, beyond which addresses wrap. Source: gemmini,
/// LoopConv.scala, LoopMatmul.scala.
std::vector<GemminiRows> gemmini_rows_moved(const GemminiSums& sums, std::int64_t bank);

/// When the rows of `sums` are moved, from `begin` on in at least `a_row` cycles each, beside an
/// execution: an accumulating write takes the read port of its bank, so a row in the bank that the
/// array works in has the cycles that the array leaves idle. Source: gemmini,
/// AccumulatorMem.scala, `io.read.req.ready`.
double gemmini_moved_beside(const GemminiSums& sums, double begin, double a_row,
                            const GemminiExecution& beside, std::int64_t bank);

}  // namespace tilewise
