#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/enum_array.hpp"
#include "mapper/bound/tile_factors.hpp"
#include "mapper/problem.hpp"
#include "mapper/relative_energy.hpp"

namespace tilewise {

/// Instances of each level under the spatial loops of a subtree.
struct SpatialUse {
  using PerBoundary = std::array<std::int64_t, kMostLevels + 1>;
  PerBoundary instances{};  ///< [level] of the level, not below it; the compute unit last
  PerBoundary sums{};       ///< [level] of these, how many work on different parts of the same sums
};

/// Memory ports that carry words of several boundaries: what they carry adds up (Eq. 11).
inline constexpr std::size_t kSharedPorts = 6;
using SharedBusy = std::array<double, kSharedPorts>;

/// A lower bound on the cost of the transfers across a boundary. Tight: counts the first words of
/// all siblings of a child, also where their parent is further out; what is tight, or a span, only
/// excludes what surely costs more than the incumbent (docs/mapper.md, "The lower bound", 8).
struct TransferBound {
  RelativeEnergy energy;
  double exposed_cycles = 0.0;           ///< transfers that never hide behind work
  double busy_cycles = 0.0;              ///< the port in use longest
  double fill_drain_cycles = 0.0;        ///< the cold fill and the last drain
  double tight_fill_drain_cycles = 0.0;  ///< the same, tight
  SharedBusy shared_busy{};              ///< cycles that each shared port is in use
  double port_span_cycles = 0.0;         ///< a port in use, and idle in fill or drain without it
  double unqueued_span_cycles = 0.0;     ///< the same of ports without queues: idle one tile more
  double tile_share = 0.0;               ///< of the run that one tile takes
};

/// A tensor's share of the words at a boundary in the units that costs are linear in.
struct Flows {
  enum Part : std::size_t {
    kParent,        ///< words read by, or (Output, in bits) updated at the parent
    kLastHop,       ///< Input, Weight: words sent by the level above the child
    kChild,         ///< words written to, or (Output, in bits) drained from the child
    kPartial,       ///< Output: bits of partial sums that return, at the parent
    kPartialChild,  ///< ... and at the child
    kParentWords,   ///< Output: updates
    kChildWords,    ///< Output: drains
    kPartialWords,  ///< Output: partial sums that return
    kLateParent,    ///< Output: bits of partial sums after the first visit, at the parent
    kLateChild,     ///< ... and at the child
    kParts
  };
  std::array<double, kParts> part{};
};

/// Turns the words at one boundary into bounds on cost, for one choice of kept tensors and spatial
/// loops. All of it is linear in `Flows`, and at most one tensor is stationary under the loops next
/// to a boundary: the bound takes off the largest saving (docs/mapper.md).
class BoundaryCost {
 public:
  BoundaryCost(const Problem& problem, const Parents& parents, std::size_t boundary);

  /// How many times the words of a stationary tensor move again with the loops further out: seen
  /// from the parents, on the last hop and from the children.
  struct Reloads {
    EnumArray<Tensor, double> parent{{1.0, 1.0, 1.0}};
    EnumArray<Tensor, double> last_hop{{1.0, 1.0, 1.0}};
    EnumArray<Tensor, double> child{{1.0, 1.0, 1.0}};
  };
  /// The stationary tensor: the loops next to the boundary leave its tile in place.
  using Stationary = std::size_t;
  static constexpr Stationary kNone = enum_size<Tensor>;
  static constexpr Stationary kAnyStationary =
      kNone + 1;  ///< the best for each port and for the energy
  /// What each tensor moves at least: not stationary, and stationary.
  struct Words {
    EnumArray<Tensor, Flows> full;
    EnumArray<Tensor, Flows> stationary;
  };
  Words words_of(const TileFactors& factors, const SpatialUse& use, const Reloads& reloads) const;
  /// With whichever is best stationary.
  TransferBound lower_bound(const Words& words, const TileFactors& factors,
                            const SpatialUse& use) const;
  /// [tensor] with that one stationary, then kNone and kAnyStationary.
  using ByStationary = std::array<TransferBound, kAnyStationary + 1>;
  ByStationary lower_bounds(const Words& words, const TileFactors& factors,
                            const SpatialUse& use) const;

