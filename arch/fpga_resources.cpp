#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "arch/fpga.hpp"
#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kLeastBlockBits = 1024;  // smaller memories are made of LUTs
constexpr std::int64_t kLutDepth = 64;          // words of one bit in a LUT (UG474)

struct BlockMode {
  std::int64_t width;
  std::int64_t depth;
};
constexpr std::array<BlockMode, 6> kBlockModes{
    {{1, 16384}, {2, 8192}, {4, 4096}, {9, 2048}, {18, 1024}, {36, 512}}};

}  // namespace

std::int64_t bram18_blocks(std::int64_t depth, std::int64_t width) {
  if (checked_multiply(depth, width, "bits of a memory") < kLeastBlockBits) return 0;
  const auto blocks = [&](const BlockMode& mode) {
    return ceil_div(width, mode.width) * ceil_div(depth, mode.depth);
  };
  std::int64_t best = blocks(kBlockModes.front());
  for (const BlockMode& mode : kBlockModes) best = std::min(best, blocks(mode));
  return best;
}

std::int64_t buffer_banks(const FpgaEngineParameters& parameters, Tensor t) {
  switch (t) {
    case Tensor::Input: return parameters.tn;
    case Tensor::Weight: return checked_multiply(parameters.tm, parameters.tn, "Tm x Tn");
    case Tensor::Output: return parameters.tm;
  }
  return 0;
}

FpgaResources resources(const FpgaEngineParameters& parameters) {
  const std::int64_t width = parameters.operand_width.count();
  FpgaResources needed;
  needed.dsp = checked_product(
      {parameters.tm, parameters.tn, ceil_div(width, 18), ceil_div(width, 27)}, "DSP");
  for (const Tensor t : kTensors) {
    const std::int64_t banks = buffer_banks(parameters, t);
    const std::int64_t words = parameters.buffer[t].count() / width;
    if (words < banks) {
      throw InputError(
          fmt::format("{}: {} buffer of {} words: expected one for each of its {} "
                      "banks",
                      parameters.name, name(t), words, banks));
    }
    const std::int64_t depth = ceil_div(words, banks);
    const std::int64_t memories =
        checked_multiply(parameters.double_buffered[t] ? 2 : 1, banks, "banks");
    const std::int64_t blocks = bram18_blocks(depth, width);
    needed.bram18 =
        checked_add(needed.bram18, checked_multiply(memories, blocks, "BRAM18"), "BRAM18");
    if (blocks == 0) {
      needed.lut += checked_product({memories, width, ceil_div(depth, kLutDepth)}, "LUT");
    }
  }
  return needed;
}

}  // namespace tilewise
