#include "mapper/bound/compulsory.hpp"

#include <doctest/doctest.h>

namespace tilewise {
namespace {

/// Off-chip memory and a buffer.
Architecture off_chip_and_buffer() {
  Architecture made;
  made.name = "off chip and buffer";
  for (const char* name : {"DRAM", "buffer"}) {
    Level level;
    level.name = name;
    Memory memory;
    memory.name = name;
    memory.holds = {{true, true, true}};
    level.memories.push_back(memory);
    made.levels.push_back(level);
  }
  made.levels[0].memories[0].energy = {Picojoules{2.0}, Picojoules{3.0}};
  made.constraints.resize(2);
  return made;
}

/// 3 outputs of 5 inputs each, in two rows: 15 weights, 10 words of Input, 6 of Output, 16 bit
/// each.
Layer matrix() {
  Layer made;
  made.bounds = {{1, 1, 3, 5, 2, 1, 1, 1}};
  made.image = {2, 1};
  return made;
}

Compulsory least_of(const Architecture& on) {
  return compulsory(make_problem(on, matrix(), Factors::Divisors));
}

TEST_CASE("each word crosses a port of its own direction once, and its energy is paid once") {
  Architecture on = off_chip_and_buffer();
  on.levels[0].memories[0].read_bandwidth = BitsPerCycle{8.0};
  on.levels[0].memories[0].write_bandwidth = BitsPerCycle{16.0};
  // 25 words read at half a word a cycle, 6 written at one.
  CHECK(least_of(on).latency == 50.0);
  on.levels[0].memories[0].write_bandwidth = BitsPerCycle{1.0};
  CHECK(least_of(on).latency == 96.0);
  // 25 x 2 pJ + 6 x 3 pJ.
  CHECK(least_of(on).energy == 68.0);
}

TEST_CASE("a shared port carries both directions, one after the other") {
  Architecture on = off_chip_and_buffer();
  on.levels[0].memories[0].read_bandwidth = BitsPerCycle{8.0};
  on.levels[0].memories[0].shared_port = true;
  // 31 words at half a word a cycle.
  CHECK(least_of(on).latency == 62.0);
}

TEST_CASE("a port carries the words of its tensors alone") {
  Architecture on = off_chip_and_buffer();
  const auto port_of = [](Tensor t, double bits) {
    MemoryPort made;
    made.tensors = set_of({t});
    (t == Tensor::Output ? made.write : made.read) = BitsPerCycle{bits};
    return made;
  };
  // Weight, Input, Output at these bits a cycle; the busiest: 15, 10, 6 words of 16 bit.
  const auto latency = [&](double weight, double input, double output) {
    on.levels[0].memories[0].ports = {port_of(Tensor::Weight, weight),
                                      port_of(Tensor::Input, input),
                                      port_of(Tensor::Output, output)};
    return least_of(on).latency;
  };
  CHECK(latency(16.0, 16.0, 16.0) == 15.0);
  CHECK(latency(16.0, 4.0, 16.0) == 40.0);
  CHECK(latency(16.0, 16.0, 2.0) == 48.0);
}

}  // namespace
}  // namespace tilewise