 private:
  /// A cost that is linear in the flows: the weights that are not zero, by tensor and part.
  struct RowTerm {
    Tensor tensor = Tensor::Input;
    Flows::Part part = Flows::kParent;
    double weight = 0.0;
  };
  using Row = std::vector<RowTerm>;
  /// What a row comes to if no tensor is stationary, and what each saves if it is.
  struct RowValue {
    double sum = 0.0;
    std::array<double, kAnyStationary + 1> saved{};
    double with(Stationary tensor) const { return sum - saved[tensor]; }
  };
  /// Words of a tensor that load a port in the cold fill or the last drain.
  struct FillTerm {
    Tensor tensor = Tensor::Input;
    double parent = 0.0;
    double child = 0.0;
    double start = 0.0;  ///< cycles before its first word
  };
  /// What each transfer of a tensor takes before its first word.
  struct StartTerm {
    Tensor tensor = Tensor::Input;
    double cycles = 0.0;
    bool serial = false;
  };
  enum class Direction { Down, Returning, Up };
  /// A tensor in one direction through one port.
  struct PortFlow {
    Tensor tensor = Tensor::Input;
    Direction direction = Direction::Down;
    bool at_parent = true;
    std::size_t level = 0;
    BitsPerCycle bandwidth;
    double start_up = 0.0;  ///< cycles
    bool last_hop = false;  ///< the network directly above the child
  };
  struct PortRow {
    std::size_t level = 0;
    std::size_t shared = kSharedPorts;  ///< place among the shared ports; kSharedPorts: not one
    bool exposed = false;               ///< it has serial flows
    bool queued = false;                ///< it has flows that run ahead of the work
    Row all;
    Row serial;
    std::vector<FillTerm> fill;
    std::vector<FillTerm> drain;
    std::vector<StartTerm> starts;
    double start_cycles = 0.0;  ///< of the operands that sums start from
  };
  /// Sums that are started rather than continued.
  struct FirstUpdates {
    double final_words = 0.0;  ///< updates with a complete sum
    double energy = 0.0;       ///< updates that start a sum, as the counts see them
    double late_parent = 0.0;  ///< ... as the latency sees them, at the parent
    double late_child = 0.0;   ///< ... at the child
  };
  /// Words of a tensor seen from the parents, on the last hop and from the children.
  struct Seen {
    double parent = 0.0;
    double last_hop = 0.0;
    double child = 0.0;
  };
  Flows flows(Tensor t, const Seen& words, const FirstUpdates& firsts) const;
  static void add_to(Row& row, Tensor t, Flows::Part part, double weight);
  struct Starts {
    double all = 0.0;
    double serial = 0.0;
  };
  static Starts starts_of(const PortRow& port, const TileFactors& factors);
  double refill_cycles(const TileFactors& factors) const;
  static RowValue value(const Row& row, const Words& words);
  void set_energy(std::span<TransferBound> made, Stationary first, const Words& words) const;
  template <Stationary kFirst>
  std::array<TransferBound, kAnyStationary + 1 - kFirst> bounds_from(const Words& words,
                                                                     const TileFactors& factors,
                                                                     const SpatialUse& use) const;
  /// Kind, level, memory, and which of its ports or which tensor's network.
  using PortName = std::array<std::size_t, 4>;
  PortRow& port_row(const PortName& port, std::size_t level);
  /// Energy in pJ, or a number of accesses: linear in the flows, and what sums start from.
  struct EnergyRow {
    Row words;
    double start = 0.0;
  };
  void add_energy(const Architecture& on, Tensor t, EnergyRow& row);
  void add_flow(const PortName& port, const PortFlow& flow);
  void add_ports(Tensor t);
  void add_starts(std::size_t parent);
  double least_start_words(std::size_t parent) const;

  const Problem& problem_;
  Parents parents_;
  std::size_t boundary_;
  bool compute_unit_;
  EnumArray<Tensor, bool> refetched_{};  ///< nothing of it stays in place
  double skew_ = 0.0;                    ///< cycles, at each arrival after the first (Eq. 20)
  EnergyRow energy_;
  std::vector<EnergyRow> accesses_;  ///< as RelativeEnergy::accesses
  double start_words_ = 0.0;         ///< at least so many of the operands that sums start from
  std::vector<PortRow> ports_;
  std::vector<PortName> port_names_;
  double output_words_ = 0.0;
  bool every_update_reads_ = false;
  double complete_bits_ = 0.0;
  double sums_above_ = 0.0;  ///< bits of a partial sum at the parent
  double sums_below_ = 0.0;  ///< ... and at the child
};

}  // namespace tilewise
