#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "arch/fpga.hpp"
#include "base/error.hpp"

namespace tilewise {
namespace {

FpgaEngineParameters engine() {
  FpgaEngineParameters parameters;
  parameters.name = "engine";
  parameters.board = find_board("zc706");
  return parameters;
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

TEST_CASE("the shipped engine takes 512 DSP and 512 BRAM18") {
  // DSP: 32 * 16. Input: 2 copies * 16 banks * 8 blocks of 1024 words; Output: 2 * 32 * 4.
  // Weight: 2 * 512 banks of 63 words in LUTs, one a bit.
  const FpgaResources needed = resources(engine());
  CHECK(needed.dsp == 512);
  CHECK(needed.bram18 == 256 + 256);
  CHECK(needed.lut == 2 * 512 * 16);
}

TEST_CASE("a single copy takes half of the blocks and 27 bit two multipliers") {
  FpgaEngineParameters parameters = engine();
  parameters.double_buffered = {{false, false, false}};
  CHECK(resources(parameters).bram18 == 256);
  parameters.operand_width = Bits{27};  // ceil(27/18) * ceil(27/27)
  CHECK(resources(parameters).dsp == 1024);
}

TEST_CASE("an engine that the board cannot hold is refused with what is missing") {
  FpgaEngineParameters parameters = engine();
  parameters.tm = 64;  // 1024 DSP; Weight: 1024 banks, now 32 words, in LUTs
  CHECK_THROWS_WITH_AS(build_fpga_engine(parameters),
                       "engine: the board zc706 cannot hold it: needs 1024 DSP, has 900 (124 too "
                       "few); make Tm, Tn or the buffers smaller",
                       InputError);
  parameters = engine();
  parameters.buffer[Tensor::Weight] = kibibytes(64);  // 512 banks of 1024 bit: 2 * 512 blocks
  CHECK_THROWS_WITH_AS(build_fpga_engine(parameters),
                       "engine: the board zc706 cannot hold it: needs 1536 BRAM18, has 1090 (446 "
                       "too few); make Tm, Tn or the buffers smaller",
                       InputError);
}

TEST_CASE("a bank that would hold no word is refused") {
  FpgaEngineParameters parameters = engine();
  parameters.buffer[Tensor::Input] = bytes(16);  // 8 words in 16 banks
  CHECK_THROWS_WITH_AS(build_fpga_engine(parameters),
                       "engine: Input buffer of 8 words: expected one for each of its 16 banks",
                       InputError);
  parameters = engine();
  parameters.tm = 0;
  CHECK_THROWS_WITH_AS(build_fpga_engine(parameters),
                       "engine: Tm and Tn: expected 1 to 65536, found 0", InputError);
}

TEST_CASE("the engine lays output channels along Tm and input channels along Tn") {
  const Architecture built = build_fpga_engine(engine());
  CHECK(compute_units(built) == 512);
  const FanOut& lanes = built.levels[1].fan_out;
  CHECK(lanes.x.size == 32);
  CHECK(lanes.x.dims[Dim::M]);
  CHECK(lanes.x.dims[Dim::G]);
  CHECK_FALSE(lanes.x.dims[Dim::C]);
  CHECK(lanes.y.size == 16);
  CHECK(lanes.y.dims[Dim::C]);
  CHECK(built.constraints[0].orders.size() == 3);
  CHECK(built.constraints[1].orders.size() == 1);
}

TEST_CASE("off-chip bandwidth follows the clock and the board's power the cycle") {
  FpgaEngineParameters parameters = engine();
  const Architecture at_200 = build_fpga_engine(parameters);
  // 12.8 GB/s * 8 bit / 200 MHz
  CHECK(at_200.levels[0].memories[0].read_bandwidth.count() == doctest::Approx(512.0));
  CHECK(at_200.levels[1].memories[0].capacity == kibibytes(512));  // two copies
  parameters.clock = Megahertz{100.0};
  parameters.board.board_power = Milliwatts{7000.0};
  const Architecture at_100 = build_fpga_engine(parameters);
  CHECK(at_100.levels[0].memories[0].read_bandwidth.count() == doctest::Approx(1024.0));
  CHECK(at_100.energy_per_cycle.count() == doctest::Approx(70000.0));  // 7 W * 10 ns
}

TEST_CASE("energies of an FPGA say that they are estimates") {
  const Architecture zc706 = find_architecture("zc706");
  CHECK(zc706.name == "zc706");
  CHECK(zc706.levels[1].memories[0].source.starts_with(
      "ASIC estimate, no published BRAM energy: CACTI 7.0, hp350, 28 nm, 2304 B x 16 bit"));
  CHECK(zc706.compute.source.starts_with("ASIC estimate, no published DSP energy: "));
}

}  // namespace tilewise
