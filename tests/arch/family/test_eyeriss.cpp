#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "arch/describe.hpp"
#include "arch/describe_constraint.hpp"
#include "arch/family/eyeriss.hpp"
#include "base/error.hpp"

namespace tilewise {

TEST_CASE("Eyeriss has 168 PEs and its link brings 19.2 bit a cycle") {
  const Architecture eyeriss = build_eyeriss({});
  CHECK(compute_units(eyeriss) == 168);  // 12 x 14
  CHECK(instances_of(eyeriss, 2) == 1);
  CHECK(instances_of(eyeriss, 3) == 168);
  const Memory& dram = eyeriss.levels[0].memories[0];
  CHECK(dram.read_bandwidth.count() == doctest::Approx(19.2));  // 64 bit * 60 / 200 MHz
  CHECK(dram.shared_port);
  CHECK(dram.energy.read.count() == doctest::Approx(1840.0));  // 64 bit * 28.75 pJ
}

TEST_CASE("the scratchpads of Eyeriss hold 12, 224 and 24 words of 16 bit") {
  const Level pe = build_eyeriss({}).levels[3];
  CHECK(pe.memory_of(Tensor::Input)->capacity == Bits{12 * 16});
  CHECK(pe.memory_of(Tensor::Weight)->capacity == Bits{224 * 16});
  CHECK(pe.memory_of(Tensor::Output)->capacity == Bits{24 * 16});
  CHECK(pe.memory_of(Tensor::Input)->buffering == Buffering::Queued);
  CHECK(pe.memory_of(Tensor::Output)->fresh_sums);
  CHECK(pe.memory_of(Tensor::Weight)->buffering == Buffering::Single);
  CHECK(pe.memory_of(Tensor::Weight)->energy.read == Picojoules{1.15712});  // CACTI, 448 B
}

TEST_CASE("a zero input gates the filter read, the partial sum and the MAC, not its own read") {
  const Architecture eyeriss = build_eyeriss({});
  const Level& pe = eyeriss.levels[3];
  CHECK(eyeriss.compute.gated_by == Tensor::Input);
  CHECK(pe.memory_of(Tensor::Weight)->gated_by[Tensor::Weight] == Tensor::Input);
  CHECK(pe.memory_of(Tensor::Output)->gated_by[Tensor::Output] == Tensor::Input);
  CHECK_FALSE(pe.memory_of(Tensor::Input)->gated_by[Tensor::Input].has_value());
}

TEST_CASE("the GLB of Eyeriss is made of banks of 4 KiB and an access opens one") {
  const Level glb = build_eyeriss({}).levels[1];
  const Memory* buffer = glb.memory_of(Tensor::Input);
  CHECK(buffer == glb.memory_of(Tensor::Output));
  CHECK(buffer->energy.read == Picojoules{6.16767});
  CHECK(buffer->area.count() == doctest::Approx(25 * 0.0281628));  // 100 KiB / 4 KiB
  CHECK(buffer->buffering == Buffering::Single);
  CHECK(glb.memory_of(Tensor::Weight) == nullptr);
  const Level prefetch = build_eyeriss({}).levels[2];
  CHECK(prefetch.memory_of(Tensor::Weight)->capacity == kibibytes(8));
  CHECK(prefetch.memory_of(Tensor::Weight)->buffering == Buffering::Streaming);
}

TEST_CASE("row stationary lays filter rows down the columns in full and rows along X") {
  const Architecture eyeriss = build_eyeriss({});
  const LevelConstraint& pass = eyeriss.constraints[2];
  CHECK(pass.spatial_y[Dim::R].full);
  CHECK(pass.spatial_x[Dim::R].most == 1);
  CHECK(pass.spatial_x[Dim::C].most == 1);
  CHECK(pass.spatial_x[Dim::P].most > 14);
  CHECK(eyeriss.levels[2].fan_out.fold == Dim::P);
  CHECK(pass.temporal[Dim::Q].full);
  CHECK(pass.temporal[Dim::C].most == 1);
  CHECK(eyeriss.constraints[3].temporal[Dim::S].full);
  CHECK(eyeriss.constraints[3].temporal[Dim::Q].most == 1);
}

TEST_CASE("the calibrated energies move with the technology and go where words have theirs") {
  EyerissParameters parameters;
  const Architecture chip = build_eyeriss(parameters);
  CHECK(chip.energy_per_cycle.count() == doctest::Approx(168 * 5.75));
  parameters.technology = {Nanometers{45}, Volts{0.9}, Devices::HighPerformance};
  CHECK(build_eyeriss(parameters).energy_per_cycle < chip.energy_per_cycle);
  const Architecture relative = find_architecture("eyeriss_isca16");
  CHECK(relative.energy_per_cycle == Picojoules{0.0});
  CHECK(relative.compute.energy == Picojoules{1.0});
  CHECK(relative.levels[0].memories[0].energy.read == Picojoules{800.0});  // four words of 200
  CHECK(relative.levels[1].memories[0].energy.write == Picojoules{24.0});  // four words of 6
  CHECK(compute_units(relative) == 256);
}

TEST_CASE("the shipped Eyeriss is the builder's default") {
  const Architecture shipped = find_architecture("eyeriss");
  const Architecture built = build_eyeriss({});
  CHECK(shipped.name == built.name);
  REQUIRE(shipped.levels.size() == built.levels.size());
  for (std::size_t i = 0; i < built.levels.size(); ++i) {
    for (std::size_t m = 0; m < built.levels[i].memories.size(); ++m) {
      CHECK(shipped.levels[i].memories[m].capacity == built.levels[i].memories[m].capacity);
      CHECK(shipped.levels[i].memories[m].energy.read == built.levels[i].memories[m].energy.read);
    }
  }
  CHECK(shipped.compute.energy == built.compute.energy);
}

TEST_CASE("Eyeriss without a dataflow is the same hardware and fixes nothing") {
  const Architecture fixed = find_architecture("eyeriss");
  const Architecture free = find_architecture("eyeriss_free");
  CHECK(free.name == "eyeriss_free");
  CHECK(compute_units(free) == 168);
  REQUIRE(free.levels.size() == 3);  // its GLB holds the filters as well
  for (const Level& level : fixed.levels) {
    for (const Memory& memory : level.memories) {
      const Memory* same = nullptr;
      for (const Level& at : free.levels) {
        for (const Memory& each : at.memories) same = each.name == memory.name ? &each : same;
      }
      REQUIRE(same != nullptr);
      CHECK(same->capacity == memory.capacity);
      CHECK(same->energy.read == memory.energy.read);
      CHECK(same->read_bandwidth == memory.read_bandwidth);
    }
  }
  for (std::size_t i = 0; i < free.levels.size(); ++i) {
    CHECK(describe(free.constraints[i], free.levels[i].fan_out) == "anything");
  }
  const FanOut& array = free.levels[1].fan_out;
  CHECK(array.x.dims == FanOutAxis{}.dims);
  CHECK(array.y.dims == FanOutAxis{}.dims);
  CHECK(array.networks[Tensor::Input].bandwidth == BitsPerCycle{16.0});
}

TEST_CASE("Eyeriss of other sizes is built or refused") {
  EyerissParameters parameters;
  parameters.pe_rows = 16;
  parameters.pe_columns = 16;
  CHECK(compute_units(build_eyeriss(parameters)) == 256);
  parameters.pe_rows = 70000;
  CHECK_THROWS_WITH_AS(
      build_eyeriss(parameters),
      "architecture eyeriss, level 2 (PREFETCH): fan-out of 70000: expected 1 to 65536",
      InputError);
  parameters = {};
  parameters.filter_spad_words = 8;
  CHECK_THROWS_WITH_AS(build_eyeriss(parameters),
                       "SRAM of 16 B x 16 bit: the table holds 64 B to 2 MiB, 8 bit and wider, at "
                       "least 32 words; take registers for less, several banks for more",
                       InputError);  // 16 B: no SRAM so small
}

}  // namespace tilewise
