#include "arch/fixed_engines.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "arch/text_table.hpp"
#include "base/error.hpp"
#include "base/units.hpp"

namespace tilewise {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr Bits kAccumulator{48};  // the adder of a DSP slice (UG479)

void check_port(const FixedEngine& engine) {
  if (!std::isfinite(engine.bandwidth.count()) || engine.bandwidth <= BitsPerCycle{0.0}) {
    throw InputError(
        "bandwidth: expected a rate above zero such as 16 GB/s; the schedule waits "
        "for this port");
  }
}

std::string number(double value) { return fmt::format("{:.6g}", value); }

std::string number_of_bytes(Bits size) { return number(in_bytes(size)); }

/// The parameters that all engines have, below `rows` of their own; then the energies.
std::string describe_fixed(const FixedEngine& engine, Rows rows) {
  std::string text = engine.name + "\n";
  if (!engine.description.empty()) text += engine.description + "\n";
  text += "fixed schedule: the layer alone says how it runs, there is no mapping to choose\n\n";
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

}  // namespace

EngineEnergy engine_energy(const EnergyTables& tables, const std::string& dram, Bits width,
                           const TechnologyPoint& technology) {
  const ComputeCost compute =
      multiply_add_cost(tables.compute, tables.scaling, width, kAccumulator, technology);
  const MemoryCost memory = dram_cost(tables.dram, dram, Bits{1});
  EngineEnergy energy;
  energy.multiply_add = compute.multiply_add;
  energy.add = compute.add;
  energy.compute_source = "ASIC estimate, no published DSP energy: " + compute.source;
  energy.off_chip_bit = memory.energy.read;
  energy.off_chip_source = memory.source;
  energy.board_power_source = "no board given: not counted";
  return energy;
}

void check_engine(const PixelEngine& engine) {
  check_port(engine);
  const Bits column = engine.operand_width * engine.channel_group;
  if (engine.beat < column || engine.beat.count() % column.count() != 0) {
    throw InputError(fmt::format(
        "beat: expected a multiple of {} bit, one pixel of {} channels of {} bit; found {} bit",
        column.count(), engine.channel_group, engine.operand_width.count(), engine.beat.count()));
  }
}

void check_engine(const ConvolverEngine& engine) { check_port(engine); }

std::string describe(const PixelEngine& engine) {
  const auto count = [](std::int64_t value) { return fmt::format("{}", value); };
  return describe_fixed(
      engine, {{"M", count(engine.m), "output channels at once"},
               {"P", count(engine.p), "output pixels at once"},
               {"beat", number_of_bytes(engine.beat), "B"},
               {"weight port", number_of_bytes(engine.weight_port), "B in the time of a beat"},
               {"channel group", count(engine.channel_group), "input channels in a beat"},
               {"pass slot", count(engine.pass_slot), "slots lost a pixel tile"},
               {"input ring", engine.input_ring ? count(*engine.input_ring) : "unlimited", "beats"},
               {"layer overhead", number(nanoseconds(engine.layer_overhead).count()), "ns"}});
}

std::string describe(const ConvolverEngine& engine) {
  const auto count = [](std::int64_t value) { return fmt::format("{}", value); };
  return describe_fixed(engine,
                        {{"Tm", count(engine.tm), "output channels at once"},
                         {"Tn", count(engine.tn), "input channels at once"},
                         {"kernel", count(engine.kernel), "rows and columns of a convolver"},
                         {"tile", count(engine.tile), "rows and columns of outputs"}});
}

}  // namespace tilewise
