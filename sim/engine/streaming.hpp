#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/fpga/fpga_resources.hpp"
#include "base/units.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// What a stage of a streaming design is made of.
enum class StageKind {
  Matrix,      ///< convolution or fully connected: a matrix unit, behind a window where K > 1
  Depthwise,   ///< the same channel by channel
  Pool,        ///< a window and an adder or comparator for each lane
  GlobalPool,  ///< accumulators only: the map passes once
  Sum,         ///< adders; the earlier operands wait in FIFOs
  Join,        ///< channels of several tensors side by side; the earlier ones wait in FIFOs
};
std::string_view name(StageKind kind);

/// One stage: what it computes for an image and the memories that follow from it. Words of an
/// image pass channel by channel, pixel by pixel.
struct StreamStage {
  StageKind kind = StageKind::Matrix;
  std::int64_t outputs = 1;     ///< output channels of all groups
  std::int64_t inputs = 1;      ///< input channels of a group; operands of a Sum
  std::int64_t channels = 1;    ///< input channels of all groups
  std::int64_t out_pixels = 1;  ///< of an image
  std::int64_t in_pixels = 1;
  std::int64_t in_columns = 1;  ///< pixels of a row of the window
  std::int64_t kernel_rows = 1;
  std::int64_t kernel_columns = 1;
  Bits weight{8};
  Bits activation{8};
  std::vector<std::int64_t> fifo_words;  ///< of each operand that comes early
  auto operator<=>(const StreamStage&) const = default;
};

/// Multipliers of a stage: `pe` output channels at once, `simd` products of each. FINN's rule: PE
/// divides the output channels, SIMD the input channels, of Depthwise the taps of the window.
struct Folding {
  std::int64_t pe = 1;
  std::int64_t simd = 1;
  auto operator<=>(const Folding&) const = default;
};
/// All that the rule allows, rising; SIMD is 1 in all but Matrix and Depthwise.
std::vector<Folding> foldings(const StreamStage& stage);

/// FPGA Eq. S1: output pixels x (M / PE) x (K K C / SIMD). Sums, joins and global pools pass each
/// word once: pixels x channels / PE.
std::int64_t stage_cycles(const StreamStage& stage, const Folding& folding);

/// FPGA Eq. S2, S3: matrix unit (F5, adders of all products), weights, window, adders, FIFOs;
/// each memory by F2; FF by F7. The window's and the pool's own logic are estimates.
FpgaResources stage_resources(const StreamStage& stage, const Folding& folding);

/// A network as stages, in topological order; one a layer, and one for each concatenation.
struct StreamPipeline {
  std::vector<StreamStage> stages;
  std::vector<std::string> names;
  double path = 0.0;  ///< the first output's delays along the longest path, in intervals (S1)
  Bits input;         ///< words of an image in
  Bits output;        ///< and out
};
/// Bits of the words of all layers, in place of their own widths (S4).
using StreamWidth = std::optional<Bits>;
/// Throws InputError where a layer cannot be a stage: a matrix product, a batch.
StreamPipeline stream_pipeline(const Network& network, StreamWidth width = std::nullopt);

/// FPGA Eq. S1: interval x (1 + path), an estimate.
Cycles stream_latency(const StreamPipeline& pipeline, std::int64_t interval);

}  // namespace tilewise
