#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "arch/constraints.hpp"
#include "arch/energy/energy_spread.hpp"
#include "arch/mapping_letters.hpp"
#include "base/enum_array.hpp"
#include "base/units.hpp"
#include "workload/dim.hpp"

namespace tilewise {

/// How a memory takes new words while what it holds is in use (docs/model.md, Eq. 9).
enum class Buffering {
  Single,     ///< the transfer waits until the work on the tile is done
  Double,     ///< the next tile arrives during the work; capacity counts both
  Streaming,  ///< new words replace consumed ones during the work; capacity counts one tile
  Queued,     ///< as Streaming, behind a queue that lets transfers run ahead of the work
};
template <>
inline constexpr std::size_t enum_size<Buffering> = 4;

inline constexpr BitsPerCycle kUnlimited{std::numeric_limits<double>::infinity()};

/// Energy of one access of the full word width.
struct AccessEnergy {
  Picojoules read;
  Picojoules write;
};

/// Zero runs and the values between them, packed: a pair is the length of a run and one value, a
/// packet holds as many pairs as fit beside one flag bit.
struct RunLengthCode {
  Bits run{5};
  Bits packet{64};
  auto operator<=>(const RunLengthCode&) const = default;
};
/// A code of which only the result is known, or that does not depend on zeros alone.
struct FixedCode {
  double ratio = 1.0;  ///< coded bits over plain ones, above 0, at most 1
  std::string source;
  auto operator<=>(const FixedCode&) const = default;
};
using Code = std::variant<RunLengthCode, FixedCode>;
/// Coded bits over plain ones of words of `width`, of which `density` are not zero; 1 where the
/// code would be longer: the words then stay plain (docs/model.md, Eq. 18).
double coded_share(const Code& code, double density, Bits width);

/// A port that serves some tensors of a memory, one way or both.
struct MemoryPort {
  EnumArray<Tensor, bool> tensors{};
  std::optional<BitsPerCycle> read;   ///< empty: nothing is read here
  std::optional<BitsPerCycle> write;  ///< empty: nothing is written here
  bool shared = false;                ///< reads and writes take turns at the rate of `read`
};

/// One physical memory of a level; each instance of the level has one.
struct Memory {
  std::string name;                 ///< unique in its level
  EnumArray<Tensor, bool> holds{};  ///< the tensors that it may keep
  std::optional<Bits> capacity;     ///< empty: unbounded (off-chip)
  Bits word_width{16};              ///< bits of one access
  BitsPerCycle read_bandwidth = kUnlimited;
  BitsPerCycle write_bandwidth = kUnlimited;
  bool shared_port = false;  ///< reads and writes share `read_bandwidth`
  /// Not empty: these serve the tensors, and not the bandwidths above.
  std::vector<MemoryPort> ports;
  Cycles start_up;  ///< of a transfer with another memory, before its first word (Eq. 21)
  Bits burst;       ///< what such a transfer moves is rounded up to; 0: nothing is
  Buffering buffering = Buffering::Double;
  AccessEnergy energy;
  Milliwatts leakage;                                   ///< of one instance
  SquareMillimeters area;                               ///< of one instance
  std::string source;                                   ///< where the energies come from
  EnergySpread spread;                                  ///< of other published energies
  EnumArray<Tensor, std::optional<Tensor>> gated_by{};  ///< a zero word of that tensor saves the
                                                        ///< access (compute side only)
  /// Tensors that lie here coded; Output in the outermost level only.
  EnumArray<Tensor, std::optional<Code>> coded{};
  /// Width of a partial sum here; empty: as the layer says.
  std::optional<Bits> sum_width;
  /// Partial sums that return join on their way out again, not here: each visit starts from zero,
  /// and its drain takes the read that the first update spares.
  bool fresh_sums = false;
  /// Whenever a loop outside turns, all words of the tiles of Input and Weight come again, also
  /// those that are here already (docs/model.md, Eq. 25).
  bool refetches = false;
};

/// Where words of a tensor enter or leave a memory.
struct PortUse {
  std::size_t port = 0;  ///< index into Memory::ports; 0 where there are none
  BitsPerCycle bandwidth = kUnlimited;
  bool shared = false;  ///< what goes the other way takes from it too
};
PortUse port_use(const Memory& memory, Tensor t, bool write);
/// The ports of a memory; without given ones, one or two that serve all its tensors.
std::vector<MemoryPort> ports_of(const Memory& memory);

/// What carries a tensor from a level to the instances below it.
struct TensorNetwork {
  BitsPerCycle bandwidth = kUnlimited;  ///< out of (for Output: also into) one upper instance
  bool multicast = true;                ///< one read serves all instances that want the word
  bool spatial_reduction = true;        ///< partial sums of several instances are added on the way
  Picojoules energy_per_hop;            ///< per word and hop
  double hops = 1.0;                    ///< hops of one word to (from) one instance
  std::string source;
};

inline constexpr std::int64_t kLargestFanOut = 65536;  ///< instances along one axis

/// One axis of a fan-out: how many instances, and which dimensions may lie along it.
struct FanOutAxis {
  std::int64_t size = 1;
  EnumArray<Dim, bool> dims{{true, true, true, true, true, true, true, true}};
};

/// What the instances below a fan-out do while a single-buffered memory of theirs is refilled.
enum class Refill {
  Waits,   ///< serial transfers follow the work, side by side; the others hide behind it
  InTurn,  ///< the instances stand still: all transfers of the transition follow one another
};
template <>
inline constexpr std::size_t enum_size<Refill> = 2;

/// Whether instance (x, y) works x + y steps behind instance (0, 0), and when the array is filled
/// (docs/model.md, Eq. 20).
enum class Skew {
  None,   ///< all work on the same step
  Layer,  ///< once: passes follow one another without a gap
  Pass,   ///< whenever the level below gets a new tile of what it keeps
};
template <>
inline constexpr std::size_t enum_size<Skew> = 3;

/// The instances of the next level under one instance of this.
struct FanOut {
  FanOutAxis x;
  FanOutAxis y;
  /// A loop of this dimension along X may be longer than X: it goes on in further rows of Y.
  std::optional<Dim> fold;
  Refill refill = Refill::Waits;
  Skew skew = Skew::None;
  EnumArray<Tensor, TensorNetwork> networks;

