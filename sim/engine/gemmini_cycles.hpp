#pragma once

#include <cstdint>
#include <vector>

#include "base/units.hpp"
#include "sim/engine/gemmini_program.hpp"

namespace tilewise {

/// Gemmini as Chipyard's default configuration builds it: 16 x 16 PEs, weight stationary, 8 bit.
/// docs/gemmini.md has what each figure is from.
struct GemminiFacts {
  // Read in the public sources.
  double hit = 4.0;              ///< cycles of a request of 64 bytes on a bus of 16
  double zero_row = 1.0;         ///< cycles of a row that the zero writer makes
  double store_row = 2.0;        ///< cycles of a row of 16 bytes that is stored
  std::int64_t pairs_ahead = 8;  ///< preloads with their computes in the reservation station
  std::int64_t least_rows = 4;   ///< of a compute
  std::int64_t accumulator_rows = 1024;  ///< of 16 words, in two banks
  std::int64_t cache_lines = 8192;       ///< of 64 bytes, 512 KiB, replaced at random
  std::int64_t cache_ways = 8;
  // Read off single rows of the data.
  double pair_latency = 57.0;  ///< from the issue of a compute to its end
  std::int64_t banks = 4;      ///< into which lines below the cache are interleaved: a hypothesis
  // Fitted on all 110 rows, then rounded.
  double narrow_hit = 2.0;         ///< cycles of a request of 16 bytes
  double miss = 7.0;               ///< cycles of a line that is not in the cache
  double miss_in_one_bank = 14.0;  ///< where all lines are in one bank
  double next_loop = 430.0;        ///< from a free slot to the first move of the next hardware loop
  double fill = 113.0;             ///< from the last load to the first compute
  double run = 2500.0;             ///< once
};

/// Cycles of a layer as the program's tiles run on the RTL: each tile loads, computes and stores,
/// two tiles at a time (docs/gemmini.md).
Cycles gemmini_cycles(const GemminiLayer& layer, const GemminiTiling& tiling,
                      const GemminiFacts& facts = {});

/// Mean number of aligned requests of 16, 32 or 64 bytes for a row of `bytes`, of rows `stride`
/// bytes apart.
double gemmini_requests(std::int64_t stride, std::int64_t bytes);

/// Cycles of one weight block over its blocks of rows, in the steady state: a pair begins when the
/// one before has fed its rows and the one `pairs_ahead` before has ended.
double gemmini_sweep(const std::vector<std::int64_t>& rows, const GemminiFacts& facts);

}  // namespace tilewise
