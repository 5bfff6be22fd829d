#include "schedule/fetch_cost.hpp"

#include <doctest/doctest.h>

#include "schedule/cost_hull.hpp"

namespace tilewise {
namespace {

/// DRAM of 16 bit a cycle and 100 pJ a word, a buffer of 64 bit a cycle that takes 2 pJ a word.
Architecture dram_and_buffer() {
  Architecture made;
  made.levels.resize(2);
  made.constraints.resize(2);
  const auto memory = [](double bandwidth, double read, double write) {
    Memory each;
    each.holds = {{true, true, true}};
    each.read_bandwidth = each.write_bandwidth = BitsPerCycle{bandwidth};
    each.energy = {Picojoules{read}, Picojoules{write}};
    return each;
  };
  made.levels[0].memories = {memory(16.0, 100.0, 100.0)};
  made.levels[1].memories = {memory(64.0, 1.0, 2.0)};
  return made;
}

TEST_CASE("a load costs its words on the way, and the time of the slowest port") {
  Architecture on = dram_and_buffer();
  on.clock = Megahertz{100.0};
  on.energy_per_cycle = Picojoules{10.0};
  const Layer layer;  // of 16 bit a word
  // 12 words of 16 bit: 100 pJ to read and 2 to write each; 12 cycles of DRAM's port of 16 bit.
  const TotalCost plain = total_of(fetch_cost(on, layer, Tensor::Weight, 12, 1));
  CHECK(plain.energy_pj == doctest::Approx(12 * 102.0 + 12 * 10.0));
  CHECK(plain.latency_cycles == doctest::Approx(12.0));
  CHECK(plain.off_chip_bits == 12 * 16.0);
  // A network of 8 bit a cycle and 3 pJ a word: 24 cycles.
  TensorNetwork& network = on.levels[0].fan_out.networks[Tensor::Weight];
  network.bandwidth = BitsPerCycle{8.0};
  network.energy_per_hop = Picojoules{3.0};
  const TotalCost slow = total_of(fetch_cost(on, layer, Tensor::Weight, 12, 1));
  CHECK(slow.energy_pj == doctest::Approx(12 * 105.0 + 24 * 10.0));
  CHECK(slow.latency_cycles == doctest::Approx(24.0));
  // DRAM needs 20 cycles before the first word, and moves bursts of 128 bit: 2 of 8 cycles.
  on.levels[0].memories[0].start_up = Cycles{20.0};
  on.levels[0].memories[0].burst = Bits{128};
  CHECK(total_of(fetch_cost(on, layer, Tensor::Weight, 12, 1)).latency_cycles ==
        doctest::Approx(36.0));
  CHECK(total_of(fetch_cost(on, layer, Tensor::Weight, 0, 1)) == TotalCost{});
}

}  // namespace
}  // namespace tilewise
