#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <vector>

#include "base/enum_array.hpp"
#include "mapper/bound/energy_weights.hpp"
#include "mapper/problem.hpp"
#include "sim/cost_terms.hpp"
#include "sim/group_table.hpp"

namespace tilewise {

/// Words of one tensor at one view; `leaving`: those that a transition drains.
struct WordSlot {
  Tensor tensor = Tensor::Input;
  std::size_t view = 0;
  bool leaving = false;
  bool operator==(const WordSlot&) const = default;
};

/// What has to be counted at one boundary for one choice of kept tensors, laid out for speed.
struct BoundaryPlan {
  struct Term {
    std::size_t lane = 0;  ///< index into `lanes`
    std::size_t slot = 0;  ///< index into `loads`
    std::size_t flow = 0;  ///< of those of the boundary: tensor and direction
    bool leaves = false;
    double cycles_per_word = 0.0;  ///< Output: of a complete word
    /// Output: where its words are as wide as the mapping says.
    std::optional<PortTerm::Place> place;
    double start_up = 0.0;  ///< cycles, as PortTerm
    double burst = 0.0;
  };
  /// What one port does in one way beside the work.
  struct Lane {
    std::size_t port = 0;  ///< index into `port_ids`
    PortTerm::Beside beside = PortTerm::Beside::Tile;
    std::size_t fresh_end = 0;    ///< where its terms end in `terms`
    std::size_t partial_end = 0;  ///< ... those of partial sums that return
    std::size_t start_end = 0;    ///< ... and those of operands that sums start from
  };
  /// Tensor by tensor, views from the parent to the child; between them those that cost energy.
  std::vector<WordSlot> totals;
  EnumArray<Tensor, std::size_t> first_total{};  ///< where a tensor's views begin
  EnumArray<Tensor, std::size_t> end_total{};    ///< ... and end
  EnumArray<Tensor, EnergyWeights> energy;       ///< with the hops of the views but the first
  /// As RelativeEnergy::accesses; without hops.
  std::vector<EnumArray<Tensor, EnergyWeights>> accesses;
  std::vector<WordSlot> loads;        ///< what loads a limited port
  std::vector<std::size_t> arriving;  ///< [load] the arriving words at the same place
  std::vector<std::size_t> leaving;   ///< the loads that drain
  /// Lane by lane those that do not depend on whether a sum was started, so those of partial sums
  /// that return, and those of what sums start from.
  std::vector<Term> terms;
  std::size_t fresh_terms = 0;    ///< where the first end
  std::size_t partial_terms = 0;  ///< where the second end
  std::size_t flows = 0;
  std::vector<Lane> lanes;              ///< those after the work first, those beside all of it last
  std::size_t after = 0;                ///< how many lanes follow the work
  std::size_t beside = 0;               ///< how many follow it or go beside one tile
  bool linear = true;                   ///< the time of a transfer is linear in its words
  bool in_turn = false;                 ///< Refill::InTurn
  double skew = 0.0;                    ///< PortTerms::skew
  std::vector<std::size_t> stationary;  ///< slots of PortTerms::stationary
  double coded_share = 1.0;             ///< of Output at the parent
  double sums_above = 0.0;              ///< bits of a partial sum at the parent
  double sums_below = 0.0;              ///< ... and at the child
  double start_words = 0.0;             ///< of operands that sums start from
  std::vector<std::size_t> port_ids;    ///< of the ports of this boundary, among all ports
  bool partial_sums() const { return fresh_terms < partial_terms; }
  bool starts() const { return partial_terms < terms.size(); }
  bool queues() const { return beside < lanes.size(); }
};
BoundaryPlan boundary_plan(const Problem& problem, const KeepChoice& keep, std::size_t boundary,
                           std::vector<Port>& all_ports);

/// Three sums of words (sim/word_sums.hpp) as numbers that multiply fast; exact below 2^53.
struct LeanSums {
  double all = 1.0;
  double held = 1.0;
  double overlap = 0.0;
};
inline LeanSums operator*(const LeanSums& a, const LeanSums& b) {
  return {a.all * b.all, a.held * b.held, a.overlap * b.held + b.overlap * a.held};
}

/// Positions of a group that move the same words.
struct LeanClass {
  double count = 0.0;
  double first = 0.0;               ///< of these, before any reduction loop advanced
  const LeanSums* loads = nullptr;  ///< [load]
  /// Null: one instance stands for all. Else several may be the most loaded one: where those of a
  /// slot end in `loads`.
  const std::uint32_t* option_ends = nullptr;
};

/// The classes of a move, where there are several, or one with options.
struct LeanClasses {
  std::span<const LeanClass> classes{};
  bool options = false;                  ///< some class has options: there are no sums
  const LeanSums* sums = nullptr;        ///< [load] over the positions of all classes...
  const LeanSums* first_sums = nullptr;  ///< ... and before any reduction loop advanced
  const LeanSums* most = nullptr;        ///< [load] at least as new as those of every class
};

/// A group at one kind of move.
struct LeanEntry {
  double count = 0.0;  ///< over all classes
  double first = 0.0;
  const LeanSums* loads = nullptr;  ///< [load] of its one class, or
  const LeanClasses* several = nullptr;
};

/// What of the words of a slot was in place, over all positions.
struct LeanHeld {
  double held = 0.0;
  double overlap = 0.0;
};

/// GroupMoves of one boundary, flat: only what its plan counts. Lives in the memory it was made in.
struct LeanMoves {
  double executed = 1.0;
  double reduction_instances = 1.0;
  bool splits_sums = false;
  bool even_drains = true;  ///< whatever drains is as large as the first tile
  std::size_t loops = 0;
  const double* whole = nullptr;       ///< [total] the whole tiles at all positions
  const double* first_tile = nullptr;  ///< [load] the most that an instance starts with
  const LeanHeld* in_place = nullptr;  ///< [entry][total]
  const LeanEntry* entries = nullptr;  ///< the compute unit has one

  std::size_t hold_entry(std::size_t k) const { return k; }
  std::size_t advance_entry(std::size_t k) const { return 1 + loops + k; }
};
const LeanMoves& lean_moves(const GroupMoves& moves, const BoundaryPlan& plan, bool compute_unit,
                            std::pmr::memory_resource& memory);

}  // namespace tilewise
