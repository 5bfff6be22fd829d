#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/enum_array.hpp"
#include "mapper/lean_moves.hpp"
#include "mapper/problem.hpp"
#include "sim/nest.hpp"

namespace tilewise {

/// A temporal loop as the pricer needs it.
struct LeanLoop {
  Dim dim = Dim::N;
  std::uint8_t group = 0;
  std::int64_t bound = 1;
};

/// The temporal loops of a nest, outermost first, and the moves of each group at each boundary.
struct LeanNest {
  static constexpr std::size_t kMostLoops = enum_size<Dim> * kMostLevels;
  std::array<LeanLoop, kMostLoops> loops{};
  /// [boundary] how many loops lie outside it.
  std::array<std::size_t, kMostLevels + 1> outside{};
  std::array<std::array<const LeanMoves*, enum_size<DimGroup>>, kMostLevels + 1> moves{};
  bool runs_short = false;  ///< a temporal loop may run short at the edge of its dimension
  bool axes_sure = false;   ///< no axis of Input has temporal loops over outputs and over taps
};

/// What `evaluate` computes of one mapping, and nothing else: energy and latency as numbers, from
/// tables that many mappings share. One object a thread and choice of kept tensors.
/// docs/mapper.md, "Pricing"; held against `evaluate` by the tests.
class NestPricer {
 public:
  NestPricer(const Problem& problem, const KeepChoice& keep);

  const BoundaryPlan& plan(std::size_t boundary) const { return plans_[boundary]; }
  const Parents& parents(std::size_t boundary) const { return keep_.parents[boundary]; }

  /// Energy in pJ of what crosses `boundary`; needs the loops outside it. The compute unit's: the
  /// last. Remembers the mean width of the Output words there for `latency`.
  double boundary_energy(const LeanNest& nest, std::size_t boundary);
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
  static constexpr std::size_t kMostSlots = 24;
  using Slots = std::array<LeanSums, kMostSlots>;
  struct Entry {
    const LeanMoves* moves = nullptr;
    std::size_t entry = 0;
  };
  struct Transfer {
    double overlapped = 0.0;
    double serial = 0.0;
    double cold = 0.0;
  };
  struct Steps {
    double beside = 0.0;
    double after = 0.0;
  };

  double words(const LeanNest& nest, std::size_t boundary, std::size_t slot, Tensor t) const;
  Slots first_tiles(const BoundaryPlan& plan);
  double run_of(const LeanNest& nest, std::size_t boundary, double tile);
  double compute_interval(const LeanNest& nest);
  void add_steps(std::size_t boundary, double work, bool wanted);
  void visit(std::size_t depth, double count, double first, const BoundaryPlan& plan, double work,
             bool wanted);
  void take(double count, double first, const Slots& slots, const BoundaryPlan& plan, double work,
            bool wanted);
  void step(const Slots& slots, const BoundaryPlan& plan, bool first_visit, bool wanted,
            double count, double work);
  static double skew_of(const Slots& slots, const BoundaryPlan& plan, bool wanted);
  Transfer transfer(const Slots& slots, const BoundaryPlan& plan, bool first_visit, bool wanted,
                    double count);
  double scale(std::size_t boundary, const BoundaryPlan::Term& term) const;
  double drain(const Slots& slots, const BoundaryPlan& plan);
  double largest(std::size_t slot, bool wanted, std::size_t depth, const LeanSums& outer) const;
  static double executed(const LeanNest& nest, std::size_t boundary);

  const Problem& problem_;
  KeepChoice keep_;
  std::vector<BoundaryPlan> plans_;
  std::vector<Port> ports_;
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
  Steps steps_;
  std::array<double, kMostSlots>
      running_{};  ///< [port of the plan] what queues spread over the run

  std::array<Entry, enum_size<DimGroup>> active_{};
  std::size_t active_count_ = 0;
  std::array<const LeanClass*, enum_size<DimGroup>> chosen_{};
  std::array<Slots, enum_size<DimGroup> + 1> partial_{};
};

}  // namespace tilewise
