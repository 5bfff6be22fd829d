#include "schedule/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "schedule/best_totals.hpp"
#include "schedule/home_costs.hpp"
#include "schedule/kept_graph.hpp"
#include "schedule/least_room.hpp"
#include "schedule/resident_search.hpp"
#include "schedule/scheduled_strips.hpp"
#include "schedule/ways.hpp"

namespace tilewise {
namespace {

using Clock = std::chrono::steady_clock;

double value_of(Objective objective, double energy_pj, double latency_cycles) {
  return objective_value(objective, Cycles{latency_cycles}, Picojoules{energy_pj});
}

/// The search of one schedule.
class Scheduler {
 public:
  Scheduler(const Network& network, const Architecture& architecture, const Home& home,
            const std::vector<LayerAlone>& alone, const ScheduleOptions& options,
            const MappingMemory& memory)
      : network_(network),
        architecture_(architecture),
        home_(home),
        alone_(alone),
        options_(options),
        room_(home_room(architecture, home)),
        costs_({architecture, home, totals_of(options.objective),
                options.factors.value_or(Factors::Divisors), run_with_budget(), memory}),
        ways_(network, architecture, home, alone, options, costs_) {}

  void run(Schedule& schedule) {
    check_corners();
    schedule.activations = activations_of(network_, ways_.apart(), most_kept());
    const KeptPlan plan = ways_.plan(schedule.activations);
    const bool any = ways_.any_order();
    const Agenda agenda = any ? Agenda(plan, network_, schedule.activations) : Agenda(plan);
    schedule.orders = any ? Orders::All : Orders::Given;
    check_given(schedule.activations);
    const auto solve = [&](const ResidentRange& range, double cutoff) {
      return solved(agenda, plan, range, cutoff, schedule);
    };
    const ResidentSearch found = options_.given.places.empty()
                                     ? search_residents(ways_.most_resident(), solve)
                                     : price_residents(ways_.given_resident(), solve);
    finish(found, schedule);
  }

  /// See schedule_bound.
  std::optional<TotalCost> bound() {
    const Activations kept = activations_of(network_, ways_.apart(), most_kept());
    const KeptPlan plan = ways_.plan(kept);
    const Agenda agenda = ways_.any_order() ? Agenda(plan, network_, kept) : Agenda(plan);
    const KeptGraph graph(agenda, plan, home_, room_,
                          [this](const HomeAsk& ask) { return costs_.place_of(ask); }, kOffChip,
                          {});
    std::vector<std::size_t> all(costs_.asks());
    std::iota(all.begin(), all.end(), std::size_t{0});
    costs_.bound_below(std::move(all));
    const std::vector<TotalCost> none(network_.size());
    const KeptPath lean = least_path(graph, costs_, none, {1.0, 0.0});
    const KeptPath fast = least_path(graph, costs_, none, {0.0, 1.0});
    if (!graph.complete() || !lean.found || !fast.found) return std::nullopt;
    return TotalCost{lean.total.energy_pj, fast.total.latency_cycles, 0.0};
  }

 private:
  /// The largest tensor that may be kept; empty: none may.
  std::optional<Bits> most_kept() const {
    if (!options_.allowed.keep) return std::nullopt;
    return std::max(room_[home_.input_memory], room_[home_.output_memory]);
  }

  bool stopped() const {
    if (options_.run.stopped()) return true;
    return options_.budget_seconds > 0.0 &&
           std::chrono::duration<double>(Clock::now() - start_).count() > options_.budget_seconds;
  }

  /// The best schedule in which weights that stay take so much.
  SolvedRange solved(const Agenda& agenda, const KeptPlan& plan, const ResidentRange& range,
                     double cutoff, Schedule& schedule) {
    KeptGraph graph(
        agenda, plan, home_, room_, [this](const HomeAsk& ask) { return costs_.place_of(ask); },
        kOffChip, options_.given, range);
    if (!options_.given.places.empty()) check_room(graph);
    ScheduleCertificate& done = schedule.certificate;
    if (done.ranges++ == 0) {
      done.schedules = graph.schedules();
      done.states = static_cast<std::int64_t>(graph.nodes());
    }
    // With the least room taken a layer costs least: the bound of all that differ in room alone.
    costs_.settle(least_room_places(graph, plan, home_, costs_));
    costs_.bound_below(strip_places(graph, plan));
    std::vector<TotalCost> alone;
    for (const LayerAlone& each : alone_) {
      alone.push_back({each.energy_pj, each.latency_cycles, each.off_chip_bits});
    }
    BestTotals best = best_totals(
        graph, costs_, alone, options_.objective, [this] { return stopped(); }, cutoff);
    if (options_.objective == Objective::Pareto) take_corners(graph, alone, schedule);
    if (!graph.complete()) best.lower_bound = std::min(best.lower_bound, relaxed_bound(graph));
    return {std::move(graph), std::move(best)};
  }

