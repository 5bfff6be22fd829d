#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "arch/family/fpga.hpp"
#include "arch/fpga/fpga_engine_resources.hpp"
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

TEST_CASE("the shipped engine takes 512 DSP and 711 BRAM18") {
  // F4 and F8, of F1 to F3.
  // DSP: 32 * 16. Input: 2 copies * 16 banks * 8 blocks of 1024 words; Output: 2 * 32 * 4; the
  // controller of the PL port: 199. Weight: 2 * 512 banks of 63 words in LUTs, one a bit.
  const FpgaEngineUse use = engine_use(engine());
  CHECK(use.total.dsp == 512);
  CHECK(use.total.bram18 == 256 + 256 + 199);
  CHECK(use.buffers[Tensor::Weight].lut == 2 * 512 * 16);
  // F5: 300 + 1.1 * 32 * (32 * (2 * 16 - 1) + 48) = 36908; with post-adders 300 + 1.1 * 32 * 48.
  CHECK(use.lanes.lut == 36908);
  CHECK(use.total.lut == 36908 + 16384 + 33256);
  CHECK(use.least_lut == 1990 + 16384 + 33256);
}

TEST_CASE("a port of the processor needs no controller in the fabric") {
  FpgaEngineParameters parameters = engine();
  parameters.board = with_port(parameters.board, "ps");
  CHECK(resources(parameters).bram18 == 512);
  CHECK(engine_use(parameters).controllers == FpgaResources{});
}

TEST_CASE("a single copy takes half of the blocks and 27 bit two multipliers") {
  FpgaEngineParameters parameters = engine();
  parameters.double_buffered = {{false, false, false}};
  CHECK(resources(parameters).bram18 == 256 + 199);
  parameters.precision = fixed_point(Bits{27});  // ceil(27/18) * ceil(27/27)
  CHECK(resources(parameters).dsp == 1024);
}

TEST_CASE("an engine of fp32 takes 5 DSP, 416 LUT and 459 FF a MAC and no controller beside") {
  // F7, F8
  FpgaEngineParameters parameters = engine();
  parameters.precision = float32();
  parameters.buffer[Tensor::Weight] = kibibytes(128);  // 512 banks of 64 words of 32 bit: BRAM
  const FpgaResources needed = resources(parameters);
  CHECK(needed.dsp == 5 * 512);
  CHECK(needed.lut == 416 * 512);
  CHECK(needed.ff == 459 * 512);
}

TEST_CASE("pixel lanes and windows multiply the products and their banks") {
  FpgaEngineParameters parameters = engine();
  parameters.tm = 2;
  parameters.tn = 4;
  parameters.tp = 3;
  parameters.tq = 5;
  parameters.window = 3;
  CHECK(multipliers(parameters) == 2 * 4 * 3 * 5 * 9);
  CHECK(buffer_banks(parameters, Tensor::Input) == 4 * 3 * 5);
  CHECK(buffer_banks(parameters, Tensor::Weight) == 2 * 4);
  CHECK(buffer_banks(parameters, Tensor::Output) == 2 * 3 * 5);
  parameters.banks[Tensor::Weight] = 1;
  CHECK(buffer_banks(parameters, Tensor::Weight) == 1);
  parameters.tn = 1;
  parameters.banks[Tensor::Weight].reset();
  const Architecture built = build_fpga_engine(parameters);
  CHECK(compute_units(built) == 2 * 1 * 3 * 5 * 9);
  CHECK(built.constraints[1].spatial_y[Dim::C].most == 1);
  CHECK(built.constraints[1].spatial_y[Dim::Q].most == 5);
  CHECK(built.constraints[1].spatial_y[Dim::S].most == 3);
}

TEST_CASE("fewer banks than accesses lengthen the step by their two ports") {
  // H2, H4, H5
  FpgaEngineParameters parameters = engine();
  CHECK(port_interval(parameters).cycles == 1);
  parameters.banks[Tensor::Weight] = 128;  // 512 words from 128 banks of two ports
  CHECK(port_interval(parameters).cycles == 2);
  CHECK(port_interval(parameters).why == "Weight: 512 accesses / (2 x 128 banks)");
  CHECK(build_fpga_engine(parameters).compute.interval == Cycles{2.0});
  parameters.interval = 3;
  CHECK(build_fpga_engine(parameters).compute.interval == Cycles{3.0});
  parameters.banks[Tensor::Weight].reset();
  parameters.banks[Tensor::Output] = 16;  // 32 sums are read and written: 64 / (2 * 16)
  CHECK(port_interval(parameters).cycles == 2);
}

