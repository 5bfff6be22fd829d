#include "sim/latency.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "sim/step_blocks.hpp"
#include "sim/step_interval.hpp"

namespace tilewise {
namespace {

using Classes = EnumArray<DimGroup, const GroupClass*>;

const std::vector<ViewOption>& options_of(const GroupClass& at, const PortTerm& term) {
  const TensorWords& words = term.flow == Flow::Leave ? at.leaving : at.arriving[term.tensor];
  return words.views[term.view];
}

/// The largest number of new words (or, with `wanted`, of wanted words) at one instance.
std::int64_t largest_words(const Classes& classes, const PortTerm& term, bool wanted,
                           std::size_t group, const WordSums& outer) {
  if (group == enum_size<DimGroup>) return wanted ? outer.all : outer.new_words();
  std::int64_t largest = 0;
  for (const ViewOption& option : options_of(*classes.values[group], term)) {
    largest =
        std::max(largest, largest_words(classes, term, wanted, group + 1, outer * option.words));
  }
  return largest;
}

/// Time of a transfer in its parts: what hides behind the work on one tile and what follows it
/// (Eq. 6).
struct TransferTime {
  double overlapped = 0.0;
  double serial = 0.0;
  double cold = 0.0;  ///< all of it at each port: there is no work yet
};

/// Time of many steps (Eq. 9): with what hides in each, what follows, and what a queue spreads over
/// all of them.
struct StepsTime {
  double beside = 0.0;
  double after = 0.0;
};

class LatencyModel {
 public:
  LatencyModel(const Architecture& architecture, const Layer& layer, const NestTables& tables,
               const AccessCounts& counts)
      : architecture_(architecture), layer_(layer), tables_(tables), counts_(counts) {}

  Latency evaluate() {
    const std::size_t compute = architecture_.levels.size();
    result_.compute_cycles = counts_.compute_cycles;
    result_.tile_time.resize(compute);
    double inner = compute_interval(compute);
    const double beside = static_cast<double>(executed_iterations(tables_, compute - 1)) *
                              architecture_.compute.pass_overhead.count() +
                          block_overhead(architecture_, layer_, tables_.temporal);
    inner += beside;
    const Cycles fill = fill_of_layer(architecture_);
    result_.compute_time =
        step_interval(architecture_, layer_) * result_.compute_cycles + Cycles{beside} + fill;
    for (std::size_t child = compute; child-- > 0;) {
      const auto tiles = static_cast<double>(executed_iterations(tables_, child));
      // `inner` is the time of all tiles of `child`, without what fills and drains `child` itself.
      result_.tile_time[child] = Cycles{inner / tiles};
      if (child > 0) inner = run_of(child, inner / tiles);
    }
    result_.total = result_.tile_time.front() + result_.cold_fill + result_.last_drain + fill;
    // A port that serves several boundaries cannot be busy for longer than the run (Eq. 11).
    for (const PortLoad& load : result_.ports) result_.total = std::max(result_.total, load.busy);
    return std::move(result_);
  }

 private:
  /// Time of all steps of the compute unit: an interval each, or as long as its operands take
  /// (Eq. 7).
  double compute_interval(std::size_t compute) {
    use_terms(compute);
    TransitionEntries entries{};
    for (const DimGroup g : kDimGroups) entries[g] = &tables_.moves[compute][g]->hold.back();
    StepsTime steps;
    add_steps(entries, step_interval(architecture_, layer_).count(), true, steps);
    return steps.beside + steps.after;
  }

  /// Adds all steps of one kind, each of `work` and its transfer; partial sums return only where
  /// a reduction loop has advanced. `wanted`: all words count, not only the new ones.
  void add_steps(const TransitionEntries& entries, double work, bool wanted, StepsTime& steps) {
    const auto add = [&](const Classes& classes, bool first_visit, std::int64_t count) {
      if (count == 0) return;
      // A transfer hides behind the work on the tile before, or follows it.
      const TransferTime transfer = time(classes, first_visit, wanted, count);
      steps.beside += static_cast<double>(count) * std::max(work, transfer.overlapped);
      const double skew = skew_of(classes, wanted);
      steps.after += static_cast<double>(count) * (transfer.serial + skew);
      result_.compute_time += Cycles{static_cast<double>(count) * skew};
    };
    for_each_class(entries, [&](const Classes& classes, std::int64_t count, std::int64_t first) {
      add(classes, true, first);
      add(classes, false, count - first);
    });
  }

  /// What the array pays to fill again, if something that stays in it changes (Eq. 20).
  double skew_of(const Classes& classes, bool wanted) const {
    const bool renewed =
        std::any_of(terms_.stationary.begin(), terms_.stationary.end(), [&](const PortTerm& term) {
          return largest_words(classes, term, wanted, 0, WordSums{}) > 0;
        });
    return renewed ? terms_.skew : 0.0;
  }

  /// Time of the whole run as level child - 1 sees it: all tiles of `child` of mean time `tile`,
  /// with the transfers between them (Eq. 8). Adds the cold fill and the last drain.
  double run_of(std::size_t child, double tile) {
    use_terms(child);
    TransitionEntries entries{};
    for (const DimGroup g : kDimGroups) entries[g] = &tables_.moves[child][g]->first;
    for_each_class(entries, [&](const Classes& classes, std::int64_t, std::int64_t) {
      const TransferTime fill = time(classes, true, false, 1);
      result_.cold_fill += Cycles{fill.cold};
      result_.last_drain += Cycles{drain_time(classes)};
    });
    StepsTime steps{tile, 0.0};
    running_.assign(terms_.ports.size(), 0.0);
    for_each_transition(tables_, child, [&](const TransitionEntries& transition) {
      add_steps(transition, tile, false, steps);
    });
    for (const double running : running_) steps.beside = std::max(steps.beside, running);
    return steps.beside + steps.after;
  }