  void finish(const ResidentSearch& found, Schedule& schedule) const {
    ScheduleCertificate& done = schedule.certificate;
    done.asks = static_cast<std::int64_t>(costs_.asks());
    done.searches = static_cast<std::int64_t>(costs_.searches());
    done.weights = found.weights;
    done.merges = std::ssize(ways_.merged());
    done.strips = std::ssize(ways_.strips());
    done.strip_layers = static_cast<std::int64_t>(ways_.strip_layers());
    for (std::size_t l = 0; l < network_.size(); ++l) {
      done.residents += ways_.resident().may_stay(l) ? 1 : 0;
    }
    schedule.proven = found.proven && found.complete;
    schedule.lower_bound = std::min(found.lower_bound, schedule.alone_value);
    const bool better = found.value < schedule.alone_value || !options_.given.places.empty();
    if (found.best && better) take(*found.best, schedule);
    if (!found.best && found.proven) {
      throw InputError(
          fmt::format("what the schedule keeps leaves {} no room for the tiles of some layer; keep "
                      "less",
                      architecture_.levels[home_.level].name));
    }
  }

  /// Corners of totals are those of one set of weights that stay: none.
  void check_corners() const {
    if (options_.objective != Objective::Pareto) return;
    if (options_.images == 1 && ways_.given_resident() == Bits{0}) return;
    throw InputError(
        "objective pareto with weights that stay over images: the corners of all totals are found "
        "for one image alone; leave the images out, or take latency, energy or edp");
  }

  /// Throws InputError where what is given cannot lie there.
  void check_given(const Activations& kept) const {
    if (options_.given.places.empty()) return;
    for (std::size_t l = 0; l < network_.size(); ++l) {
      ways_.check_merged(l);
      if (options_.given.places[l] == kOffChip || kept.of[l].group != kNever) continue;
      throw InputError(fmt::format("the output of {} cannot stay on chip: {}",
                                   network_.layer(l).name, kept.of[l].why_not));
    }
  }

  void check_room(const KeptGraph& graph) const {
    for (std::size_t l = 0; l < graph.layers(); ++l) {
      for (std::size_t n = graph.first_node(l); n < graph.first_node(l + 1); ++n) {
        if (graph.node(n).edges > 0) continue;
        throw InputError(fmt::format(
            "at {} what the schedule keeps has no room in {}, or does not lie in one place with "
            "what is read together with it; keep less",
            network_.layer(l).name, architecture_.levels[home_.level].name));
      }
    }
  }

  /// Runs that end when the user or the budget says so.
  RunOptions run_with_budget() const {
    RunOptions run = options_.run;
    run.interrupted = [this] { return stopped(); };
    return run;
  }

  /// Each layer at its least, whatever the others do.
  double relaxed_bound(const KeptGraph& graph) const {
    double energy = 0.0;
    double latency = 0.0;
    for (std::size_t l = 0; l < graph.layers(); ++l) {
      double least_energy = std::numeric_limits<double>::infinity();
      double least_latency = least_energy;
      const auto offer = [&](double energy_pj, double latency_cycles) {
        least_energy = std::min(least_energy, energy_pj);
        least_latency = std::min(least_latency, latency_cycles);
      };
      if (ways_.layers()[l] == kNever) offer(alone_[l].energy_pj, alone_[l].latency_cycles);
      std::vector<std::size_t> as{ways_.layers()[l]};
      for (const MergedPlace& each : ways_.merged()) {
        const auto& ran = each.merged.layers;
        if (ran.front() == l) as.push_back(each.layer);
        if (std::find(ran.begin() + 1, ran.end(), l) != ran.end()) offer(0.0, 0.0);
      }
      for (const StripJoint& each : ways_.strips()) {
        if (std::find(each.layers.begin(), each.layers.end(), l) != each.layers.end()) {
          offer(0.0, 0.0);
        }
      }
      for (std::size_t place = 0; place < costs_.asks(); ++place) {
        if (std::find(as.begin(), as.end(), costs_.ask(place).layer) == as.end()) continue;
        for (const CostPoint& point : costs_.points(place)) {
          offer(point.cost.energy_pj, point.cost.latency_cycles);
        }
      }
      energy += least_energy;
      latency += least_latency;
    }
    return value_of(options_.objective, energy, latency);
  }

  void take_corners(const KeptGraph& graph, const std::vector<TotalCost>& alone,
                    Schedule& schedule) {
    TotalsCorners found = all_corners(graph, costs_, alone, [this] { return stopped(); });
    schedule.corners = std::move(found.corners);
    schedule.corners_proven = found.proven && graph.complete();
  }

  /// Notes whose weights stay, of what an edge runs.
  void note_resident(const KeptEdge& edge, const std::vector<std::size_t>& ran,
                     const StripJoint* strips, Schedule& schedule) const {
    if (edge.resident == Bits{0}) return;
    for (std::size_t i = 0; i < ran.size(); ++i) {
      const bool stays = strips == nullptr ? i == 0 : strips->choice.resident[i];
      if (!stays || !ways_.resident().may_stay(ran[i])) continue;
      schedule.resident[ran[i]] = true;
      schedule.load += ways_.resident().layers[ran[i]].load;
    }
  }

