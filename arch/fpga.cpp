#include "arch/fpga.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr Bits kBlock{18 * 1024};  // a BRAM18 with its parity bits
constexpr std::int64_t kBlockWidth = 36;
constexpr std::int64_t kLutDepth = 64;  // words of a memory made of LUTs
constexpr Bits kAccumulator{48};        // the adder of a DSP slice (UG479)
constexpr Bits kDramWord{64};

TechnologyPoint technology_of(const FpgaBoard& board) {
  return {board.node, board.voltage, Devices::HighPerformance};
}

void check_parameters(const FpgaEngineParameters& p) {
  for (const std::int64_t size : {p.tm, p.tn}) {
    if (size < 1 || size > kLargestFanOut) {
      throw InputError(
          fmt::format("{}: Tm and Tn: expected 1 to {}, found {}", p.name, kLargestFanOut, size));
    }
  }
  if (p.operand_width < Bits{1} || p.operand_width > Bits{64}) {
    throw InputError(fmt::format("{}: operand_width: expected 1 to 64 bit", p.name));
  }
}

void check_board_holds(const FpgaEngineParameters& p) {
  const FpgaResources needed = resources(p);
  std::vector<std::string> lacks;
  const auto compare = [&](std::string_view what, std::int64_t need, std::int64_t have) {
    if (need > have) {
      lacks.push_back(fmt::format("{} {}, has {} ({} too few)", need, what, have, need - have));
    }
  };
  compare("DSP", needed.dsp, p.board.dsp);
  compare("BRAM18", needed.bram18, p.board.bram18);
  compare("LUT", needed.lut, p.board.lut);
  if (lacks.empty()) return;
  throw InputError(
      fmt::format("{}: the board {} cannot hold it: needs {}; make Tm, Tn or the "
                  "buffers smaller",
                  p.name, p.board.name, fmt::join(lacks, "; needs ")));
}

/// One bank of `depth` words: an access opens the blocks that its width takes and no others. No
/// energy of FPGA memories is published; an ASIC array of the same shape stands for it. Leakage is
/// part of the board's power.
MemoryCost bank_cost(const FpgaEngineParameters& p, const EnergyTables& tables,
                     std::int64_t depth) {
  const std::int64_t width = p.operand_width.count();
  Sram array;
  array.flavour = SramFlavour::Hp350;
  array.node = p.board.node;
  std::int64_t arrays = 1;
  if (bram18_blocks(depth, width) > 0) {
    arrays = ceil_div(width, kBlockWidth);
    array.size = kBlock;
    array.width = Bits{ceil_div(width, arrays)};
    array.ports = 2;
  } else {
    array.width = Bits{std::max<std::int64_t>(width, 8)};
    array.size = array.width * kLutDepth;
  }
  const MemoryCost one = sram_cost(tables.sram, array);
  MemoryCost cost;
  cost.energy = {one.energy.read * arrays, one.energy.write * arrays};
  cost.source = fmt::format("ASIC estimate, no published {} energy: {}",
                            array.ports == 2 ? "BRAM" : "LUTRAM", one.source);
  return cost;
}

Memory buffer_of(const FpgaEngineParameters& p, const EnergyTables& tables, Tensor t,
                 std::string name) {
  Memory memory;
  memory.name = std::move(name);
  memory.holds[t] = true;
  memory.capacity = p.buffer[t] * (p.double_buffered[t] ? 2 : 1);
  memory.word_width = p.operand_width;
  memory.buffering = p.double_buffered[t] ? Buffering::Double : Buffering::Single;
  const std::int64_t words = p.buffer[t].count() / p.operand_width.count();
  MemoryCost cost = bank_cost(p, tables, ceil_div(words, buffer_banks(p, t)));
  memory.energy = cost.energy;
  memory.source = std::move(cost.source);
  return memory;
}

