#include "arch/family/gemmini.hpp"

#include <fmt/format.h>

#include <utility>

#include "arch/check_architecture.hpp"
#include "arch/constraint_yaml.hpp"
#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kScratchpadBanks = 4;
constexpr std::int64_t kAccumulatorBanks = 2;
constexpr Bits kDramWord{64};

Bits times(Bits width, std::int64_t count, const char* what) {
  return Bits{checked_multiply(width.count(), count, what)};
}

BitsPerCycle word_a_cycle(Bits width) { return BitsPerCycle{static_cast<double>(width.count())}; }

/// Rows of `width` in equal banks; an access reads one.
Memory in_banks(Bits width, std::int64_t rows, std::int64_t banks, const GemminiParameters& p,
                const EnergyTables& tables) {
  Memory memory;
  memory.word_width = width;
  memory.capacity = times(width, rows, "capacity");
  const Bits bank = times(width, ceil_div(rows, banks), "bank");
  set_cost(memory,
           of_banks(sram_cost(tables, {bank, width, SramFlavour::Lstp300, 1, p.technology.node}),
                    ceil_div(memory.capacity->count(), bank.count())));
  return memory;
}

Level off_chip(const GemminiParameters& p, const EnergyTables& tables) {
  Memory memory;
  memory.name = "dram";
  memory.holds = set_of({Tensor::Input, Tensor::Weight, Tensor::Output});
  memory.word_width = kDramWord;
  memory.read_bandwidth = memory.write_bandwidth = p.bus;
  memory.shared_port = true;
  memory.burst = p.request;
  set_cost(memory, dram_cost(tables.dram, p.dram, kDramWord));
  return {"DRAM", {memory}, {}};
}

Level scratchpad_of(const GemminiParameters& p, const EnergyTables& tables) {
  const Bits row = times(p.operand_width, p.array, "row of the scratchpad");
  Memory memory = in_banks(row, p.scratchpad_rows, kScratchpadBanks, p, tables);
  memory.name = "scratchpad";
  // LoopConv.scala, LoopMatmul.scala: each hardware loop moves in all of its tiles.
  memory.refetches = true;
  memory.holds = set_of({Tensor::Input, Tensor::Weight});
  memory.ports = {{set_of({Tensor::Input}), word_a_cycle(row), {}, false},
                  {set_of({Tensor::Weight}), word_a_cycle(row), {}, false},
                  {memory.holds, {}, word_a_cycle(row), false}};
  FanOut columns;
  columns.x = {p.array, set_of({Dim::M})};
  columns.skew = Skew::Layer;
  return {"Scratchpad", {memory}, columns};
}

/// Of one column of PEs: a word of each row.
Level accumulator_of(const GemminiParameters& p, const EnergyTables& tables) {
  Memory memory = in_banks(p.sum_width, p.accumulator_rows, kAccumulatorBanks, p, tables);
  memory.name = "sums";
  memory.holds = set_of({Tensor::Output});
  memory.read_bandwidth = memory.write_bandwidth = word_a_cycle(p.sum_width);
  memory.sum_width = p.sum_width;
  FanOut rows;
  rows.y = {p.array, set_of({Dim::C})};
  rows.skew = Skew::Layer;
  return {"Accumulator", {memory}, rows};
}

/// The next weight waits beside the one in use.
Level weight_registers(const GemminiParameters& p, const EnergyTables& tables) {
  Memory memory;
  memory.name = "weight";
  memory.holds = set_of({Tensor::Weight});
  memory.capacity = times(p.operand_width, 2, "registers");
  memory.word_width = p.operand_width;
  memory.buffering = Buffering::Streaming;
  set_cost(memory, register_cost(tables.register_bit, tables.scaling, *memory.capacity,
                                 memory.word_width, p.technology));
  return {"PE", {memory}, {}};
}

ComputeUnit multiplier(const GemminiParameters& p, const EnergyTables& tables) {
  ComputeCost cost =
      multiply_add_cost(tables.compute, tables.scaling, p.operand_width, p.sum_width, p.technology);
  ComputeUnit unit;
  unit.operand_width = p.operand_width;
  unit.energy = cost.multiply_add;
  unit.gated_energy = cost.gated;
  unit.add_energy = cost.add;
  unit.area = cost.area;
  // LoopConv.scala: a preload and a compute run up to `array` columns of a row of the output.
  unit.block = {set_of({Dim::Q}), p.array, Cycles{static_cast<double>(p.block_cycles)}};
  unit.source = std::move(cost.source);
  unit.spread = cost.spread;
  return unit;
}

/// Weights stay in the array while rows of the input pass.
std::vector<LevelConstraint> weight_stationary(const std::vector<Level>& levels) {
  std::vector<LevelConstraint> made(levels.size());
  for (std::size_t l = 1; l < levels.size(); ++l) {
    for (const Tensor t : kTensors) {
      if (levels[l].memories[0].holds[t]) made[l].keep[t] = true;
    }
  }
  const EnumArray<Dim, bool> rows = set_of({Dim::N, Dim::P, Dim::Q});
  for (const Dim d : kDims) {
    if (!rows[d]) made.back().temporal[d].most = 1;
  }
  for (std::size_t l = 0; l < levels.size(); ++l) limit_to_fan_out(levels[l].fan_out, made[l]);
  return made;
}

}  // namespace

Architecture build_gemmini(const GemminiParameters& p, const EnergyTables& tables) {
  if (p.operand_width < Bits{1}) throw InputError("operand_width: expected above zero");
  Architecture architecture;
  architecture.name = p.name;
  architecture.description =
      fmt::format("Gemmini, {0} x {0} weight-stationary systolic array (DAC 2021)", p.array);
  architecture.clock = p.clock;
  architecture.technology = p.technology.node;
  architecture.voltage = p.technology.voltage;
  architecture.levels = {off_chip(p, tables), scratchpad_of(p, tables), accumulator_of(p, tables),
                         weight_registers(p, tables)};
  architecture.compute = multiplier(p, tables);
  architecture.constraints = weight_stationary(architecture.levels);
  check_architecture(architecture);
  return architecture;
}

}  // namespace tilewise
