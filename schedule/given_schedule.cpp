#include "schedule/given_schedule.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/error.hpp"
#include "mapper/given_mapping.hpp"
#include "sim/mapping_yaml.hpp"

namespace tilewise {
namespace {

/// A layer as it is scheduled, but under the mapping of a line.
ScheduledLayer under_line(const std::string& line, const Layer& own,
                          const Architecture& architecture, const Home& home,
                          ScheduledLayer scheduled) {
  const Layer& layer = scheduled.merged ? *scheduled.merged : own;
  const Architecture room = at_home(architecture, home, scheduled.use);
  const auto fail = [&](const std::string& why) {
    throw InputError(fmt::format("the schedule's mapping of {}: {}", layer.name, why));
  };
  std::optional<Mapping> mapping = parse_nest_line(line, room);
  if (!mapping) {
    fail(
        fmt::format("expected loops at the levels of {}, such as \"DRAM: M4 | GLB: P14\", found "
                    "\"{}\"",
                    architecture.name, line));
  }
  try {
    scheduled.cost = evaluate_given(room, layer, *mapping);
    scheduled.mapping = *std::move(mapping);
  } catch (const InputError& error) {
    fail(error.what());
  }
  return scheduled;
}

/// `of` by the layers of another order: [step] that of the layer that runs then.
template <class T>
std::vector<T> in_order(const std::vector<T>& of, const std::vector<std::size_t>& order) {
  std::vector<T> made;
  for (const std::size_t l : order) made.push_back(of[l]);
  return made;
}

Network in_order(const Network& network, const std::vector<std::size_t>& order) {
  std::vector<std::size_t> step_of(order.size());
  Network made(network.name());
  for (std::size_t step = 0; step < order.size(); ++step) {
    step_of[order[step]] = step;
    std::vector<std::size_t> inputs;
    for (const std::size_t from : network.inputs_of(order[step])) inputs.push_back(step_of[from]);
    made.add(network.layer(order[step]), inputs);
  }
  return made;
}

/// The best mappings for the given places: of the network as it is in the given order.
Schedule schedule_in_order(const Network& network, const Architecture& architecture,
                           const std::vector<LayerAlone>& alone, const GivenSchedule& given,
                           const ScheduleOptions& options, const MappingMemory& memory) {
  ScheduleOptions fixed = options;
  fixed.orders = Orders::Given;
  std::vector<bool> in_strips(network.size(), false);
  std::vector<std::size_t> step_of(network.size());
  for (std::size_t step = 0; step < given.order.size(); ++step) step_of[given.order[step]] = step;
  fixed.given_strips = given.strips;
  for (GivenStrips& each : fixed.given_strips) {
    for (std::size_t& l : each.layers) {
      l = step_of[l];
      in_strips[l] = true;
    }
  }
  fixed.given = {in_order(given.places, given.order), in_order(given.merged, given.order),
                 in_strips, in_order(given.resident, given.order)};
  const Schedule found = schedule_kept(in_order(network, given.order), architecture,
                                       in_order(alone, given.order), fixed, memory);
  Schedule schedule = found;
  for (std::size_t step = 0; step < given.order.size(); ++step) {
    const std::size_t l = given.order[step];
    schedule.layers[l] = found.layers[step];
    schedule.places[l] = found.places[step];
    schedule.merged[l] = found.merged[step];
    schedule.resident[l] = found.resident[step];
    schedule.activations.of[l] = found.activations.of[step];
  }
  for (ScheduledStrips& strips : schedule.strips) {
    for (std::size_t& l : strips.layers) l = given.order[l];
    for (ScheduledStrips::Run& run : strips.runs) run.layer = given.order[run.layer];
    for (ScheduledStrips::Load& load : strips.loads) load.layer = given.order[load.layer];
  }
  schedule.order = given.order;
  return schedule;
}

void add(const LayerCost& cost, Schedule& schedule) {
  schedule.energy_pj += cost.energy.total.count();
  schedule.latency_cycles += cost.latency.total.count();
}

}  // namespace

Schedule price_schedule(const Network& network, const Architecture& architecture,
                        const std::vector<LayerAlone>& alone, const GivenSchedule& given,
                        const ScheduleOptions& options, const MappingMemory& memory) {
  Schedule schedule = schedule_in_order(network, architecture, alone, given, options, memory);
  schedule.energy_pj = schedule.latency_cycles = 0.0;
  for (std::size_t l = 0; l < network.size(); ++l) {
    auto& layer = schedule.layers[l];
    const bool in_strips = strips_with(schedule, l) != nullptr;
    if (given.mappings[l] && in_strips) {
      throw InputError(
          fmt::format("the schedule's mapping of {}: it runs in strips, each under the best "
                      "mapping; leave it out",
                      network.layer(l).name));
    }
    if (in_strips) continue;
    if (given.mappings[l] && schedule.merged[l]) {
      throw InputError(fmt::format(
          "the schedule's mapping of {}: it runs in the drain of another layer; leave it out",
          network.layer(l).name));
    }
    if (given.mappings[l] && layer) {
      layer = under_line(*given.mappings[l], network.layer(l), architecture, *schedule.home,
                         *std::move(layer));
      schedule.proven = false;
    } else if (given.mappings[l]) {
      throw InputError(
          fmt::format("the schedule's mapping of {}: it does not run as one layer on "
                      "{}; leave it out",
                      network.layer(l).name, architecture.name));
    }
    if (layer) {
      add(layer->cost, schedule);
    } else if (!schedule.merged[l]) {
      schedule.energy_pj += alone[l].energy_pj;
      schedule.latency_cycles += alone[l].latency_cycles;
    }
  }
  for (const ScheduledStrips& strips : schedule.strips) {
    for (const std::size_t l : strips.layers) add(strips.cost_of(l, architecture), schedule);
  }
  const double share = share_of_one(schedule.images);
  schedule.energy_pj += share * schedule.load.energy_pj;
  schedule.latency_cycles += share * schedule.load.latency_cycles;
  schedule.objective_value = objective_value(options.objective, Cycles{schedule.latency_cycles},
                                             Picojoules{schedule.energy_pj});
  return schedule;
}

}  // namespace tilewise