TEST_CASE("an engine that the board cannot hold is refused with what is missing") {
  FpgaEngineParameters parameters = engine();
  parameters.tm = 64;  // 1024 DSP; Weight: 1024 banks, now 32 words, in LUTs
  CHECK_THROWS_WITH_AS(build_fpga_engine(parameters),
                       "engine: the board zc706 cannot hold it: needs 1024 DSP, has 900 (124 too "
                       "few); the nearest that fits, with as many words a bank: Tm 60, Tn 15",
                       InputError);
  parameters = engine();
  parameters.buffer[Tensor::Weight] =
      kibibytes(64);  // 512 banks of 1024 bit: 2 * 512 blocks; 512 and 199 others
  CHECK_THROWS_WITH_AS(build_fpga_engine(parameters),
                       "engine: the board zc706 cannot hold it: needs 1735 BRAM18, has 1090 (645 "
                       "too few); the nearest that fits, with as many words a bank: Tm 26, Tn 10",
                       InputError);
}

TEST_CASE("the nearest engine fits, and none of more lanes does") {
  FpgaEngineParameters parameters = engine();
  parameters.board = find_board("pynq_z2");
  parameters.tm = 24;
  parameters.tn = 18;
  const auto nearest = nearest_engine(parameters);
  REQUIRE(nearest);
  const FpgaResources device = whole_device(parameters.board);
  CHECK(fits(resources(*nearest), device));
  int larger_ones = 0;
  for (std::int64_t tm = 1; tm <= 24; ++tm) {
    for (std::int64_t tn = 1; tn <= 18; ++tn) {
      if (tm * tn <= nearest->tm * nearest->tn) continue;
      FpgaEngineParameters larger = parameters;
      larger.tm = tm;
      larger.tn = tn;
      // As many words in each bank as the engine asked for has.
      for (const Tensor t : kTensors) {
        const std::int64_t words = parameters.buffer[t].count() / 16 / buffer_banks(parameters, t);
        larger.buffer[t] = Bits{16 * words * buffer_banks(larger, t)};
      }
      REQUIRE_FALSE(fits(resources(larger), device));
      ++larger_ones;
    }
  }
  CHECK(larger_ones > 0);
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
  // 7 W * 10 ns, and 12 pJ * 512 DSP + 10 pJ * 711 BRAM18 + 0.06 pJ * 86548 LUT
  const double activity = 6144.0 + 7110.0 + 5192.88;
  CHECK(at_100.energy_per_cycle.count() == doctest::Approx(70000.0 + activity));
  parameters.energy = FpgaEnergy::Accesses;
  CHECK(build_fpga_engine(parameters).energy_per_cycle.count() == doctest::Approx(70000.0));
}

TEST_CASE("energies of an FPGA say that they are estimates") {
  const Architecture zc706 = find_architecture("zc706");
  CHECK(zc706.name == "zc706");
  CHECK(zc706.levels[1].memories[0].source == "0: part of the engine's activity (FPGA F13)");
  CHECK(zc706.levels[1].memories[0].energy.read == Picojoules{0.0});
  CHECK(zc706.energy_per_cycle_source.starts_with("board: calibrated"));
  CHECK(zc706.energy_per_cycle_source.find("estimates") != std::string::npos);
  FpgaEngineParameters parameters = engine();
  parameters.energy = FpgaEnergy::Accesses;
  const Architecture accesses = build_fpga_engine(parameters);
  CHECK(accesses.levels[1].memories[0].source.starts_with(
      "ASIC estimate, no published BRAM energy: CACTI 7.0, hp350, 28 nm, 2304 B x 16 bit"));
  CHECK(accesses.compute.source.starts_with("ASIC estimate, no published DSP energy: "));
}

}  // namespace tilewise
