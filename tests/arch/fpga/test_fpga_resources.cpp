#include "arch/fpga/fpga_resources.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"

namespace tilewise {
namespace {

/// F2, slow and obvious: lays blocks of each shape until the memory is covered.
std::int64_t laid_blocks(std::int64_t depth, std::int64_t width) {
  if (depth * width < 1024) return 0;
  std::int64_t best = depth * width;
  for (const auto& [w, d] :
       {std::pair{1, 16384}, {2, 8192}, {4, 4096}, {9, 2048}, {18, 1024}, {36, 512}}) {
    std::int64_t blocks = 0;
    for (std::int64_t column = 0; column < width; column += w) {
      for (std::int64_t row = 0; row < depth; row += d) ++blocks;
    }
    best = std::min(best, blocks);
  }
  return best;
}

}  // namespace

TEST_CASE("a memory takes the block shape that needs fewest BRAM18") {
  CHECK(bram18_blocks(1024, 16) == 1);  // 18 x 1024
  CHECK(bram18_blocks(1025, 16) == 2);  // 9 x 2048, two side by side
  CHECK(bram18_blocks(16384, 1) == 1);  // 1 x 16384
  CHECK(bram18_blocks(512, 36) == 1);   // 36 x 512
  CHECK(bram18_blocks(8192, 16) == 8);  // 2 x 8192 or 18 x 1024
  CHECK(bram18_blocks(63, 16) == 0);    // 1008 bit: LUTs
  CHECK(bram18_blocks(64, 16) == 1);    // 1024 bit
}

TEST_CASE("the blocks of a memory are those of laying them one by one") {
  for (std::int64_t depth = 1; depth < 40000; depth = depth * 3 / 2 + 7) {
    for (const std::int64_t width : {1, 2, 3, 8, 9, 16, 17, 18, 32, 36, 37, 64, 144}) {
      CAPTURE(depth);
      CAPTURE(width);
      CHECK(bram18_blocks(depth, width) == laid_blocks(depth, width));
    }
  }
}

TEST_CASE("each bank of each copy rounds up to whole blocks, or lies in LUTs below 1024 bit") {
  // F3
  // 2 * 4 banks of ceil(5000 / 4) = 1250 words of 16 bit: 2 blocks each
  CHECK(memory_resources({5000, 16, 4, 2}) == FpgaResources{0, 16, 0, 0, 0});
  // 2 * 100 banks of 50 words of 16 bit, 800 bit: 16 LUTs each
  CHECK(memory_resources({5000, 16, 100, 2}) == FpgaResources{0, 0, 0, 3200, 0});
  // 100 words of 10 bit are 1000 bit: two rows of 64
  CHECK(memory_resources({100, 10, 1, 1}).lut == 20);
}

TEST_CASE("a memory lies in URAM where that is below half of its blocks and there is room") {
  // 4096 x 72: 1 URAM; BRAM18 36 x 512: 16
  CHECK(memory_resources({4096, 72, 1, 1}, 1) == FpgaResources{0, 0, 1, 0, 0});
  CHECK(memory_resources({4096, 72, 1, 1}, 0) == FpgaResources{0, 16, 0, 0, 0});
  CHECK(memory_resources({4096, 72, 1, 2}, 1) == FpgaResources{0, 32, 0, 0, 0});
  // 1024 x 16 would take one of either
  CHECK(memory_resources({1024, 16, 1, 1}, 9) == FpgaResources{0, 1, 0, 0, 0});
}

TEST_CASE("DSP of multiply-adds follow the precision and its packing") {
  // F1
  CHECK(dsp_of_macs(448, float32(), 1) == 2240);  // Zhang
  CHECK(dsp_of_macs(512, fixed_point(Bits{16}), 1) == 512);
  CHECK(dsp_of_macs(7, fixed_point(Bits{8}), 2) == 4);  // rounded up for the array
  CHECK(dsp_of_macs(1, fixed_point(Bits{8}), 2) == 1);
  CHECK(dsp_of_macs(7, fixed_point(Bits{8}), 1) == 7);
  CHECK(dsp_of_macs(3, fixed_point(Bits{32}), 1) == 12);  // ceil(32/18) * ceil(32/27)
  FpgaPrecision mixed;
  mixed.width = {{Bits{8}, Bits{28}, Bits{16}}};
  CHECK(dsp_of_macs(1, mixed, 1) == 2);
  CHECK(default_packing(fixed_point(Bits{8})) == 2);
  CHECK(default_packing(fixed_point(Bits{9})) == 1);
  CHECK(default_packing(float32()) == 1);
  CHECK_THROWS_WITH_AS(dsp_of_macs(2, fixed_point(Bits{16}), 2),
                       "dsp_packing: 2 takes operands of at most 8 bit; narrow them or say 1",
                       InputError);
}

TEST_CASE("LUTs of a matrix unit count multipliers in LUTs, adders and the accumulator") {
  // F5, and F6 for Cascade
  MatrixUnit unit;
  unit.pe = 2;
  unit.products = 4;
  unit.accumulator = Bits{34};
  // 300 + 1.1 * 2 * (32 * 7 + 34) = 867.6
  CHECK(matrix_unit_luts(unit, AdderRule::All) == 868);
  // 300 + 1.1 * 2 * 34 = 374.8
  CHECK(matrix_unit_luts(unit, AdderRule::Cascade) == 375);
  unit.products_in_lut = 1;
  // a multiplier: (2 * ceil(32 / 6) - 1) * 32 = 352; 300 + 2.2 * (352 + 32 + 34) = 1219.6
  CHECK(matrix_unit_luts(unit, AdderRule::Cascade) == 1220);
  CHECK(accumulator_width(Bits{16}, Bits{16}, 1) == Bits{32});
  CHECK(accumulator_width(Bits{16}, Bits{16}, 4) == Bits{34});
  CHECK(accumulator_width(Bits{8}, Bits{4}, 9) == Bits{16});
}

TEST_CASE("Qiu's logic is within 6 percent of the published LUTs") {
  // F6, F7, F9
  // 2 PE of 576 products, 372 of 1152 in LUTs; line buffers: 64 channels * 2 rows * 16 bit
  MatrixUnit unit{2, 576, 186};
  const std::int64_t luts =
      matrix_unit_luts(unit, AdderRule::Cascade) + line_buffer_luts(64, 3, 16, 30);
  CHECK(luts == 170563 + 2048);
  CHECK(static_cast<double>(luts) / 182616 == doctest::Approx(0.945).epsilon(0.001));
  CHECK(static_cast<double>(flip_flops(luts)) / 127653 == doctest::Approx(0.945).epsilon(0.001));
}

TEST_CASE("what a design lacks is listed resource by resource") {
  const FpgaResources have{10, 20, 0, 100, 100};
  CHECK(fits({10, 20, 0, 100, 100}, have));
  const FpgaResources need{12, 5, 3, 100, 101};
  CHECK_FALSE(fits(need, have));
  const auto lacks = excesses(need, have);
  REQUIRE(lacks.size() == 3);
  CHECK(lacks[1].resource == FpgaResource::Uram);
  CHECK(lacks[1].excess == 3);
  CHECK(excess_text(lacks) ==
        "needs 12 DSP, has 10 (2 too few); needs 3 URAM, has 0 (3 too few); needs 101 FF, has 100 "
        "(1 too few)");
}

TEST_CASE("resources add and multiply and refuse to overflow") {
  const FpgaResources a{1, 2, 3, 4, 5};
  CHECK(a + a == a * 2);
  CHECK(soft_controllers(2) == FpgaResources{0, 398, 0, 66512, 89778});
  CHECK_THROWS_WITH_AS(FpgaResources({1, 0, 0, 0, 0}) * INT64_MAX * 2,
                       "DSP: more than 2^63 - 1; make the dimensions smaller", InputError);
}

TEST_CASE("a precision is named by its widths") {
  CHECK(text(float32()) == "fp32");
  CHECK(text(fixed_point(Bits{8})) == "8 bit");
  FpgaPrecision mixed;
  mixed.width = {{Bits{8}, Bits{4}, Bits{16}}};
  CHECK(text(mixed) == "8/4/16 bit");
}

}  // namespace tilewise
