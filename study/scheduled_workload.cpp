#include "study/scheduled_workload.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>
#include <vector>

#include "arch/home.hpp"
#include "mapper/problem_key.hpp"
#include "mapper/search.hpp"
#include "schedule/home_costs.hpp"
#include "schedule/schedule.hpp"
#include "sim/cost.hpp"
#include "study/stored_layers.hpp"

namespace tilewise {
namespace {

/// The best mapping of a layer, from what a store keeps of it.
SearchResult mapped_alone(const Study& study, const Architecture& architecture, const Layer& layer,
                          const StoredLayer& stored) {
  if (auto known = restored_layer(stored, layer, architecture, study.mapping)) {
    return *std::move(known);
  }
  SearchOptions options;
  options.mapping = {study.mapping, study.factors, {.threads = 1}};
  return search(architecture, layer, options);
}

LayerAlone alone_of(const SearchResult& found) {
  const LayerCost& costs = *cost(found);
  return {best_mapping(found), costs.energy.total.count(), costs.latency.total.count(),
          static_cast<double>(costs.off_chip_bits)};
}

double off_chip_bits(const Schedule& schedule, const std::vector<LayerAlone>& alone,
                     const Architecture& architecture) {
  double bits = 0.0;
  std::vector<bool> counted = schedule.merged;
  for (const ScheduledStrips& strips : schedule.strips) {
    for (const std::size_t l : strips.layers) {
      bits += static_cast<double>(strips.cost_of(l, architecture).off_chip_bits);
      counted[l] = true;
    }
  }
  for (std::size_t l = 0; l < alone.size(); ++l) {
    if (counted[l]) continue;
    const auto& scheduled = schedule.layers[l];
    bits += scheduled ? static_cast<double>(scheduled->cost.off_chip_bits) : alone[l].off_chip_bits;
  }
  return bits;
}

ScheduleOptions options_of(const Study& study) {
  ScheduleOptions options;
  options.objective = study.mapping;
  options.factors = study.factors;
  options.run.threads = 1;  // networks are scheduled side by side
  options.orders = study.orders;
  options.allowed = allowed_by(study.schedule);
  return options;
}

}  // namespace

Key scheduled_store_key(const Architecture& architecture) {
  std::string text = architecture_key(architecture);
  for (const Level& level : architecture.levels) {
    text += fmt::format("\n{} {}", level.name, level.exchanges_roles);
  }
  text += fmt::format("\nhome {}\nmerges", architecture.home.value_or(""));
  for (const bool merges : architecture.merges) text += merges ? " 1" : " 0";
  return key_of(text);
}

std::string schedule_text(const Study& study, const Network& network) {
  std::string text = fmt::format("schedule {} orders {}", name(study.schedule), name(study.orders));
  for (std::size_t l = 0; l < network.size(); ++l) {
    const Layer& layer = network.layer(l);
    text += fmt::format("\n{} end {}x{} owns {} reads {}", canonical_key(layer),
                        layer.padding_end.vertical, layer.padding_end.horizontal,
                        layer.owns_weights, fmt::join(network.inputs_of(l), " "));
  }
  return text;
}

std::optional<StoredNetwork> scheduled_network(const Study& study, const NetworkOn& on,
                                               std::span<const StoredLayer> alone,
                                               ResultStore& store,
                                               const std::function<bool()>& stopped) {
  std::vector<SearchResult> found;
  StoredNetwork made;
  made.proven = true;
  for (std::size_t l = 0; l < on.network.size(); ++l) {
    found.push_back(mapped_alone(study, on.architecture, on.network.layer(l), alone[l]));
    made.proven = made.proven && alone[l].proven;
  }
  std::vector<LayerAlone> layers;
  for (const SearchResult& each : found) layers.push_back(alone_of(each));
  ScheduleOptions options = options_of(study);
  options.run.interrupted = stopped;
  const Schedule schedule = schedule_kept(
      on.network, on.architecture, layers, options,
      memory_of(store, asked_at_home(study.mapping), study.factors.value_or(Factors::Divisors)));
  if (stopped && stopped()) return std::nullopt;  // it may have ended early
  const Cycles latency{schedule.latency_cycles};
  made.latency_ms = milliseconds(duration(latency, on.architecture.clock)).count();
  made.energy_mj = millijoules(Picojoules{schedule.energy_pj}).count();
  made.dram_bytes = off_chip_bits(schedule, layers, on.architecture) / 8.0;
  made.proven = made.proven && schedule.proven;
  return made;
}

std::optional<TotalCost> scheduled_bound(const Study& study, const NetworkOn& on) {
  // A layer alone may have loop bounds that layers at home have not.
  if (!study.factors) return std::nullopt;
  return schedule_bound(on.network, on.architecture, options_of(study));
}

}  // namespace tilewise
