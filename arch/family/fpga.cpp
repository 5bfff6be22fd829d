#include "arch/family/fpga.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "arch/check_architecture.hpp"
#include "arch/constraint_yaml.hpp"
#include "arch/fpga/fpga_engine_resources.hpp"
#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

constexpr Bits kBlock{18 * 1024};            // a BRAM18 with its parity bits
constexpr std::int64_t kBlockWidth = 36;     // its widest port
constexpr std::int64_t kLutDepth = 64;       // words of a memory made of LUTs
constexpr Bits kAccumulator{48};             // the adder of a DSP slice (UG479)
constexpr Bits kDramWord{64};                // one access off chip; energies are by the bit
constexpr std::int64_t kLargestWindow = 64;  // no filter is so large
constexpr const char* kInActivity = "0: part of the engine's activity (FPGA F13)";

TechnologyPoint technology_of(const FpgaBoard& board) {
  return {board.node, board.voltage, Devices::HighPerformance};
}

void check_range(const FpgaEngineParameters& p, std::string_view what, std::int64_t value,
                 std::int64_t most) {
  if (value >= 1 && value <= most) return;
  throw InputError(fmt::format("{}: {}: expected 1 to {}, found {}", p.name, what, most, value));
}

void check_parameters(const FpgaEngineParameters& p) {
  for (const std::int64_t size : {p.tm, p.tn}) check_range(p, "Tm and Tn", size, kLargestFanOut);
  for (const std::int64_t size : {p.tp, p.tq}) check_range(p, "Tp and Tq", size, kLargestFanOut);
  check_range(p, "window", p.window, kLargestWindow);
  check_range(p, "Tn Tp Tq window^2",
              checked_product({p.tn, p.tp, p.tq, p.window, p.window}, "lanes"), kLargestFanOut);
  for (const Bits width : p.precision.width) {
    if (width < Bits{1} || width > Bits{64}) {
      throw InputError(fmt::format("{}: operand_width: expected 1 to 64 bit", p.name));
    }
  }
  if (p.multipliers_on_dsp && *p.multipliers_on_dsp > multipliers(p)) {
    throw InputError(fmt::format("{}: multipliers_on_dsp: expected at most {}, found {}", p.name,
                                 multipliers(p), *p.multipliers_on_dsp));
  }
  if (p.multipliers_on_dsp && p.precision.arithmetic == Arithmetic::Float32) {
    throw InputError(
        fmt::format("{}: multipliers_on_dsp: fp32 has no multiplier in LUTs; leave it "
                    "out",
                    p.name));
  }
}

void check_board_holds(const FpgaEngineParameters& p) {
  const auto lacks = excesses(resources(p), whole_device(p.board));
  if (lacks.empty()) return;
  const auto fits = nearest_engine(p);
  const std::string cure =
      fits ? fmt::format("the nearest that fits, with as many words a bank: Tm {}, Tn {}", fits->tm,
                         fits->tn)
           : "make Tp, Tq or the buffers smaller";
  throw InputError(fmt::format("{}: the board {} cannot hold it: {}; {}", p.name, p.board.name,
                               excess_text(lacks), cure));
}

/// One bank of `depth` words: an access opens the blocks that its width takes and no others. No
/// energy of FPGA memories is published; an ASIC array of the same shape stands for it. Leakage is
/// part of the board's power.
MemoryCost bank_cost(const FpgaEngineParameters& p, const EnergyTables& tables, Tensor t) {
  if (p.energy == FpgaEnergy::Activity) return {{}, {}, {}, kInActivity};
  const std::int64_t width = p.precision.width[t].count();
  const std::int64_t depth = ceil_div(p.buffer[t].count() / width, buffer_banks(p, t));
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
  const MemoryCost one = sram_cost(tables, array);
  MemoryCost cost;
  cost.energy = {one.energy.read * arrays, one.energy.write * arrays};
  cost.spread = one.spread;
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
  memory.word_width = p.precision.width[t];
  memory.buffering = p.double_buffered[t] ? Buffering::Double : Buffering::Single;
  if (p.fill[t]) {
    memory.write_bandwidth =
        BitsPerCycle{static_cast<double>((p.precision.width[t] * *p.fill[t]).count())};
  }
  set_cost(memory, bank_cost(p, tables, t));
  return memory;
}

Level off_chip(const FpgaEngineParameters& p, const EnergyTables& tables) {
  Memory memory;
  memory.name = "dram";
  for (const Tensor t : kTensors) memory.holds[t] = true;
  memory.word_width = kDramWord;
  memory.read_bandwidth = memory.write_bandwidth = per_cycle(p.board.off_chip_bandwidth, p.clock);
  memory.shared_port = true;
  set_cost(memory, dram_cost(tables.dram, p.board.dram, kDramWord));
  return {"DRAM", {memory}, {}};
}

FanOutAxis lanes(std::int64_t size, std::initializer_list<Dim> dims) {
  FanOutAxis axis{size, {}};
  for (const Dim d : dims) axis.dims[d] = true;
  return axis;
}

