#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "arch/fpga/fpga_board.hpp"
#include "base/enum_array.hpp"
#include "base/units.hpp"
#include "workload/dim.hpp"

namespace tilewise {

/// What a design takes of an FPGA. Formulas F1 to F9: docs/fpga.md, Resources.
struct FpgaResources {
  std::int64_t dsp = 0;
  std::int64_t bram18 = 0;
  std::int64_t uram = 0;
  std::int64_t lut = 0;
  std::int64_t ff = 0;

  std::int64_t amount(FpgaResource resource) const;
  bool operator==(const FpgaResources&) const = default;
};
/// Sums and multiples, resource by resource; throw InputError where one leaves 63 bits.
FpgaResources operator+(const FpgaResources& a, const FpgaResources& b);
FpgaResources& operator+=(FpgaResources& a, const FpgaResources& b);
FpgaResources operator*(const FpgaResources& a, std::int64_t copies);

/// The whole device: what a published build is held against.
FpgaResources whole_device(const FpgaBoard& board);
/// The usable share, rounded down: what a found design may take.
FpgaResources usable_device(const FpgaBoard& board);

/// A resource of which a design needs more than there is.
struct FpgaExcess {
  FpgaResource resource = FpgaResource::Dsp;
  std::int64_t need = 0;
  std::int64_t have = 0;
  std::int64_t excess = 0;  ///< need - have, above 0
};
/// Every resource that `need` exceeds, in the order of FpgaResource; empty: it fits.
std::vector<FpgaExcess> excesses(const FpgaResources& need, const FpgaResources& have);
bool fits(const FpgaResources& need, const FpgaResources& have);
/// "needs 1024 DSP, has 900 (124 too few); needs ...".
std::string excess_text(std::span<const FpgaExcess> lacks);

enum class Arithmetic { Fixed, Float32 };

/// Number format of an engine: 32-bit floating point, or integers of a width per operand.
struct FpgaPrecision {
  Arithmetic arithmetic = Arithmetic::Fixed;
  EnumArray<Tensor, Bits> width{{Bits{16}, Bits{16}, Bits{16}}};
  bool operator==(const FpgaPrecision&) const = default;
};
FpgaPrecision fixed_point(Bits width);  ///< of all three operands
FpgaPrecision float32();
/// "fp32", "16 bit", or "8/4/16 bit" (Input, Weight, Output).
std::string text(const FpgaPrecision& precision);

/// Products that one DSP makes: 2 where both operands have at most 8 bit, else 1 (F1).
std::int64_t default_packing(const FpgaPrecision& precision);
/// DSP of an array of `macs` multiply-adds (F1): fp32 5 each; packed, half, rounded up for the
/// array; else ceil(input / 18) ceil(weight / 27) each. `packing` 1 or 2; throws InputError where
/// 2 meets operands above 8 bit.
std::int64_t dsp_of_macs(std::int64_t macs, const FpgaPrecision& precision, std::int64_t packing);

/// Blocks of 18 Kibit for a memory of `depth` words of `width` bits: the best of 1x16384, 2x8192,
/// 4x4096, 9x2048, 18x1024 and 36x512; none below 1024 bit, which LUTs hold (F2, fpgaConvNet).
std::int64_t bram18_blocks(std::int64_t depth, std::int64_t width);
/// Blocks of 72 x 4096 bit for such a memory (F3).
std::int64_t uram_blocks(std::int64_t depth, std::int64_t width);
/// LUTs of a memory that LUTs hold, 64 words of one bit each (UG474).
std::int64_t lutram_luts(std::int64_t depth, std::int64_t width);

/// `copies` x `banks` equal memories that share `depth` words of `width` bits.
struct FpgaMemory {
  std::int64_t depth = 1;   ///< words of all banks of one copy
  std::int64_t width = 16;  ///< bits of a word
  std::int64_t banks = 1;
  std::int64_t copies = 1;  ///< 2 where double-buffered
};
/// F3: copies x banks x blocks of a bank of ceil(depth / banks) words, LUTRAM where a bank is
/// below 1024 bit; URAM where at most `uram_left` are needed and fewer than half the BRAM18
/// (estimate).
FpgaResources memory_resources(const FpgaMemory& memory, std::int64_t uram_left = 0);

/// Rows of multipliers that each add up to one accumulator (FINN-R's matrix unit).
struct MatrixUnit {
  std::int64_t pe = 1;               ///< accumulators
  std::int64_t products = 1;         ///< of a PE: SIMD
  std::int64_t products_in_lut = 0;  ///< of these, made of LUTs and not of DSP
  Bits input{16};
  Bits weight{16};
  Bits accumulator{48};
};
/// Whose adders are made of LUTs.
enum class AdderRule {
  All,      ///< of every product, as FINN-R counts (F5)
  Cascade,  ///< of the products in LUTs only: a DSP adds in its own post-adder (F6)
};
/// input + weight + ceil(log2(fan_in)) bit: no sum of `fan_in` products overflows it (F5).
Bits accumulator_width(Bits input, Bits weight, std::int64_t fan_in);
/// F5, F6: 300 + 1.1 PE (multipliers in LUTs + adders + accumulator), rounded up. Without the
/// nest's control, requantisation and DMA, for which there is no source.
std::int64_t matrix_unit_luts(const MatrixUnit& unit, AdderRule adders);

/// LUT and FF of fp32 multiply-adds, all of the engine included (F7, calibrated on Zhang).
FpgaResources float32_logic(std::int64_t macs);
/// Flip-flops beside `luts` of fixed-point logic: 0.699 a LUT (F7, calibrated on Qiu).
std::int64_t flip_flops(std::int64_t luts);
/// Memory controllers made of the fabric (F8, fpgaConvNet).
FpgaResources soft_controllers(std::int64_t count);
/// kernel - 1 rows of `row` words in shift registers of LUTs, for each of `channels` (F9).
std::int64_t line_buffer_luts(std::int64_t channels, std::int64_t kernel, std::int64_t width,
                              std::int64_t row);

}  // namespace tilewise
