#include "arch/family/fixed_engine.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "arch/yaml_words.hpp"
#include "base/error.hpp"
#include "base/text_table.hpp"

namespace tilewise {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string number(double value) { return fmt::format("{:.6g}", value); }

}  // namespace

void check_port(const FixedEngine& engine) {
  if (!std::isfinite(engine.bandwidth.count()) || engine.bandwidth <= BitsPerCycle{0.0}) {
    throw InputError(
        "bandwidth: expected a rate above zero such as 16 GB/s; the schedule waits "
        "for this port");
  }
}

std::string describe_fixed(const FixedEngine& engine, Rows rows) {
  std::string text = engine.name + "\n";
  if (!engine.description.empty()) text += engine.description + "\n";
  text += "fixed control: the layer alone says how it runs, there is no mapping to choose\n\n";
  rows.insert(rows.begin(), {{"parameter", "value", "unit"},
                             {"clock", number(engine.clock.count()), "MHz"},
                             {"bandwidth", number(engine.bandwidth.count()), "bit/cycle"},
                             {"operand width",
                              number(static_cast<double>(engine.operand_width.count())), "bit"}});
  const EngineEnergy& e = engine.energy;
  text += text_table(rows) + "\n";
  text += text_table({{"energy", "value", "unit", "source"},
                      {"multiply-add", number(e.multiply_add.count()), "pJ", e.compute_source},
                      {"add", number(e.add.count()), "pJ", e.compute_source},
                      {"off-chip bit", number(e.off_chip_bit.count()), "pJ", e.off_chip_source},
                      {"board power", number(e.board_power.count()), "mW", e.board_power_source}});
  return text + "energy of on-chip memories: not counted, none is published\n";
}

EngineEnergy engine_energy(const EnergyTables& tables, const std::string& dram, Bits width,
                           const TechnologyPoint& technology,
                           const EngineAccumulator& accumulator) {
  const ComputeCost compute =
      multiply_add_cost(tables.compute, tables.scaling, width, accumulator.width, technology);
  const MemoryCost memory = dram_cost(tables.dram, dram, Bits{1});
  EngineEnergy energy;
  energy.multiply_add = compute.multiply_add;
  energy.add = compute.add;
  energy.compute_source = accumulator.source + compute.source;
  energy.compute_spread = compute.spread;
  energy.off_chip_bit = memory.energy.read;
  energy.off_chip_spread = memory.spread;
  energy.off_chip_source = memory.source;
  energy.board_power_source = "no board given: not counted";
  return energy;
}

EngineEnergy engine_energy(const EngineEnergyKeys& keys, Bits width, const YamlNode& parameters,
                           const EnergyTables& tables) {
  if (!keys.board) {
    for (const char* key : {"dram", "technology"}) parameters.map().at(key);
  }
  const std::string dram = keys.dram ? *keys.dram : keys.board->dram;
  const TechnologyPoint technology =
      keys.technology
          ? *keys.technology
          : TechnologyPoint{keys.board->node, keys.board->voltage, Devices::HighPerformance};
  EngineEnergy energy = at_place_of(
      parameters, [&] { return engine_energy(tables, dram, width, technology, keys.accumulator); });
  if (keys.board) {
    energy.board_power = keys.board->board_power;
    energy.board_power_source = keys.board->board_power_source;
  }
  return energy;
}

Bits read_operand_width(const YamlNode& yaml) {
  const Bits width = yaml.size();
  if (width < Bits{1} || width > kWidestOperand) yaml.fail("expected 1 to 128 bit");
  return width;
}

}  // namespace tilewise