/// The lanes along X, and along Y all that sums or repeats them: input channels, pixels, the
/// window. Banks feed every lane; where they are fewer, the interval of a step grows. An adder tree
/// sums.
Level on_chip(const FpgaEngineParameters& p, const EnergyTables& tables) {
  Level level;
  level.name = "buffers";
  level.memories = {buffer_of(p, tables, Tensor::Input, "input"),
                    buffer_of(p, tables, Tensor::Weight, "weight"),
                    buffer_of(p, tables, Tensor::Output, "output")};
  level.exchanges_roles = true;  // ping-pong: the output of a layer is the input of the next
  level.fan_out.x = lanes(p.tm, {Dim::M, Dim::G});
  level.fan_out.y = lanes(p.tn * p.tp * p.tq * p.window * p.window, {Dim::C});
  level.fan_out.y.dims[Dim::P] = p.tp > 1;
  level.fan_out.y.dims[Dim::Q] = p.tq > 1;
  level.fan_out.y.dims[Dim::R] = level.fan_out.y.dims[Dim::S] = p.window > 1;
  for (const Tensor t : kTensors) {
    level.fan_out.networks[t].source = "0: wires of the fabric are part of the board's power";
  }
  return level;
}

ComputeUnit dsp(const FpgaEngineParameters& p, const EnergyTables& tables) {
  ComputeUnit unit;
  const Bits input = p.precision.width[Tensor::Input];
  unit.operand_width = std::max(input, p.precision.width[Tensor::Weight]);
  const std::int64_t interval = p.interval.value_or(port_interval(p).cycles);
  unit.interval = Cycles{static_cast<double>(interval)};
  unit.pass_overhead = Cycles{static_cast<double>(p.pass_overhead)};
  unit.source = kInActivity;
  if (p.energy == FpgaEnergy::Activity) return unit;
  const ComputeCost cost = multiply_add_cost(tables.compute, tables.scaling, unit.operand_width,
                                             kAccumulator, technology_of(p.board));
  unit.energy = cost.multiply_add;
  unit.gated_energy = cost.gated;
  unit.add_energy = cost.add;
  unit.spread = cost.spread;
  unit.source = "ASIC estimate, no published DSP energy: " + cost.source;
  return unit;
}

/// The board's power in each cycle, and with Activity what the engine takes.
void set_cycle_energy(const FpgaEngineParameters& p, const EnergyTables& tables,
                      Architecture& architecture) {
  architecture.energy_per_cycle = energy(p.board.board_power, duration(Cycles{1.0}, p.clock));
  architecture.energy_per_cycle_source = "board: " + p.board.board_power_source;
  if (p.energy == FpgaEnergy::Accesses) return;
  const Picojoules activity = activity_energy(tables.fpga, resources(p));
  architecture.energy_per_cycle_source +=
      fmt::format("; {:g} of {:g} pJ are activity: {}", activity.count(),
                  (architecture.energy_per_cycle + activity).count(), tables.fpga.source);
  architecture.energy_per_cycle += activity;
}

/// Off chip the engine keeps outputs, inputs or weights still; on chip one order stands for all,
/// since a MAC stores nothing.
std::vector<LevelConstraint> tiled_engine(const FpgaEngineParameters& p,
                                          const Architecture& architecture) {
  using enum Dim;
  std::vector<LevelConstraint> levels(2);
  levels[0].orders = {{N, G, P, Q, M, C, R, S}, {N, G, P, Q, C, R, S, M}, {G, M, C, R, S, N, P, Q}};
  levels[1].temporal[N].most = levels[1].temporal[G].most = 1;
  levels[1].orders = {{R, S, P, Q, M, C}};
  for (std::size_t i = 0; i < levels.size(); ++i) {
    limit_to_fan_out(architecture.levels[i].fan_out, levels[i]);
    for (const Tensor t : kTensors) levels[i].keep[t] = true;
  }
  levels[1].spatial_y[C].most = p.tn;
  levels[1].spatial_y[P].most = p.tp;
  levels[1].spatial_y[Q].most = p.tq;
  levels[1].spatial_y[R].most = levels[1].spatial_y[S].most = p.window;
  return levels;
}

std::string description(const FpgaEngineParameters& p) {
  std::string lanes = fmt::format("Tm = {}, Tn = {}", p.tm, p.tn);
  if (p.tp > 1 || p.tq > 1) lanes += fmt::format(", Tp = {}, Tq = {}", p.tp, p.tq);
  if (p.window > 1) lanes += fmt::format(", {0} x {0} window", p.window);
  if (p.precision != fixed_point(Bits{16})) lanes += ", " + text(p.precision);
  return fmt::format("Tiled engine (Zhang et al., FPGA 2015), {}, on {} ({})", lanes, p.board.name,
                     p.board.part);
}

Architecture engine(const FpgaEngineParameters& parameters, const EnergyTables& tables) {
  Architecture architecture;
  architecture.name = parameters.name;
  architecture.merges = {{true, true}};  // the adder that drains the output buffer
  architecture.description = description(parameters);
  architecture.clock = parameters.clock;
  architecture.technology = parameters.board.node;
  architecture.voltage = parameters.board.voltage;
  architecture.levels = {off_chip(parameters, tables), on_chip(parameters, tables)};
  architecture.compute = dsp(parameters, tables);
  set_cycle_energy(parameters, tables, architecture);
  architecture.constraints = tiled_engine(parameters, architecture);
  check_architecture(architecture);
  return architecture;
}

}  // namespace

Architecture unbounded_fpga_engine(const FpgaEngineParameters& parameters,
                                   const EnergyTables& tables) {
  check_parameters(parameters);
  return engine(parameters, tables);
}

Architecture build_fpga_engine(const FpgaEngineParameters& parameters, const EnergyTables& tables) {
  check_parameters(parameters);
  check_board_holds(parameters);
  return engine(parameters, tables);
}

}  // namespace tilewise