  std::int64_t instances() const { return x.size * y.size; }
  /// The longest loop of `d` along X.
  std::int64_t most_along_x(Dim d) const;
  /// The longest loop of `d` along Y.
  std::int64_t most_along_y(Dim d) const { return y.dims[d] ? y.size : 1; }
  /// The rows of Y that a loop along X takes.
  std::int64_t rows_of(std::int64_t bound) const { return (bound + x.size - 1) / x.size; }
};

/// A storage level and the fan-out below it.
struct Level {
  std::string name;
  std::vector<Memory> memories;
  FanOut fan_out;
  /// How many levels before this one have the same memories: they are further places of tiles in
  /// the nest (sim/tile_places.hpp), and share capacity and ports. No file says it.
  std::size_t place = 0;
  /// Tensors that lie here as a whole while a layer runs (arch/home.hpp): their tiles take no room,
  /// which the capacity is without already. No file says it.
  EnumArray<Tensor, bool> whole{};
  /// Share of a tensor's words that come from outside this level; the others lie here as a whole
  /// (operands of a sum). No file says it.
  EnumArray<Tensor, double> part{{1.0, 1.0, 1.0}};
  /// Operands that sums start from which lie here; the others come from level 0. No file says it.
  std::int64_t starts_here = 0;
  /// The memories of Input and Output may exchange their roles from one layer to the next.
  bool exchanges_roles = false;

  /// The memory of this level that may keep `t`; null if it bypasses.
  const Memory* memory_of(Tensor t) const {
    for (const Memory& memory : memories) {
      if (memory.holds[t]) return &memory;
    }
    return nullptr;
  }
};

/// Steps of a tile of the innermost level that the array takes as one instruction: at most `steps`
/// of those that follow one another along some dimensions, and no fewer than `least` cycles
/// (docs/model.md, Eq. 24).
struct StepBlock {
  EnumArray<Dim, bool> along{};  ///< none: steps are not taken in blocks
  std::int64_t steps = 1;
  Cycles least;
  bool any() const { return along != EnumArray<Dim, bool>{}; }
  bool operator==(const StepBlock&) const = default;
};

/// The multiplier and adder at the end of the hierarchy: one operation every `interval`.
struct ComputeUnit {
  Bits operand_width{16};
  Cycles interval{1.0};  ///< initiation interval: from one step of the nest to the next, at least 1
  Cycles pass_overhead;  ///< what each tile of the innermost level costs beside its steps: the fill
                         ///< of the pipeline, the way in and out of the loops
  Cycles layer_overhead;  ///< the same once a layer: a pipeline that stays full between the tiles
  StepBlock block;
  Picojoules energy;               ///< of one multiplication with accumulation
  Picojoules gated_energy;         ///< of one whose gating operand is zero
  Picojoules add_energy;           ///< of one operation without multiplier (pool, add)
  std::optional<Tensor> gated_by;  ///< whose zeros gate; empty: no gating
  Milliwatts leakage;              ///< of one unit
  SquareMillimeters area;          ///< of one unit
  std::string source;
  EnergySpread spread;  ///< of other published energies
};

/// Operators that may run in the drain of the layer whose output they read (docs/schedule.md).
enum class Merge {
  Add,          ///< sums of equal maps: the sums of that layer start from the other operands
  Elementwise,  ///< operators of one operand: activations, scaling
};
template <>
inline constexpr std::size_t enum_size<Merge> = 2;
inline constexpr EnumArray<Merge, const char*> kMergeWords{{"add", "elementwise"}};
constexpr std::string_view name(Merge merge) { return kMergeWords[merge]; }

/// A hierarchy of memories and processing elements. Levels outermost first; level 0 is off-chip.
struct Architecture {
  std::string name;
  std::string description;
  std::string family;  ///< that its file names; empty: its levels are written out
  Megahertz clock{1.0};
  Nanometers technology{65};
  Volts voltage{1.0};
  std::vector<Level> levels;
  ComputeUnit compute;
  Picojoules energy_per_cycle;  ///< clock and control of the whole chip
  std::string energy_per_cycle_source;
  std::vector<LevelConstraint> constraints;  ///< one a level: the dataflow
  MappingLetters letters;  ///< in which a mapping can be written; empty: it has no such notation
  /// The level at which activations may lie between layers; empty: as home_of (arch/home.hpp) says.
  std::optional<std::string> home;
  EnumArray<Merge, bool> merges{};  ///< what the hardware does in the drain of a layer
};

/// Cycles in which the array below `level` fills and empties: columns + rows - 2 steps where it is
/// skewed, else none (docs/model.md, Eq. 20).
Cycles skew_cycles(const Architecture& architecture, std::size_t level);
/// What a layer costs once beside its steps: the fill of the compute pipeline and of each array.
Cycles fill_of_layer(const Architecture& architecture);

/// Compute units of the whole architecture.
std::int64_t compute_units(const Architecture& architecture);
/// Instances of level `level`; of the compute unit for `level` = levels. Both throw InputError
/// where the product does not fit in 63 bits.
std::int64_t instances_of(const Architecture& architecture, std::size_t level);

}  // namespace tilewise
