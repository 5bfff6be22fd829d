#include "arch/fpga/fpga_resources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kLeastBlockBits = 1024;  // smaller memories are made of LUTs (fpgaConvNet)
constexpr std::int64_t kLutDepth = 64;          // words of one bit in a LUT (UG474)
constexpr std::int64_t kShiftDepth = 32;        // words of one bit in a shift register
constexpr std::int64_t kLutInputs = 6;          // of a LUT (UG474)
constexpr std::int64_t kUramDepth = 4096;       // words of an UltraRAM (UG573)
constexpr std::int64_t kUramWidth = 72;         // bits of its word

struct BlockMode {
  std::int64_t width;
  std::int64_t depth;
};
constexpr std::array<BlockMode, 6> kBlockModes{
    {{1, 16384}, {2, 8192}, {4, 4096}, {9, 2048}, {18, 1024}, {36, 512}}};

constexpr std::int64_t kFloat32Dsp = 5;                    // 3 of the multiplier, 2 of the adder
constexpr std::int64_t kInputPort = 18;                    // bits of a DSP's narrow operand
constexpr std::int64_t kWeightPort = 27;                   // bits of its wide one
constexpr Bits kWidestPacked{8};                           // two products that share an operand
constexpr double kUnitLuts = 300.0;                        // control of a matrix unit (FINN-R)
constexpr double kRouting = 1.1;                           // over the sum of its parts (FINN-R)
constexpr std::int64_t kFloat32Luts = 416;                 // Zhang: 186251 LUT / 448 MACs
constexpr std::int64_t kFloat32Ff = 459;                   // Zhang: 205704 FF / 448 MACs
constexpr double kFfPerLut = 0.699;                        // Qiu: 127653 FF / 182616 LUT
const FpgaResources kController{0, 199, 0, 33256, 44889};  // fpgaConvNet

}  // namespace

std::int64_t FpgaResources::amount(FpgaResource resource) const {
  switch (resource) {
    case FpgaResource::Dsp: return dsp;
    case FpgaResource::Bram18: return bram18;
    case FpgaResource::Uram: return uram;
    case FpgaResource::Lut: return lut;
    case FpgaResource::Ff: return ff;
  }
  return 0;
}

FpgaResources operator+(const FpgaResources& a, const FpgaResources& b) {
  return {checked_add(a.dsp, b.dsp, "DSP"), checked_add(a.bram18, b.bram18, "BRAM18"),
          checked_add(a.uram, b.uram, "URAM"), checked_add(a.lut, b.lut, "LUT"),
          checked_add(a.ff, b.ff, "FF")};
}

FpgaResources& operator+=(FpgaResources& a, const FpgaResources& b) { return a = a + b; }

FpgaResources operator*(const FpgaResources& a, std::int64_t copies) {
  return {checked_multiply(a.dsp, copies, "DSP"), checked_multiply(a.bram18, copies, "BRAM18"),
          checked_multiply(a.uram, copies, "URAM"), checked_multiply(a.lut, copies, "LUT"),
          checked_multiply(a.ff, copies, "FF")};
}

FpgaResources whole_device(const FpgaBoard& board) {
  return {board.dsp, board.bram18, board.uram, board.lut, board.ff};
}

FpgaResources usable_device(const FpgaBoard& board) {
  // A share such as 0.9 is no binary fraction: the slack keeps 0.9 * 220 at 198.
  const auto part = [&](std::int64_t count, FpgaResource resource) {
    constexpr double kSlack = 1e-9;
    const double share = board.usable[resource];
    return static_cast<std::int64_t>(std::floor(static_cast<double>(count) * share + kSlack));
  };
  using enum FpgaResource;
  return {part(board.dsp, Dsp), part(board.bram18, Bram18), part(board.uram, Uram),
          part(board.lut, Lut), part(board.ff, Ff)};
}

std::vector<FpgaExcess> excesses(const FpgaResources& need, const FpgaResources& have) {
  std::vector<FpgaExcess> lacks;
  for (const FpgaResource each : all_of<FpgaResource>()) {
    const std::int64_t excess = need.amount(each) - have.amount(each);
    if (excess > 0) lacks.push_back({each, need.amount(each), have.amount(each), excess});
  }
  return lacks;
}

bool fits(const FpgaResources& need, const FpgaResources& have) {
  for (const FpgaResource each : all_of<FpgaResource>()) {
    if (need.amount(each) > have.amount(each)) return false;
  }
  return true;
}

std::string excess_text(std::span<const FpgaExcess> lacks) {
  std::string text;
  for (const FpgaExcess& each : lacks) {
    text += fmt::format("{}needs {} {}, has {} ({} too few)", text.empty() ? "" : "; ", each.need,
                        name(each.resource), each.have, each.excess);
  }
  return text;
}

FpgaPrecision fixed_point(Bits width) { return {Arithmetic::Fixed, {{width, width, width}}}; }

FpgaPrecision float32() { return {Arithmetic::Float32, {{Bits{32}, Bits{32}, Bits{32}}}}; }

