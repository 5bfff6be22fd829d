#include "arch/family/eyeriss.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>
#include <vector>

#include "arch/check_architecture.hpp"
#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

/// A word from the GLB to a PE, or of a partial sum from PE to PE: the ratio 2 of ISCA 2016 to a
/// MAC of 2 pJ, which is also what nn_dataflow takes at 65 nm, 1.0 V.
constexpr Picojoules kHopEnergy{4.0};
constexpr Bits kHopWidth{16};  // of that word
constexpr TechnologyPoint kHopTechnology{Nanometers{65}, Volts{1.0}, Devices::LowPower};
constexpr auto kHopSource =
    "nn_dataflow test_eyeriss_isscc16: 4 pJ a 16-bit word and transfer at 65 nm, 1.0 V; ratio 2 to "
    "a MAC as in ISCA 2016";

/// The two chip-wide constants that AlexNet CONV1 to CONV5 and VGG16 CONV1-1 to CONV3-3 on the chip
/// calibrate: with the published times they make the largest error of the twelve energies least
/// (tools/calibrate_eyeriss.py).
constexpr Picojoules kClockEnergy{5.75};
constexpr Picojoules kControlEnergy{0.07};
constexpr TechnologyPoint kChip{Nanometers{65}, Volts{1.0}, Devices::LowPower};
constexpr auto kCalibrated =
    "calibrated on AlexNet CONV1 to CONV5, VGG16 CONV1-1 to CONV3-3, JSSC 2017 Tables V, VI";

/// What the parameters give, or the calibrated energy at their technology.
Picojoules calibrated(const std::optional<Picojoules>& given, Picojoules on_chip,
                      const EyerissParameters& p, const EnergyTables& tables) {
  if (given) return *given;
  if (p.word_energies) return Picojoules{0.0};
  return scale_energy(tables.scaling, on_chip, kChip, p.technology);
}

/// Loops of any bound over `dims`, none over the others.
EnumArray<Dim, FactorRule> loops_over(std::initializer_list<Dim> dims) {
  EnumArray<Dim, FactorRule> rules;
  for (FactorRule& rule : rules) rule.most = 1;
  for (const Dim d : dims) rules[d] = FactorRule{};
  return rules;
}

FactorRule full() {
  FactorRule rule;
  rule.full = true;
  return rule;
}

Level dram(const EyerissParameters& p, const EnergyTables& tables) {
  Memory memory;
  memory.name = "dram";
  memory.holds = set_of({Tensor::Input, Tensor::Weight, Tensor::Output});
  memory.word_width = p.link_width;
  const double link_share = p.link_clock / p.clock;
  memory.read_bandwidth = memory.write_bandwidth =
      BitsPerCycle{static_cast<double>(p.link_width.count()) * link_share};
  memory.shared_port = true;
  set_cost(memory, dram_cost(tables.dram, p.dram, p.link_width));
  // Five bits of run beside each word, three pairs in 64 bit; filters lie there as they are.
  memory.coded[Tensor::Input] = memory.coded[Tensor::Output] = RunLengthCode{};
  return {"DRAM", {memory}, {}};
}

/// The GLB is made of banks; an access reads one. What carries the word to the PEs is in the
/// energy of the network.
Memory banked(const EyerissParameters& p, const EnergyTables& tables, Bits capacity) {
  Memory memory;
  memory.capacity = capacity;
  memory.word_width = p.buffer_width;
  const Sram bank{p.bank, p.buffer_width, SramFlavour::Lstp300, 1, p.technology.node};
  MemoryCost cost = sram_cost(tables, bank);
  const std::int64_t banks = ceil_div(capacity.count(), p.bank.count());
  cost.leakage = cost.leakage * banks;
  cost.area = cost.area * banks;
  cost.source += fmt::format(", {} banks", banks);
  set_cost(memory, std::move(cost));
  return memory;
}

FanOut pe_array(const EyerissParameters& p, const EnergyTables& tables) {
  FanOut array;
  array.x.size = p.pe_columns;
  array.y.size = p.pe_rows;
  if (p.dataflow == EyerissDataflow::RowStationary) {
    array.x.dims = set_of({Dim::P, Dim::M, Dim::G, Dim::C});
    array.y.dims = set_of({Dim::R, Dim::C, Dim::M, Dim::G});
    array.fold = Dim::P;
    array.refill = Refill::InTurn;
  }
  TensorNetwork network;
  network.energy_per_hop = scale_energy(tables.scaling, kHopEnergy, kHopTechnology, p.technology) *
                           (p.operand_width / kHopWidth);
  network.source = kHopSource;
  for (const Tensor t : kTensors) array.networks[t] = network;
  array.networks[Tensor::Input].bandwidth = p.input_bus;
  array.networks[Tensor::Weight].bandwidth = p.filter_bus;
  array.networks[Tensor::Output].bandwidth = p.psum_bus;
  return array;
}

