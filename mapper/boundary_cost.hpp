#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/enum_array.hpp"
#include "mapper/problem.hpp"
#include "mapper/tile_factors.hpp"

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

/// Least cost of what crosses a boundary.
struct BoundaryLeast {
  double energy = 0.0;  ///< pJ, without leakage and clock
  double serial = 0.0;  ///< cycles that never hide behind work
  double busy = 0.0;    ///< cycles that some port is in use
  double ends = 0.0;    ///< cycles of the cold fill and the last drain
  SharedBusy shared{};  ///< cycles that each shared port is in use
};

/// A tensor's share of the words at a boundary in the units that costs are linear in.
struct Flows {
  enum Part : std::size_t {
    kParent,        ///< words read by, or (Output, in bits) updated at the parent
    kChild,         ///< words written to, or (Output, in bits) drained from the child
    kPartial,       ///< Output: bits of partial sums that return
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
/// loops. All of it is linear in `Flows`, and at most one tensor is kept still by the loops next to
/// a boundary: the bound takes off the largest saving (docs/mapper.md).
class BoundaryCost {
 public:
  BoundaryCost(const Problem& problem, const KeepChoice& keep, std::size_t boundary);

  /// `more_kept`: what the loops outside multiply the words of a tensor kept still with.
  BoundaryLeast least(const TileFactors& factors, const SpatialUse& use,
                      const EnumArray<Tensor, double>& more_kept_parent,
                      const EnumArray<Tensor, double>& more_kept_child) const;
  BoundaryLeast least(const TileFactors& factors, const SpatialUse& use) const;

  /// Which tensor the loops next to the boundary keep still.
  using Kept = std::size_t;
  static constexpr Kept kNothing = enum_size<Tensor>;
  static constexpr Kept kAny = kNothing + 1;  ///< the best for each port and for the energy
  /// What each tensor moves at least, not kept still and kept still.
  struct Words {
    EnumArray<Tensor, Flows> full;
    EnumArray<Tensor, Flows> kept;
  };
  Words words_of(const TileFactors& factors, const SpatialUse& use,
                 const EnumArray<Tensor, double>& more_kept_parent,
                 const EnumArray<Tensor, double>& more_kept_child) const;
  BoundaryLeast least(const Words& words, const TileFactors& factors, const SpatialUse& use,
                      Kept still) const;

 private:
  struct Row {
    EnumArray<Tensor, std::array<double, Flows::kParts>> weight{};
  };
  struct PortRow {
    std::size_t level = 0;
    std::size_t shared = kSharedPorts;  ///< place among the shared ports; kSharedPorts: not one
    bool waits = false;                 ///< it has serial flows
    Row all;
    Row serial;
    EnumArray<Tensor, double> fill_parent{}, fill_child{}, drain_parent{}, drain_child{};
  };
  /// Sums that are started rather than continued.
  struct Firsts {
    double final_words = 0.0;  ///< updates with a complete sum
    double energy = 0.0;       ///< updates that start a sum, as the counts see them
    double late_parent = 0.0;  ///< ... as the latency sees them, at the parent
    double late_child = 0.0;   ///< ... at the child
  };
  Flows flows(Tensor t, double parent, double child, const Firsts& firsts) const;
  double value(const Row& row, const Words& words, Kept still) const;
  void add_energy(Tensor t);
  void add_ports(Tensor t);

  const Problem& problem_;
  const Parents& parents_;
  std::size_t boundary_;
  bool compute_unit_;
  Row energy_;
  std::vector<PortRow> ports_;
  std::vector<std::array<std::size_t, 4>> port_names_;
  double output_words_ = 0.0;
  bool every_update_reads_ = false;
  double complete_bits_ = 0.0;
  double partial_bits_ = 0.0;
};

}  // namespace tilewise
