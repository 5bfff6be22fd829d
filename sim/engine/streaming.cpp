#include "sim/engine/streaming.hpp"

#include <algorithm>

#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kWindowLuts = 300;  // control of a window (FINN-R)
constexpr std::int64_t kPoolBits = 4;      // above the words, for a sum over a window: estimate
constexpr std::int64_t kGlobalBits = 8;    // the same over a map of up to 256 pixels: estimate

std::vector<std::int64_t> divisors(std::int64_t n) {
  std::vector<std::int64_t> result;
  for (std::int64_t d = 1; d <= n; ++d) {
    if (n % d == 0) result.push_back(d);
  }
  return result;
}

FpgaResources memory(std::int64_t depth, std::int64_t width) {
  return memory_resources({depth, width, 1, 1});
}

/// Rows in use and one that arrives (S2).
FpgaResources window(const StreamStage& stage, std::int64_t lanes) {
  const std::int64_t words =
      checked_product({stage.kernel_rows + 1, stage.in_columns, stage.channels}, "window");
  FpgaResources taken = memory(ceil_div(words, lanes), lanes * stage.activation.count());
  taken.lut += kWindowLuts;
  return taken;
}

FpgaResources matrix(const StreamStage& stage, const Folding& folding) {
  const std::int64_t fan_in = stage.kernel_rows * stage.kernel_columns * stage.inputs;
  const MatrixUnit unit{
      folding.pe,       folding.simd, 0,
      stage.activation, stage.weight, accumulator_width(stage.activation, stage.weight, fan_in)};
  FpgaPrecision precision;
  precision.width = {{stage.activation, stage.weight, stage.activation}};
  const std::int64_t lanes = checked_multiply(folding.pe, folding.simd, "PE x SIMD");
  const bool shared = stage.kind == StageKind::Matrix;  // depthwise products share no operand
  FpgaResources taken = memory(checked_multiply(ceil_div(stage.outputs, folding.pe),
                                                ceil_div(fan_in, folding.simd), "weights"),
                               lanes * stage.weight.count());
  taken.lut += matrix_unit_luts(unit, AdderRule::All);
  taken.dsp += dsp_of_macs(lanes, precision, shared ? default_packing(precision) : 1);
  if (fan_in > stage.inputs) taken += window(stage, shared ? folding.simd : folding.pe);
  return taken;
}

FpgaResources fifos(const StreamStage& stage, std::int64_t lanes) {
  FpgaResources taken;
  for (const std::int64_t words : stage.fifo_words) {
    taken += memory(ceil_div(words, lanes), lanes * stage.activation.count());
  }
  return taken;
}

FpgaResources logic_and_memory(const StreamStage& stage, const Folding& folding) {
  const std::int64_t bits = stage.activation.count();
  FpgaResources taken;
  switch (stage.kind) {
    case StageKind::Matrix:
    case StageKind::Depthwise: return matrix(stage, folding);
    case StageKind::Pool:
      taken = window(stage, folding.pe);
      taken.lut += folding.pe * (bits + kPoolBits);
      return taken;
    case StageKind::GlobalPool: taken.lut = folding.pe * (bits + kGlobalBits); return taken;
    case StageKind::Sum:
      taken = fifos(stage, folding.pe);
      taken.lut += folding.pe * (stage.inputs - 1) * (bits + 1);
      return taken;
    case StageKind::Join: return fifos(stage, folding.pe);
  }
  return taken;
}

}  // namespace

std::string_view name(StageKind kind) {
  switch (kind) {
    case StageKind::Matrix: return "matrix";
    case StageKind::Depthwise: return "depthwise";
    case StageKind::Pool: return "pool";
    case StageKind::GlobalPool: return "global pool";
    case StageKind::Sum: return "sum";
    case StageKind::Join: return "join";
  }
  return "";
}

std::vector<Folding> foldings(const StreamStage& stage) {
  std::vector<std::int64_t> simds{1};
  if (stage.kind == StageKind::Matrix) simds = divisors(stage.inputs);
  if (stage.kind == StageKind::Depthwise)
    simds = divisors(stage.kernel_rows * stage.kernel_columns);
  std::vector<Folding> all;
  for (const std::int64_t pe : divisors(stage.outputs)) {
    for (const std::int64_t simd : simds) all.push_back({pe, simd});
  }
  return all;
}

std::int64_t stage_cycles(const StreamStage& stage, const Folding& folding) {
  const std::int64_t kernel = stage.kernel_rows * stage.kernel_columns;
  switch (stage.kind) {
    case StageKind::Matrix:
      return checked_product({stage.out_pixels, ceil_div(stage.outputs, folding.pe),
                              ceil_div(kernel * stage.inputs, folding.simd)},
                             "cycles of a stage");
    case StageKind::Depthwise:
      return checked_product(
          {stage.out_pixels, ceil_div(stage.outputs, folding.pe), ceil_div(kernel, folding.simd)},
          "cycles of a stage");
    case StageKind::Pool:
      return checked_product({stage.out_pixels, ceil_div(stage.outputs, folding.pe), kernel},
                             "cycles of a stage");
    case StageKind::GlobalPool:
    case StageKind::Sum:
    case StageKind::Join:
      return checked_multiply(stage.in_pixels, ceil_div(stage.outputs, folding.pe),
                              "cycles of a stage");
  }
  return 0;
}

FpgaResources stage_resources(const StreamStage& stage, const Folding& folding) {
  FpgaResources taken = logic_and_memory(stage, folding);
  taken.ff = flip_flops(taken.lut);
  return taken;
}

Cycles stream_latency(const StreamPipeline& pipeline, std::int64_t interval) {
  return Cycles{static_cast<double>(interval) * (1.0 + pipeline.path)};
}

}  // namespace tilewise