std::vector<Level> global_buffers(const EyerissParameters& p, const EnergyTables& tables) {
  Memory buffer = banked(p, tables, p.buffer);
  buffer.name = "buffer";
  buffer.holds = set_of({Tensor::Input, Tensor::Output});
  buffer.buffering = Buffering::Single;
  Memory filter = banked(p, tables, p.filter_buffer);
  filter.name = "filter";
  filter.holds = set_of({Tensor::Weight});
  FanOut array = pe_array(p, tables);
  switch (p.dataflow) {
    case EyerissDataflow::RowStationary:
      // The filters of the next pass arrive while those of this one are in the PEs.
      filter.buffering = Buffering::Streaming;
      return {{"GLB", {buffer}, {}}, {"PREFETCH", {filter}, array}};
    case EyerissDataflow::None:
      filter.buffering = Buffering::Double;
      return {{"GLB", {buffer, filter}, array}};
  }
  return {};
}

Memory scratchpad(const EyerissParameters& p, std::string name, Tensor tensor, std::int64_t words) {
  Memory memory;
  memory.name = std::move(name);
  memory.holds = set_of({tensor});
  memory.word_width = p.operand_width;
  memory.capacity = Bits{checked_multiply(words, p.operand_width.count(), memory.name)};
  memory.read_bandwidth = memory.write_bandwidth =
      BitsPerCycle{static_cast<double>(p.operand_width.count())};
  return memory;
}

/// The chip has an SRAM for the filters and registers for the two small scratchpads. A zero input
/// saves the filter read and the update of the partial sum. Queues at the ports of a PE let ifmap
/// and partial sums run ahead; a partial sum from the GLB joins at the end of its column.
Level processing_element(const EyerissParameters& p, const EnergyTables& tables) {
  const auto registers = [&](Memory& memory) {
    memory.buffering = Buffering::Queued;
    set_cost(memory, register_cost(tables.register_bit, tables.scaling, *memory.capacity,
                                   memory.word_width, p.technology));
  };
  Memory input = scratchpad(p, "ifmap_spad", Tensor::Input, p.input_spad_words);
  registers(input);
  Memory filter = scratchpad(p, "filter_spad", Tensor::Weight, p.filter_spad_words);
  filter.buffering = Buffering::Single;
  filter.gated_by[Tensor::Weight] = Tensor::Input;
  set_cost(filter, sram_cost(tables, {*filter.capacity, filter.word_width, SramFlavour::Lstp300, 1,
                                      p.technology.node}));
  Memory psum = scratchpad(p, "psum_spad", Tensor::Output, p.psum_spad_words);
  registers(psum);
  psum.gated_by[Tensor::Output] = Tensor::Input;
  psum.fresh_sums = true;
  return {"PE", {input, filter, psum}, {}};
}

ComputeUnit multiply_accumulate(const EyerissParameters& p, const EnergyTables& tables) {
  const ComputeCost cost = multiply_add_cost(tables.compute, tables.scaling, p.operand_width,
                                             p.operand_width, p.technology);
  ComputeUnit unit;
  unit.operand_width = p.operand_width;
  const Picojoules control = calibrated(p.control_energy, kControlEnergy, p, tables);
  unit.energy = cost.multiply_add + control;
  unit.gated_energy = cost.gated;
  unit.add_energy = cost.add + control;
  // Of the sum the MAC alone is derived.
  const double derived = cost.multiply_add / unit.energy;
  unit.spread = {1.0 - (1.0 - cost.spread.low) * derived, 1.0 + (cost.spread.high - 1.0) * derived};
  unit.gated_by = Tensor::Input;
  unit.area = cost.area;
  unit.source = fmt::format("{}; registers and control of the PE {:.4g} pJ, {}", cost.source,
                            control.count(), p.control_energy ? "given" : kCalibrated);
  return unit;
}

/// The levels of row stationary.
enum Place : std::size_t { kDram, kBuffer, kPass, kPe, kLevels };

/// Row stationary: the filter rows of one output row stand in a column of PEs and a PE convolves
/// one row; a strip of output rows lies along X and folds where it is longer. Outermost first:
/// images and filters of the buffer, strips, channels; groups of filters in the buffer; a pass of
/// images and columns; and in a PE channels, filters and taps.
std::vector<LevelConstraint> row_stationary(const FanOut& array) {
  std::vector<LevelConstraint> levels(kLevels);
  for (LevelConstraint& level : levels) level.spatial_x = level.spatial_y = loops_over({});
  const auto loops = [](LevelConstraint& level, std::initializer_list<Dim> dims) {
    level.temporal = loops_over(dims);
    level.orders = {dims};
  };
  loops(levels[kDram], {Dim::G, Dim::N, Dim::M, Dim::P, Dim::C});

  loops(levels[kBuffer], {Dim::M});
  levels[kBuffer].keep[Tensor::Input] = levels[kBuffer].keep[Tensor::Output] = true;

  LevelConstraint& pass = levels[kPass];
  loops(pass, {Dim::N, Dim::Q});
  pass.temporal[Dim::Q] = full();
  pass.keep[Tensor::Weight] = true;
  for (const Dim d : kDims) {
    if (array.x.dims[d]) pass.spatial_x[d] = FactorRule{};
    if (array.y.dims[d]) pass.spatial_y[d] = FactorRule{};
  }
  pass.spatial_y[Dim::R] = full();
  // Partial sums travel up the columns: only a mapping that is given chains them across.
  pass.spatial_x[Dim::C].most = 1;

  LevelConstraint& pe = levels[kPe];
  loops(pe, {Dim::C, Dim::M, Dim::S});
  pe.temporal[Dim::S] = full();
  for (const Tensor t : kTensors) pe.keep[t] = true;
  return levels;
}

