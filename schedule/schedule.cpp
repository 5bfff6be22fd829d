#include "schedule/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "schedule/best_totals.hpp"
#include "schedule/home_costs.hpp"
#include "schedule/kept_graph.hpp"
#include "schedule/scheduled_strips.hpp"
#include "schedule/strip_joints.hpp"

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
                options.factors.value_or(Factors::Divisors), run_with_budget(), memory}) {}

  void run(Schedule& schedule) {
    list_layers();
    std::vector<bool> apart;
    for (const LayerAlone& each : alone_) apart.push_back(each.mapping == nullptr);
    std::optional<Bits> most;
    if (options_.allowed.keep) {
      most = std::max(room_[home_.input_memory], room_[home_.output_memory]);
    }
    schedule.activations = activations_of(network_, apart, most);
    const bool any = options_.orders == Orders::All && network_.size() <= kMostOrdered;
    list_merged(apart, any);
    list_strips(apart);
    const KeptPlan plan =
        plan_of(network_, schedule.activations, layers_, merged_, places_of_strips());
    const Agenda agenda = any ? Agenda(plan, network_, schedule.activations) : Agenda(plan);
    schedule.orders = any ? Orders::All : Orders::Given;
    const KeptGraph graph(
        agenda, plan, home_, room_, [this](const HomeAsk& ask) { return costs_.place_of(ask); },
        kOffChip, options_.given);
    if (!options_.given.places.empty()) check_given(graph, schedule.activations);
    // With the least room taken a layer costs least: the bound of all that differ in room alone.
    costs_.settle(least_room_places(graph, plan, home_, costs_));
    costs_.bound_below(graph.strip_places(plan));
    std::vector<TotalCost> alone;
    for (const LayerAlone& each : alone_) {
      alone.push_back({each.energy_pj, each.latency_cycles, 0.0});
    }
    const BestTotals best =
        best_totals(graph, costs_, alone, options_.objective, [this] { return stopped(); });
    schedule.certificate = {graph.schedules(),
                            static_cast<std::int64_t>(graph.nodes()),
                            static_cast<std::int64_t>(costs_.asks()),
                            static_cast<std::int64_t>(costs_.searches()),
                            best.weights,
                            std::ssize(merged_),
                            std::ssize(strips_),
                            static_cast<std::int64_t>(strip_layers_)};
    schedule.proven = best.proven && graph.complete();
    schedule.lower_bound = std::min(best.lower_bound, schedule.alone_value);
    if (!graph.complete()) schedule.lower_bound = relaxed_bound(graph);
    const bool better = best.value < schedule.alone_value || !options_.given.places.empty();
    if (best.path.found && better) take(graph, best, schedule);
    if (!best.path.found && best.proven) {
      throw InputError(
          fmt::format("what the schedule keeps leaves {} no room for the tiles of some layer; keep "
                      "less",
                      architecture_.levels[home_.level].name));
    }
  }

 private:
  bool stopped() const {
    if (options_.run.stopped()) return true;
    return options_.budget_seconds > 0.0 &&
           std::chrono::duration<double>(Clock::now() - start_).count() > options_.budget_seconds;
  }

  /// Throws InputError where what is given cannot lie there.
  void check_given(const KeptGraph& graph, const Activations& kept) const {
    for (std::size_t l = 0; l < network_.size(); ++l) {
      check_merged(l);
      if (options_.given.places[l] == kOffChip || kept.of[l].group != kNever) continue;
      throw InputError(fmt::format("the output of {} cannot stay on chip: {}",
                                   network_.layer(l).name, kept.of[l].why_not));
    }
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

  void check_merged(std::size_t layer) const {
    if (!options_.given.merged[layer]) return;
    const bool there = std::any_of(merged_.begin(), merged_.end(), [&](const MergedPlace& each) {
      return each.merged.layers.back() == layer;
    });
    if (there) return;
    throw InputError(fmt::format(
        "{} cannot run in the drain of the layer before it on {}: docs/schedule.md says what can",
        network_.layer(layer).name, architecture_.name));
  }

  /// Runs that end when the user or the budget says so.
  RunOptions run_with_budget() const {
    RunOptions run = options_.run;
    run.interrupted = [this] { return stopped(); };
    return run;
  }

  /// Equal layers are one to the home.
  void list_layers() {
    for (std::size_t l = 0; l < network_.size(); ++l) {
      layers_.push_back(kNever);
      if (alone_[l].mapping == nullptr) continue;
      layers_.back() = place_of(network_.layer(l), alone_[l].mapping);
    }
  }
  std::size_t place_of(const Layer& layer, const Mapping* alone) {
    const auto [at, fresh] = known_.try_emplace(canonical_key(layer));
    if (fresh) at->second = costs_.add_layer(layer, alone);
    return at->second;
  }

  /// What may run as one; in the given order only what follows one another there.
  void list_merged(const std::vector<bool>& apart, bool any_order) {
    if (!options_.allowed.merge) return;
    for (MergedLayers& each : merged_layers(network_, architecture_.merges, apart)) {
      if (!any_order && !in_a_row(each)) continue;
      const std::size_t place = place_of(each.layer, nullptr);
      merged_.push_back({std::move(each), place});
    }
  }

  void list_strips(const std::vector<bool>& apart) {
    if (!options_.allowed.strips) return;
    const StripGroups groups{apart, options_.factors.value_or(Factors::Divisors), room_};
    if (options_.given.places.empty()) {
      StripJoints found = strip_joints(network_, architecture_, home_, groups);
      strips_ = std::move(found.all);
      strip_layers_ = found.most_layers;
      return;
    }
    for (const GivenStrips& each : options_.given_strips) {
      strips_.push_back(
          given_strips(network_, architecture_, home_, groups, each.layers, each.choice));
    }
  }

  std::vector<StripsPlace> places_of_strips() {
    std::vector<StripsPlace> made;
    for (const StripJoint& each : strips_) {
      StripsPlace& place = made.emplace_back(StripsPlace{each.layers, {}, {}, each.load_cost});
      for (const std::size_t l : each.layers) {
        for (const std::size_t from : network_.inputs_of(l)) {
          if (from < each.layers.front()) place.reads.push_back(from);
        }
      }
      for (const StripRun& run : each.runs) {
        place.runs.push_back(
            {place_of(run.part, nullptr), run.use, run.times, run.layer + 1 == each.layers.size()});
      }
    }
    return made;
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
      if (layers_[l] == kNever) offer(alone_[l].energy_pj, alone_[l].latency_cycles);
      std::vector<std::size_t> as{layers_[l]};
      for (const MergedPlace& each : merged_) {
        const auto& ran = each.merged.layers;
        if (ran.front() == l) as.push_back(each.layer);
        if (std::find(ran.begin() + 1, ran.end(), l) != ran.end()) offer(0.0, 0.0);
      }
      for (const StripJoint& each : strips_) {
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

  void take(const KeptGraph& graph, const BestTotals& best, Schedule& schedule) const {
    schedule.energy_pj = best.path.total.energy_pj;
    schedule.latency_cycles = best.path.total.latency_cycles;
    schedule.objective_value = best.value;
    schedule.order.clear();
    for (std::size_t step = 0; step < best.path.edges.size(); ++step) {
      const KeptEdge& edge = graph.edge(best.path.edges[step]);
      const std::size_t l = edge.layer;
      const std::size_t joint = edge.joint;
      const bool strips = joint != kNever && joint >= merged_.size();
      const MergedLayers* merged = joint == kNever || strips ? nullptr : &merged_[joint].merged;
      std::vector<std::size_t> ran{l};
      if (merged != nullptr) ran = merged->layers;
      if (strips) ran = strips_[joint - merged_.size()].layers;
      for (const std::size_t each : ran) {
        schedule.order.push_back(each);
        schedule.merged[each] = merged != nullptr && each != l;
      }
      schedule.places[ran.back()] = edge.output;
      const auto mapping = [&](std::size_t part) -> const CostPoint& {
        const std::size_t place = graph.parts(edge)[part].place;
        return costs_.possible(place)[best.path.points[step][part]];
      };
      if (strips) {
        std::vector<HomeUse> uses;
        std::vector<Mapping> mappings;
        for (std::size_t part = 0; part < edge.parts; ++part) {
          uses.push_back(costs_.ask(graph.parts(edge)[part].place).use);
          mappings.push_back(mapping(part).mapping);
        }
        schedule.strips.push_back(scheduled_strips(
            network_, architecture_, home_, strips_[joint - merged_.size()], uses, mappings));
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
  std::map<std::string, std::size_t> known_;  ///< places of distinct layers, by their keys
  std::vector<std::size_t> layers_;           ///< [layer] its place among the distinct ones
  std::vector<MergedPlace> merged_;           ///< what may run as one
  std::vector<StripJoint> strips_;            ///< and in strips: the joints of the plan after those
  std::size_t strip_layers_ = 0;              ///< the most of a group
  Clock::time_point start_ = Clock::now();
};

}  // namespace

std::string schedule_list() {
  std::string text;
  for (const ScheduleKindEntry& entry : kScheduleKinds) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", entry.name, entry.meaning);
  }
  return text;
}

Allowed allowed_by(ScheduleKind kind) {
  switch (kind) {
    case ScheduleKind::Separate: return {false, false, false};
    case ScheduleKind::Kept: return {true, false, false};
    case ScheduleKind::Fused: return {false, true, true};
    case ScheduleKind::Best: return {};
  }
  return {};
}

std::string_view name(Orders orders) {
  switch (orders) {
    case Orders::Given: return "given";
    case Orders::All: return "all";
  }
  return "";
}

bool Schedule::keeps_any() const {
  return std::any_of(places.begin(), places.end(), [](std::uint8_t place) { return place > 0; });
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
  Scheduler(network, architecture, *schedule.home, alone, options, memory).run(schedule);
  return schedule;
}

}  // namespace tilewise
