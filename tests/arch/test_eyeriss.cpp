#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "arch/describe.hpp"
#include "arch/eyeriss.hpp"
#include "base/error.hpp"

namespace tilewise {

TEST_CASE("Eyeriss has 168 PEs and its link brings 19.2 bit a cycle") {
  const Architecture eyeriss = build_eyeriss({});
  CHECK(compute_units(eyeriss) == 168);  // 12 x 14
  CHECK(instances_of(eyeriss, 1) == 1);
  CHECK(instances_of(eyeriss, 2) == 168);
  const Memory& dram = eyeriss.levels[0].memories[0];
  CHECK(dram.read_bandwidth.count() == doctest::Approx(19.2));  // 64 bit * 60 / 200 MHz
  CHECK(dram.shared_port);
  CHECK(dram.energy.read.count() == doctest::Approx(1840.0));  // 64 bit * 28.75 pJ
}

TEST_CASE("the scratchpads of Eyeriss hold 12, 224 and 24 words of 16 bit") {
  const Level pe = build_eyeriss({}).levels[2];
  CHECK(pe.memory_of(Tensor::Input)->capacity == Bits{12 * 16});
  CHECK(pe.memory_of(Tensor::Weight)->capacity == Bits{224 * 16});
  CHECK(pe.memory_of(Tensor::Output)->capacity == Bits{24 * 16});
  CHECK(pe.memory_of(Tensor::Input)->buffering == Buffering::Streaming);
  CHECK(pe.memory_of(Tensor::Weight)->buffering == Buffering::Single);
  CHECK(pe.memory_of(Tensor::Weight)->energy.read == Picojoules{1.15712});  // CACTI, 448 B
}

TEST_CASE("a zero input gates the filter read, the partial sum and the MAC, not its own read") {
  const Architecture eyeriss = build_eyeriss({});
  const Level& pe = eyeriss.levels[2];
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
  CHECK(glb.memory_of(Tensor::Weight)->capacity == kibibytes(8));
  CHECK(glb.memory_of(Tensor::Weight)->buffering == Buffering::Double);
}

TEST_CASE("row stationary lays filter rows down the columns in full and rows along X") {
  const Architecture eyeriss = build_eyeriss({});
  const LevelConstraint& glb = eyeriss.constraints[1];
  CHECK(glb.spatial_y[Dim::R].full);
  CHECK(glb.spatial_x[Dim::R].most == 1);
  CHECK(glb.spatial_x[Dim::P].most > 14);
  CHECK(glb.temporal[Dim::Q].full);
  CHECK(glb.temporal[Dim::C].most == 1);
  CHECK(eyeriss.constraints[2].temporal[Dim::S].full);
  CHECK(eyeriss.constraints[2].temporal[Dim::Q].most == 1);
  CHECK_FALSE(glb.keep[Tensor::Weight].has_value());
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
  REQUIRE(free.levels.size() == fixed.levels.size());
  for (std::size_t i = 0; i < fixed.levels.size(); ++i) {
    REQUIRE(free.levels[i].memories.size() == fixed.levels[i].memories.size());
    for (std::size_t m = 0; m < fixed.levels[i].memories.size(); ++m) {
      const Memory& memory = free.levels[i].memories[m];
      CHECK(memory.capacity == fixed.levels[i].memories[m].capacity);
      CHECK(memory.energy.read == fixed.levels[i].memories[m].energy.read);
      CHECK(memory.read_bandwidth == fixed.levels[i].memories[m].read_bandwidth);
    }
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
  CHECK_THROWS_WITH_AS(build_eyeriss(parameters),
                       "architecture eyeriss, level 1 (GLB): fan-out of 70000: expected 1 to 65536",
                       InputError);
  parameters = {};
  parameters.filter_spad_words = 8;
  CHECK_THROWS_AS(build_eyeriss(parameters), InputError);  // 16 B: no SRAM so small
}

}  // namespace tilewise