  void take(const SolvedRange& solved, Schedule& schedule) const {
    const KeptGraph& graph = solved.graph;
    const BestTotals& best = solved.best;
    schedule.energy_pj = best.path.total.energy_pj;
    schedule.latency_cycles = best.path.total.latency_cycles;
    schedule.objective_value = best.value;
    schedule.order.clear();
    for (std::size_t step = 0; step < best.path.edges.size(); ++step) {
      const KeptEdge& edge = graph.edge(best.path.edges[step]);
      const std::size_t l = edge.layer;
      const std::size_t joint = edge.joint;
      const StripJoint* strips = ways_.strips_of(joint);
      const MergedLayers* merged = ways_.merged_of(joint);
      std::vector<std::size_t> ran{l};
      if (merged != nullptr) ran = merged->layers;
      if (strips != nullptr) ran = strips->layers;
      for (const std::size_t each : ran) {
        schedule.order.push_back(each);
        schedule.merged[each] = merged != nullptr && each != l;
      }
      schedule.places[ran.back()] = edge.output;
      note_resident(edge, ran, strips, schedule);
      const auto mapping = [&](std::size_t part) -> const CostPoint& {
        const std::size_t place = graph.parts(edge)[part].place;
        return costs_.possible(place)[best.path.points[step][part]];
      };
      if (strips != nullptr) {
        std::vector<HomeUse> uses;
        std::vector<Mapping> mappings;
        for (std::size_t part = 0; part < edge.parts; ++part) {
          uses.push_back(costs_.ask(graph.parts(edge)[part].place).use);
          mappings.push_back(mapping(part).mapping);
        }
        schedule.strips.push_back(
            scheduled_strips(network_, architecture_, home_, *strips, uses, mappings));
        continue;
      }
      if (edge.parts == 0) continue;
      const HomeUse& use = costs_.ask(graph.parts(edge).front().place).use;
      const Layer& layer = merged == nullptr ? network_.layer(l) : merged->layer;
      schedule.layers[l] = ScheduledLayer{
          merged == nullptr ? std::nullopt : std::optional(layer), use, mapping(0).mapping,
          evaluate(at_home(architecture_, home_, use), layer, mapping(0).mapping)};
    }
  }

  const Network& network_;
  const Architecture& architecture_;
  const Home& home_;
  const std::vector<LayerAlone>& alone_;
  const ScheduleOptions& options_;
  std::vector<Bits> room_;
  HomeCosts costs_;
  Ways ways_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace

bool Schedule::keeps_any() const {
  return std::any_of(places.begin(), places.end(), [](std::uint8_t place) { return place > 0; });
}

bool Schedule::any_resident() const {
  return std::find(resident.begin(), resident.end(), true) != resident.end();
}

std::vector<std::size_t> merged_into(const Schedule& schedule, std::size_t layer) {
  std::vector<std::size_t> merged;
  auto at = std::find(schedule.order.begin(), schedule.order.end(), layer);
  while (++at != schedule.order.end() && schedule.merged[*at]) merged.push_back(*at);
  return merged;
}

const ScheduledStrips* strips_with(const Schedule& schedule, std::size_t layer) {
  for (const ScheduledStrips& strips : schedule.strips) {
    const auto& layers = strips.layers;
    if (std::find(layers.begin(), layers.end(), layer) != layers.end()) return &strips;
  }
  return nullptr;
}

Schedule schedule_apart(const Network& network, const std::vector<LayerAlone>& alone,
                        Objective objective, std::string why) {
  Schedule schedule;
  schedule.why_no_home = std::move(why);
  schedule.places.assign(network.size(), kOffChip);
  schedule.merged.assign(network.size(), false);
  for (std::size_t l = 0; l < network.size(); ++l) schedule.order.push_back(l);
  schedule.layers.resize(network.size());
  schedule.resident.assign(network.size(), false);
  for (const LayerAlone& each : alone) {
    schedule.alone += {each.energy_pj, each.latency_cycles, each.off_chip_bits};
  }
  schedule.energy_pj = schedule.alone.energy_pj;
  schedule.latency_cycles = schedule.alone.latency_cycles;
  schedule.alone_value = value_of(objective, schedule.energy_pj, schedule.latency_cycles);
  schedule.objective_value = schedule.lower_bound = schedule.alone_value;
  return schedule;
}

Schedule schedule_kept(const Network& network, const Architecture& architecture,
                       const std::vector<LayerAlone>& alone, const ScheduleOptions& options,
                       const MappingMemory& memory) {
  const auto home = home_of(architecture);
  const auto* none = std::get_if<NoHome>(&home);
  Schedule schedule =
      schedule_apart(network, alone, options.objective, none != nullptr ? none->why : "");
  if (none != nullptr) return schedule;
  schedule.home = std::get<Home>(home);
  schedule.images = options.images;
  Scheduler(network, architecture, *schedule.home, alone, options, memory).run(schedule);
  return schedule;
}

std::optional<TotalCost> schedule_bound(const Network& network, const Architecture& architecture,
                                        const ScheduleOptions& options) {
  const auto home = home_of(architecture);
  if (!std::holds_alternative<Home>(home)) return std::nullopt;
  return Scheduler(network, architecture, std::get<Home>(home), {}, options, {}).bound();
}

}  // namespace tilewise