Level off_chip(const FpgaEngineParameters& p, const EnergyTables& tables) {
  Memory memory;
  memory.name = "dram";
  for (const Tensor t : kTensors) memory.holds[t] = true;
  memory.word_width = kDramWord;
  memory.read_bandwidth = memory.write_bandwidth = per_cycle(p.board.off_chip_bandwidth, p.clock);
  memory.shared_port = true;
  MemoryCost cost = dram_cost(tables.dram, p.board.dram, kDramWord);
  memory.energy = cost.energy;
  memory.source = std::move(cost.source);
  return {"DRAM", {memory}, {}};
}

FanOutAxis lanes(std::int64_t size, std::initializer_list<Dim> dims) {
  FanOutAxis axis{size, {}};
  for (const Dim d : dims) axis.dims[d] = true;
  return axis;
}

/// Every lane has its bank, so that no port bounds the engine; an adder tree sums over Tn.
Level on_chip(const FpgaEngineParameters& p, const EnergyTables& tables) {
  Level level;
  level.name = "buffers";
  level.memories = {buffer_of(p, tables, Tensor::Input, "input"),
                    buffer_of(p, tables, Tensor::Weight, "weight"),
                    buffer_of(p, tables, Tensor::Output, "output")};
  level.fan_out.x = lanes(p.tm, {Dim::M, Dim::G});
  level.fan_out.y = lanes(p.tn, {Dim::C});
  for (const Tensor t : kTensors) {
    level.fan_out.networks[t].source = "0: wires of the fabric are part of the board's power";
  }
  return level;
}

ComputeUnit dsp(const FpgaEngineParameters& p, const EnergyTables& tables) {
  const ComputeCost cost = multiply_add_cost(tables.compute, tables.scaling, p.operand_width,
                                             kAccumulator, technology_of(p.board));
  ComputeUnit unit;
  unit.operand_width = p.operand_width;
  unit.energy = cost.multiply_add;
  unit.gated_energy = cost.gated;
  unit.add_energy = cost.add;
  unit.source = "ASIC estimate, no published DSP energy: " + cost.source;
  return unit;
}

void limit(const FanOutAxis& axis, EnumArray<Dim, FactorRule>& rules) {
  for (const Dim d : kDims) {
    if (!axis.dims[d]) rules[d].most = 1;
  }
}

/// Off chip the engine keeps outputs, inputs or weights still; on chip one order stands for all,
/// since a MAC stores nothing.
std::vector<LevelConstraint> tiled_engine(const Architecture& architecture) {
  using enum Dim;
  std::vector<LevelConstraint> levels(2);
  levels[0].orders = {{N, G, P, Q, M, C, R, S}, {N, G, P, Q, C, R, S, M}, {G, M, C, R, S, N, P, Q}};
  levels[1].temporal[N].most = levels[1].temporal[G].most = 1;
  levels[1].orders = {{R, S, P, Q, M, C}};
  for (std::size_t i = 0; i < levels.size(); ++i) {
    limit(architecture.levels[i].fan_out.x, levels[i].spatial_x);
    limit(architecture.levels[i].fan_out.y, levels[i].spatial_y);
    for (const Tensor t : kTensors) levels[i].keep[t] = true;
  }
  return levels;
}

}  // namespace

Architecture build_fpga_engine(const FpgaEngineParameters& parameters, const EnergyTables& tables) {
  check_parameters(parameters);
  check_board_holds(parameters);
  Architecture architecture;
  architecture.name = parameters.name;
  architecture.description =
      fmt::format("Tiled engine (Zhang et al., FPGA 2015), Tm = {}, Tn = {}, on {} ({})",
                  parameters.tm, parameters.tn, parameters.board.name, parameters.board.part);
  architecture.clock = parameters.clock;
  architecture.technology = parameters.board.node;
  architecture.voltage = parameters.board.voltage;
  architecture.levels = {off_chip(parameters, tables), on_chip(parameters, tables)};
  architecture.compute = dsp(parameters, tables);
  architecture.energy_per_cycle =
      energy(parameters.board.board_power, duration(Cycles{1.0}, parameters.clock));
  architecture.energy_per_cycle_source = parameters.board.board_power_source;
  architecture.constraints = tiled_engine(architecture);
  check_architecture(architecture);
  return architecture;
}

}  // namespace tilewise
