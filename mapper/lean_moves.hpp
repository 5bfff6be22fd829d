#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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
    std::size_t port = 0;  ///< index into `ports`
    std::size_t slot = 0;  ///< index into `loads`
    Tensor tensor = Tensor::Input;
    Flow flow = Flow::Arrive;
    double cycles_per_word = 0.0;  ///< Output: of a complete word
    PortTerm::Beside beside = PortTerm::Beside::Tile;
    PortTerm::Place place = PortTerm::Place::Way;
    double start_up = 0.0;  ///< cycles, as PortTerm
    double burst = 0.0;
    double time(double words, double cycles) const {
      return transfer_time(words, cycles, start_up, burst);
    }
  };
  std::vector<WordSlot> totals;  ///< tensor by tensor, views from the parent to the child
  EnumArray<Tensor, std::size_t> first_total{};  ///< where a tensor's views begin
  EnumArray<Tensor, EnergyWeights> energy;
  std::vector<WordSlot> loads;        ///< what loads a limited port
  std::vector<std::size_t> arriving;  ///< [load] the arriving words at the same place
  std::vector<Term> terms;
  bool in_turn = false;                 ///< Refill::InTurn
  double skew = 0.0;                    ///< PortTerms::skew
  std::vector<std::size_t> stationary;  ///< slots of PortTerms::stationary
  bool queues = false;                  ///< some term is Beside::Run
  double coded_share = 1.0;             ///< of Output at the parent
  double sums_above = 0.0;              ///< bits of a partial sum at the parent
  double sums_below = 0.0;              ///< ... and at the child
  std::vector<Port> ports;
  std::vector<std::size_t> port_ids;  ///< the same over all boundaries
};
BoundaryPlan boundary_plan(const Problem& problem, const KeepChoice& keep, std::size_t boundary,
                           std::vector<Port>& all_ports);

/// Three sums of words (sim/word_sums.hpp) as numbers that multiply fast; exact below 2^53.
struct LeanSums {
  double all = 1.0;
  double held = 1.0;
  double overlap = 0.0;
};

/// Positions of a group that move the same words.
struct LeanClass {
  double count = 0.0;
  double first = 0.0;         ///< of these, before any reduction loop advanced
  std::uint32_t words = 0;    ///< index of its first load in LeanMoves::loads
  std::uint32_t options = 0;  ///< 0: one a slot; else index + 1 into LeanMoves::option_ends
};

/// GroupMoves of one boundary, flat: only what its plan counts.
struct LeanMoves {
  double executed = 1.0;
  double reduction_instances = 1.0;
  bool splits_sums = false;
  bool idle = true;         ///< multiplies everything with one
  bool even_drains = true;  ///< whatever drains is as large as the first tile
  std::size_t loops = 0;
  std::vector<LeanSums> totals;            ///< [entry][slot]
  std::vector<std::uint32_t> class_begin;  ///< [entry], one more at the end
  std::vector<LeanClass> classes;
  std::vector<LeanSums> loads;
  std::vector<std::uint32_t> option_ends;  ///< where the options of a slot end in `loads`

  std::size_t first_entry() const { return 0; }
  std::size_t hold_entry(std::size_t k) const { return 1 + k; }
  std::size_t advance_entry(std::size_t k) const { return 2 + loops + k; }
};
LeanMoves lean_moves(const GroupMoves& moves, const BoundaryPlan& plan, bool compute_unit);

}  // namespace tilewise
