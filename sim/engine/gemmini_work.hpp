#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/engine/gemmini_accumulator.hpp"
#include "sim/engine/gemmini_cycles.hpp"
#include "sim/engine/gemmini_program.hpp"

namespace tilewise {

/// A block of an operand that a tile moves: what it is, and how it lies in off-chip memory.
struct GemminiBlock {
  std::array<std::int64_t, 6> key{};  ///< the operand (0 Input, 1 Weight, 2 Output), and its place
  double lines = 0.0;                 ///< of 64 bytes; 0: it is not moved
  std::int64_t stride = 64;           ///< bytes from row to row
  double lines_a_row = 1.0;
};

/// Requests for a block, and the bytes that they bring.
struct GemminiMoves {
  double requests = 0.0;
  double bytes = 0.0;
};

/// What one tile does.
struct GemminiWork {
  GemminiMoves input;
  GemminiMoves weights;
  double padding_rows = 0.0;  ///< of the input that the zero writer makes
  double zeroed_rows = 0.0;   ///< of the accumulator, where sums begin
  double execution = 0.0;     ///< cycles of the array
  std::int64_t sweeps = 1;    ///< over the tile, each with other weights
  GemminiSums sums;
  double stored_rows = 0.0;
  GemminiBlock input_block;
  GemminiBlock weight_block;
  GemminiBlock output_block;
};

GemminiWork gemmini_work(const GemminiLayer& layer, const GemminiTile& tile,
                         const GemminiFacts& facts);

}  // namespace tilewise