std::vector<LevelConstraint> constraints(EyerissDataflow dataflow,
                                         const std::vector<Level>& levels) {
  switch (dataflow) {
    case EyerissDataflow::RowStationary: return row_stationary(levels[kPass].fan_out);
    case EyerissDataflow::None: return std::vector<LevelConstraint>(levels.size());
  }
  return {};
}

std::string_view description(EyerissDataflow dataflow) {
  switch (dataflow) {
    case EyerissDataflow::RowStationary:
      return "Row-stationary spatial array (Chen et al., JSSC 2017)";
    case EyerissDataflow::None:
      return "Spatial array (Chen et al., JSSC 2017) without a fixed dataflow";
  }
  return "";
}

/// Each place at its energy a word; what the paper does not charge costs nothing.
void set_word_energies(const WordEnergies& words, Architecture& architecture) {
  constexpr auto kSource = "energy a word, given";
  const Bits word = architecture.compute.operand_width;
  const auto set = [&](Memory& memory, Picojoules energy, bool writes) {
    const Picojoules access = energy * (memory.word_width / word);
    memory.energy = {access, writes ? access : Picojoules{0.0}};
    memory.leakage = Milliwatts{0.0};
    memory.source = kSource;
    memory.spread = {};
  };
  const std::size_t innermost = architecture.levels.size() - 1;
  for (std::size_t l = 0; l <= innermost; ++l) {
    for (Memory& memory : architecture.levels[l].memories) {
      const Picojoules each = l == 0 ? words.dram : l == innermost ? words.spad : words.buffer;
      set(memory, each, l == 0 || memory.holds[Tensor::Output]);
    }
    for (TensorNetwork& network : architecture.levels[l].fan_out.networks) {
      if (network.energy_per_hop == Picojoules{0.0}) continue;
      network.energy_per_hop = words.hop;
      network.source = kSource;
    }
  }
  ComputeUnit& unit = architecture.compute;
  unit.energy = unit.add_energy = words.mac;
  unit.gated_energy = Picojoules{0.0};
  unit.leakage = Milliwatts{0.0};
  unit.source = kSource;
  unit.spread = {};
}

void check_parameters(const EyerissParameters& p) {
  const auto positive = [&](Bits size, std::string_view what) {
    if (size < Bits{1}) throw InputError(fmt::format("{}: {}: expected above zero", p.name, what));
  };
  positive(p.link_width, "link_width");
  positive(p.buffer, "buffer");
  positive(p.filter_buffer, "filter_buffer");
  positive(p.bank, "bank");
  positive(p.buffer_width, "buffer_width");
  positive(p.operand_width, "operand_width");
}

}  // namespace

std::string_view name(EyerissDataflow dataflow) {
  switch (dataflow) {
    case EyerissDataflow::RowStationary: return "row_stationary";
    case EyerissDataflow::None: return "none";
  }
  return "";
}

Architecture build_eyeriss(const EyerissParameters& parameters, const EnergyTables& tables) {
  check_parameters(parameters);
  Architecture architecture;
  architecture.name = parameters.name;
  architecture.description = description(parameters.dataflow);
  architecture.clock = parameters.clock;
  architecture.technology = parameters.technology.node;
  architecture.voltage = parameters.technology.voltage;
  architecture.levels = {dram(parameters, tables)};
  for (Level& level : global_buffers(parameters, tables)) {
    architecture.levels.push_back(std::move(level));
  }
  architecture.levels.push_back(processing_element(parameters, tables));
  architecture.compute = multiply_accumulate(parameters, tables);
  const Picojoules clock = calibrated(parameters.clock_energy, kClockEnergy, parameters, tables);
  architecture.energy_per_cycle = clock * (parameters.pe_rows * parameters.pe_columns);
  architecture.energy_per_cycle_source = fmt::format(
      "{:.4g} pJ a PE, {}", clock.count(), parameters.clock_energy ? "given" : kCalibrated);
  if (parameters.word_energies) {
    set_word_energies(*parameters.word_energies, architecture);
    if (!parameters.clock_energy) architecture.energy_per_cycle_source = "none in word_energies";
  }
  architecture.constraints = constraints(parameters.dataflow, architecture.levels);
  if (parameters.dataflow == EyerissDataflow::RowStationary) {
    architecture.letters = row_stationary_letters(kBuffer, kPass, kPe);
  }
  check_architecture(architecture);
  return architecture;
}

}  // namespace tilewise