std::string text(const FpgaPrecision& precision) {
  if (precision.arithmetic == Arithmetic::Float32) return "fp32";
  const auto bits = [&](Tensor t) { return precision.width[t].count(); };
  if (precision == fixed_point(precision.width[Tensor::Input])) {
    return fmt::format("{} bit", bits(Tensor::Input));
  }
  return fmt::format("{}/{}/{} bit", bits(Tensor::Input), bits(Tensor::Weight),
                     bits(Tensor::Output));
}

std::int64_t default_packing(const FpgaPrecision& precision) {
  if (precision.arithmetic == Arithmetic::Float32) return 1;
  const Bits widest = std::max(precision.width[Tensor::Input], precision.width[Tensor::Weight]);
  return widest <= kWidestPacked ? 2 : 1;
}

std::int64_t dsp_of_macs(std::int64_t macs, const FpgaPrecision& precision, std::int64_t packing) {
  if (packing != 1 && packing != 2) {
    throw InputError(fmt::format("dsp_packing: expected 1 or 2, found {}", packing));
  }
  if (packing > default_packing(precision)) {
    throw InputError("dsp_packing: 2 takes operands of at most 8 bit; narrow them or say 1");
  }
  if (precision.arithmetic == Arithmetic::Float32) {
    return checked_multiply(macs, kFloat32Dsp, "DSP");
  }
  if (packing == 2) return ceil_div(macs, 2);
  return checked_product({macs, ceil_div(precision.width[Tensor::Input].count(), kInputPort),
                          ceil_div(precision.width[Tensor::Weight].count(), kWeightPort)},
                         "DSP");
}

std::int64_t bram18_blocks(std::int64_t depth, std::int64_t width) {
  if (checked_multiply(depth, width, "bits of a memory") < kLeastBlockBits) return 0;
  const auto blocks = [&](const BlockMode& mode) {
    return ceil_div(width, mode.width) * ceil_div(depth, mode.depth);
  };
  std::int64_t best = blocks(kBlockModes.front());
  for (const BlockMode& mode : kBlockModes) best = std::min(best, blocks(mode));
  return best;
}

std::int64_t uram_blocks(std::int64_t depth, std::int64_t width) {
  return checked_multiply(ceil_div(width, kUramWidth), ceil_div(depth, kUramDepth), "URAM");
}

std::int64_t lutram_luts(std::int64_t depth, std::int64_t width) {
  return checked_multiply(width, ceil_div(depth, kLutDepth), "LUT");
}

FpgaResources memory_resources(const FpgaMemory& memory, std::int64_t uram_left) {
  const std::int64_t depth = ceil_div(memory.depth, memory.banks);
  const std::int64_t memories = checked_multiply(memory.copies, memory.banks, "banks");
  const std::int64_t blocks = bram18_blocks(depth, memory.width);
  if (blocks == 0) {
    return {0, 0, 0, checked_multiply(memories, lutram_luts(depth, memory.width), "LUT"), 0};
  }
  const std::int64_t urams = uram_blocks(depth, memory.width);
  if (2 * urams < blocks && checked_multiply(memories, urams, "URAM") <= uram_left) {
    return {0, 0, memories * urams, 0, 0};
  }
  return {0, checked_multiply(memories, blocks, "BRAM18"), 0, 0, 0};
}

Bits accumulator_width(Bits input, Bits weight, std::int64_t fan_in) {
  const auto terms = static_cast<std::uint64_t>(std::max<std::int64_t>(fan_in, 1));
  return input + weight + Bits{static_cast<std::int64_t>(std::bit_width(terms - 1))};
}

std::int64_t matrix_unit_luts(const MatrixUnit& unit, AdderRule adders) {
  const std::int64_t operands = (unit.input + unit.weight).count();
  const auto in_luts = static_cast<double>(unit.products_in_lut);
  const double one = static_cast<double>((2 * ceil_div(operands, kLutInputs) - 1) * operands);
  const std::int64_t summed = adders == AdderRule::All ? unit.products : unit.products_in_lut;
  const double sums = static_cast<double>(operands * std::max<std::int64_t>(2 * summed - 1, 0));
  const double pe = in_luts * one + sums + static_cast<double>(unit.accumulator.count());
  return static_cast<std::int64_t>(
      std::ceil(kUnitLuts + kRouting * static_cast<double>(unit.pe) * pe));
}

FpgaResources float32_logic(std::int64_t macs) {
  return {0, 0, 0, checked_multiply(macs, kFloat32Luts, "LUT"),
          checked_multiply(macs, kFloat32Ff, "FF")};
}

std::int64_t flip_flops(std::int64_t luts) {
  return static_cast<std::int64_t>(std::llround(kFfPerLut * static_cast<double>(luts)));
}

FpgaResources soft_controllers(std::int64_t count) { return kController * count; }

std::int64_t line_buffer_luts(std::int64_t channels, std::int64_t kernel, std::int64_t width,
                              std::int64_t row) {
  return checked_product({channels, kernel - 1, width, ceil_div(row, kShiftDepth)}, "LUT");
}

}  // namespace tilewise