  void use_terms(std::size_t child) {
    running_.clear();
    terms_ = port_terms(architecture_, layer_, counts_, child);
    loads_.clear();
    for (const Port& port : terms_.ports) {
      auto found = std::find_if(result_.ports.begin(), result_.ports.end(),
                                [&](const PortLoad& load) { return load.port == port; });
      if (found == result_.ports.end()) {
        result_.ports.push_back({port, Cycles{0.0}});
        found = result_.ports.end() - 1;
      }
      loads_.push_back(static_cast<std::size_t>(found - result_.ports.begin()));
    }
  }

  /// The time of one transition of a class that happens `count` times; the ports' loads grow.
  TransferTime time(const Classes& classes, bool first_visit, bool wanted, std::int64_t count) {
    overlapped_.assign(terms_.ports.size(), 0.0);
    queued_.assign(terms_.ports.size(), 0.0);
    serial_.assign(terms_.ports.size(), 0.0);
    std::array<double, kFlows> flows{};
    for (const PortTerm& term : terms_.terms) {
      if (term.flow == Flow::Partial && first_visit) continue;
      if (term.flow == Flow::Start && !first_visit) continue;
      const auto words = static_cast<double>(largest_words(classes, term, wanted, 0, WordSums{}));
      const double cycles =
          transfer_time(words, words * term.cycles_per_word, term.start_up, term.burst);
      of(term.beside)[term.port] += cycles;
      double& flow = flows[flow_index(term.tensor, term.flow)];
      flow = std::max(flow, cycles);
    }
    const auto times = static_cast<double>(count);
    TransferTime result;
    for (std::size_t port = 0; port < terms_.ports.size(); ++port) {
      const double hidden = overlapped_[port] + queued_[port];
      result.overlapped = std::max(result.overlapped, overlapped_[port]);
      result.serial = std::max(result.serial, serial_[port]);
      result.cold = std::max(result.cold, hidden + serial_[port]);
      result_.ports[loads_[port]].busy += Cycles{times * (hidden + serial_[port])};
    }
    if (terms_.refill == Refill::InTurn && result.serial > 0.0) {
      const double all = std::accumulate(flows.begin(), flows.end(), 0.0);
      return {0.0, all, all};
    }
    for (std::size_t port = 0; port < running_.size(); ++port) {
      running_[port] += times * (overlapped_[port] + queued_[port]);
    }
    return result;
  }

  std::vector<double>& of(PortTerm::Beside beside) {
    switch (beside) {
      case PortTerm::Beside::After: return serial_;
      case PortTerm::Beside::Tile: return overlapped_;
      case PortTerm::Beside::Run: return queued_;
    }
    return overlapped_;
  }

  /// The last Output tile leaves: as many words as the first one takes room for.
  double drain_time(const Classes& classes) {
    std::vector<double> busy(terms_.ports.size(), 0.0);
    for (const PortTerm& term : terms_.terms) {
      if (term.flow != Flow::Leave) continue;
      PortTerm arriving = term;
      arriving.flow = Flow::Partial;
      const auto words = static_cast<double>(largest_words(classes, arriving, true, 0, WordSums{}));
      busy[term.port] +=
          transfer_time(words, words * term.cycles_per_word, term.start_up, term.burst);
    }
    double longest = 0.0;
    for (std::size_t port = 0; port < busy.size(); ++port) {
      longest = std::max(longest, busy[port]);
      result_.ports[loads_[port]].busy += Cycles{busy[port]};
    }
    return longest;
  }

  template <class Visit>
  void for_each_class(const TransitionEntries& entries, const Visit& visit) const {
    Classes classes{};
    visit_group(entries, 0, classes, 1, 1, visit);
  }

  template <class Visit>
  void visit_group(const TransitionEntries& entries, std::size_t group, Classes& classes,
                   std::int64_t count, std::int64_t first, const Visit& visit) const {
    if (group == enum_size<DimGroup>) {
      visit(classes, count, first);
      return;
    }
    for (const GroupClass& at : entries.values[group]->classes) {
      classes.values[group] = &at;
      visit_group(entries, group + 1, classes, count * at.count, first * at.first_count, visit);
    }
  }

  const Architecture& architecture_;
  const Layer& layer_;
  const NestTables& tables_;
  const AccessCounts& counts_;
  Latency result_;
  PortTerms terms_;
  std::vector<std::size_t> loads_;
  std::vector<double> overlapped_;  ///< [port] in the transition at hand, as are the next two
  std::vector<double> queued_;
  std::vector<double> serial_;
  std::vector<double> running_;  ///< [port] in the run at hand; empty: nothing is summed
};

}  // namespace

double Latency::stall_share() const {
  return total > Cycles{0.0} ? 1.0 - compute_time / total : 0.0;
}

std::vector<PartLoad> part_loads(const Latency& latency, const Architecture& architecture) {
  std::vector<PartLoad> loads{{"compute", "compute", latency.compute_time}};
  for (const PortLoad& load : latency.ports) {
    loads.push_back(
        {describe(load.port, architecture), place_of(load.port, architecture), load.busy});
  }
  return loads;
}

std::string bound_of(const Latency& latency, const Architecture& architecture) {
  std::string bound = "compute";
  Cycles longest = latency.compute_time;
  for (const PortLoad& load : latency.ports) {
    if (load.busy > longest) {
      longest = load.busy;
      bound = describe(load.port, architecture);
    }
  }
  return bound;
}

Latency layer_latency(const Architecture& architecture, const Layer& layer,
                      const NestTables& tables, const AccessCounts& counts) {
  return LatencyModel(architecture, layer, tables, counts).evaluate();
}

}  // namespace tilewise
