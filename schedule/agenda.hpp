#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "schedule/kept_plan.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// Which layers have run, a bit each; of a given order it is always 0.
using LayersRun = std::uint64_t;
/// The most layers whose orders are looked at.
inline constexpr std::size_t kMostOrdered = 64;

/// A layer that may run next, or several as one.
struct Turn {
  std::vector<std::size_t> layers;
  KeptStep step;  ///< with what is there while they run
  LayersRun after = 0;
  std::size_t joint = kNever;  ///< of the plan's; kNever: a layer by itself
};

/// Which layers may run next, and until when what they make is needed.
class Agenda {
 public:
  /// In the order of the plan.
  explicit Agenda(const KeptPlan& plan) : plan_(plan) {}
  /// In any order in which each layer comes after those that it reads. At most kMostOrdered layers.
  Agenda(const KeptPlan& plan, const Network& network, const Activations& kept);

  std::size_t layers() const { return plan_.steps.size(); }
  /// Of the step number `at`.
  std::vector<Turn> turns(std::size_t at, LayersRun run) const;
  /// Whether nobody makes or reads one of the group after that turn.
  bool closes(std::size_t group, const Turn& turn) const;

 private:
  Turn turn_of(std::vector<std::size_t> layers, const KeptStep& step, LayersRun run) const;

  /// What an activation waits for.
  struct Waiting {
    std::size_t group = kNever;
    Bits size;
    LayersRun maker = 0;
    LayersRun readers = 0;
  };

  const KeptPlan& plan_;
  bool any_order_ = false;
  std::vector<LayersRun> inputs_;  ///< [layer] those that must have run
  std::vector<Waiting> waiting_;   ///< [layer] its output
};

}  // namespace tilewise
