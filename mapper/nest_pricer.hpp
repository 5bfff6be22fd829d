#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/enum_array.hpp"
#include "mapper/lean_moves.hpp"
#include "mapper/problem.hpp"
#include "mapper/relative_energy.hpp"
#include "sim/nest.hpp"

namespace tilewise {

/// A temporal loop as the pricer needs it: its bound is in the moves.
struct LeanLoop {
  std::uint8_t dim = 0;
  std::uint8_t group = 0;
};
constexpr LeanLoop lean_loop(Dim d) {
  return {static_cast<std::uint8_t>(d), static_cast<std::uint8_t>(group_of(d))};
}

/// The temporal loops of a nest, outermost first, and the moves of each group at each boundary.
struct LeanNest {
  static constexpr std::size_t kMostLoops = enum_size<Dim> * kMostLevels;
  std::array<LeanLoop, kMostLoops> loops{};
  /// [boundary] how many loops lie outside it.
  std::array<std::size_t, kMostLevels + 1> outside{};
  std::array<std::array<const LeanMoves*, enum_size<DimGroup>>, kMostLevels + 1> moves{};
  bool runs_short = false;      ///< a temporal loop may run short at the edge of its dimension
  double block_overhead = 0.0;  ///< cycles that blocks of steps wait (docs/model.md, Eq. 24)
  bool axes_sure = false;       ///< no axis of Input has temporal loops over outputs and over taps
};

/// What `evaluate` computes of one mapping, and nothing else: energy and latency as numbers, from
/// tables that many mappings share. One object a thread and choice of kept tensors.
/// docs/mapper.md, "Pricing"; held against `evaluate` by the tests.
class NestPricer {
 public:
  NestPricer(const Problem& problem, const KeepChoice& keep);

  const BoundaryPlan& plan(std::size_t boundary) const { return plans_[boundary]; }
  const Parents& parents(std::size_t boundary) const { return keep_.parents[boundary]; }

  /// Energy of what crosses `boundary`; needs the loops outside it. The compute unit's: the last.
  /// Remembers the mean width of the Output words there for `latency`.
  RelativeEnergy boundary_energy(const LeanNest& nest, std::size_t boundary);
  /// Mean widths of the Output words at a boundary, over that of a complete one, as the latency
  /// counts them.
  using OutputScale = std::array<double, 3>;
  const OutputScale& output_scale(std::size_t boundary) const { return output_scale_[boundary]; }
  /// Puts back what `boundary_energy` left behind for the same loops.
  void set_output_scale(std::size_t boundary, const OutputScale& scale) {
    output_scale_[boundary] = scale;
  }
  /// Energy in pJ of the operations: the same for all mappings.
  double operation_energy() const { return operation_energy_; }
  /// Latency in cycles (Eq. 7 to 11); after boundary_energy of every boundary.
  double latency(const LeanNest& nest);
  /// The same as if nothing drained beside other transfers: no order of equal energy is faster.
  double least_latency(const LeanNest& nest);

 private:
  /// Input, Weight, and Output both ways: each loads at most the networks and two memories.
  static constexpr std::size_t kMostSlots = 4 * (kMostLevels + 2);
  static constexpr std::size_t kGroups = enum_size<DimGroup>;
  using Words = std::array<double, kMostSlots>;
  /// A group that multiplies something, at the move in work.
  struct Active {
    std::size_t group = 0;
    const LeanMoves* moves = nullptr;
    std::size_t held = 0;   ///< how many of its loops hold
    std::size_t entry = 0;  ///< index of the move
  };
  struct Steps {
    double beside = 0.0;
    double after = 0.0;
  };

  double executed(const LeanNest& nest, std::size_t boundary) const;
  void start(const LeanNest& nest, std::size_t boundary);
  void move(std::size_t group, bool hold);
  void add_totals(const LeanNest& nest, std::size_t boundary, Words& words);
  /// What a transfer's energies are multiplied with.
  struct Moved {
    double above = 0.0;       ///< words, at the parent
    double below = 0.0;       ///< ... and at the child
    double partial = 0.0;     ///< Output: partial sums that return
    double reads = 0.0;       ///< Output: reads of sums at the parent
    double starts = 0.0;      ///< Output: words of what sums start from
    double bits_above = 1.0;  ///< Output: mean width at the parent; else the weights are of words
    double bits_below = 1.0;  ///< ... and at the child
  };
  Moved moved_at(const LeanNest& nest, std::size_t boundary, Tensor t, const Words& words);
  static double energy_at_ends(const EnergyWeights& weights, const Moved& moved);
  static double network_energy(const BoundaryPlan& plan, Tensor t, const Moved& moved,
                               const Words& words);

  double run_of(const LeanNest& nest, std::size_t boundary, double tile);
  double compute_interval(const LeanNest& nest);
  void use_lanes(std::size_t boundary);
  void fill_and_drain();
  void end_lanes();
  void add_steps(double work, bool wanted);
  bool add_sums(double work, bool wanted);
  void visit(double work, bool wanted);
  double largest(std::size_t slot, bool wanted, std::size_t depth, const LeanSums& outer) const;
  void take(double count, double first, const Words& words, double work);
  /// Transfers of all steps, of those to which partial sums return, of those that start sums.
  enum class Load : std::size_t { Fresh, Partial, Start };
  void load(const Words& words, Load which);
  void step(double count, double work);
  double all_flows() const;
  Words words_of(std::size_t rows, bool wanted) const;
  Words most_words(std::size_t rows, bool wanted) const;
  void leave_drains_out(Words& words) const;
  double longest(const Words& words);

  const Problem& problem_;
  KeepChoice keep_;
  std::vector<BoundaryPlan> plans_;
  double interval_ = 0.0;  ///< cycles of a step of the compute unit
  double operation_energy_ = 0.0;
  double fill_of_layer_ = 0.0;  ///< cycles
  double output_words_ = 0.0;
  double complete_bits_ = 0.0;
  /// [boundary][PortTerm::Place] mean width of an Output word over that of a complete one: the
  /// parent may code these, and each end may hold sums of its own width.
  std::array<OutputScale, kMostLevels + 1> output_scale_{};
  std::vector<double> busy_;   ///< [port]
  bool drains_beside_ = true;  ///< off: for least_latency
  double cold_ = 0.0;

  // The boundary in work.
  const BoundaryPlan* plan_ = nullptr;
  std::array<Active, kGroups> active_{};
  std::size_t active_count_ = 0;
  std::size_t last_ = 0;                      ///< of `active_`: the group that moved last
  std::array<std::size_t, kGroups> place_{};  ///< [group] index into `active_`, if it is not idle
  Words rates_{};                             ///< [term] cycles a word
  Words lane_busy_{};                         ///< [lane]
  Words lanes_{};                             ///< [lane] the transfers of the step in work
  Words flows_{};                             ///< [flow] the longest of them
  Words running_{};                           ///< [lane] what queues spread over the run
  Words first_tile_{};
  bool drains_ = true;  ///< drains count
  Steps steps_;

  // The transition in work.
  double count_ = 1.0;  ///< positions of the groups of one class
  double first_ = 1.0;  ///< of these, before any reduction loop advanced
  std::array<const LeanSums*, kGroups + 1> rows_{};  ///< [load] of the groups that are multiplied
  std::array<LeanSums, kMostSlots> common_{};        ///< [load] of all groups of one class
  std::array<const LeanEntry*, kGroups> several_{};  ///< groups of several classes
  std::size_t several_count_ = 0;
  std::array<const LeanClass*, kGroups> chosen_{};  ///< classes with options
  std::size_t chosen_count_ = 0;
};

}  // namespace tilewise
