#include "sweep/scheduled_networks.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "schedule/given_schedule.hpp"
#include "sim/mapping_yaml.hpp"

namespace tilewise {
namespace {

/// A layer as the sweep mapped it: as one, in parts, or not at all.
LayerAlone alone_in(const NetworkSweep& sweep, std::size_t network, std::size_t layer,
                    std::size_t device) {
  LayerAlone made;
  const auto add = [&](const LayerCost& cost) {
    made.energy_pj += cost.energy.total.count();
    made.latency_cycles += cost.latency.total.count();
    made.off_chip_bits += static_cast<double>(cost.off_chip_bits);
  };
  if (const SplitLayer* split = split_of(sweep, network, layer, device)) {
    for (const SweepLayer& part : split->parts) add(*cost(part.results.front()));
    return made;
  }
  const SearchResult& found = sweep.layers[network][layer].results[device];
  made.mapping = best_mapping(found);
  if (const LayerCost* costs = cost(found)) add(*costs);
  return made;
}

/// The corners of the totals of layers that hand on nothing on chip: sums of those of each.
/// None unless the objective is Pareto.
CostHull corners_apart(const NetworkSweep& sweep, std::size_t network, std::size_t device) {
  if (!kObjectives[sweep.mapping.objective].front) return {};
  CostHull corners{TotalCost{}};
  for (std::size_t l = 0; l < sweep.layers[network].size(); ++l) {
    CostHull layer;
    for (const ParetoPoint& point : front(sweep.layers[network][l].results[device])) {
      layer = join(layer, {total_of(point.cost)}, Totals::Both);
    }
    if (layer.empty()) {
      const LayerAlone alone = alone_in(sweep, network, l, device);
      layer = {{alone.energy_pj, alone.latency_cycles, alone.off_chip_bits}};
    }
    corners = sum(corners, layer, Totals::Both);
  }
  return corners;
}

/// What a run without a schedule may take to say what one would save.
constexpr double kHintSeconds = 30.0;

/// "2 x 8 rows: DRAM: ... | GLB: ...; 26 x 8 rows: ...".
std::string strips_text(const ScheduledStrips& strips, std::size_t layer,
                        const Architecture& architecture) {
  std::string text;
  for (const ScheduledStrips::Run& run : strips.runs) {
    if (run.layer != layer) continue;
    text += fmt::format("{}{} x {} rows: {}", text.empty() ? "" : "; ", run.times,
                        run.part.bounds[Dim::P], nest_line(run.mapping, architecture));
  }
  return text;
}

void take(const Schedule& schedule, const Device& on, std::size_t device,
          std::vector<SweepLayer>& layers) {
  const auto* architecture = std::get_if<Architecture>(&on);
  if (architecture == nullptr) return;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    for (const std::size_t merged : merged_into(schedule, l)) {
      if (schedule.merged[l]) break;
      InDrain drained;
      drained.cost.bound = fmt::format("in the drain of {}", layers[l].layer.name);
      layers[merged].results[device].answer = std::move(drained);
    }
    if (const ScheduledStrips* strips = strips_with(schedule, l)) {
      layers[l].results[device].answer =
          InStrips{strips->cost_of(l, *architecture), strips_text(*strips, l, *architecture)};
      layers[l].results[device].proven = schedule.proven;
    }
    if (!schedule.layers[l]) continue;
    SearchResult& result = layers[l].results[device];
    result.answer = Mapped{schedule.layers[l]->mapping, schedule.layers[l]->cost, {}};
    result.proven = schedule.proven;
  }
}

Schedule schedule_of(const NetworkSweep& sweep, std::size_t network, std::size_t device,
                     const ScheduleRequest& request, const MappingMemory& memory) {
  const Network& net = sweep.networks[network].network;
  std::vector<LayerAlone> alone;
  for (std::size_t l = 0; l < net.size(); ++l) {
    alone.push_back(alone_in(sweep, network, l, device));
  }
  // What a run without a schedule is told of, and what a file may say, is all there is.
  const bool asked =
      request.file.empty() && (request.kind != ScheduleKind::Separate || request.images != 1);
  ScheduleOptions options{sweep.mapping.objective, sweep.mapping.factors, sweep.mapping.run,
                          request.budget_seconds,  request.orders,        request.images};
  options.allowed = allowed_by(asked ? request.kind : ScheduleKind::Best);
  const bool hint = !asked && request.file.empty();
  if (hint && options.budget_seconds == 0.0) options.budget_seconds = kHintSeconds;
  const auto* architecture = std::get_if<Architecture>(&sweep.devices[device]);
  if (architecture == nullptr) {
    Schedule apart =
        schedule_apart(net, alone, options.objective, "it is an engine with fixed control");
    apart.images = request.images;
    return apart;
  }
  if (request.file.empty()) return schedule_kept(net, *architecture, alone, options, memory);
  const YamlNode yaml = YamlNode::load_file(request.file);
  return price_schedule(net, *architecture, alone, read_schedule(yaml, net, *architecture), options,
                        memory);
}

}  // namespace

void schedule_networks(NetworkSweep& sweep, const ScheduleRequest& request,
                       const MappingMemory& memory) {
  sweep.schedule = request.kind;
  sweep.orders = request.orders;
  sweep.schedule_given = !request.file.empty();
  sweep.images = request.images;
  const std::size_t all = sweep.networks.size() * sweep.devices.size();
  if (!request.file.empty() && all != 1) {
    throw InputError(fmt::format(
        "--schedule {}: a file is the schedule of one network on one device; name one of each",
        request.file));
  }
  const bool separate = !has_schedule(sweep);
  if (separate && !request.tell) return;
  time_phase(sweep.phases, "schedule", [&] {
    for (std::size_t n = 0; n < sweep.networks.size(); ++n) {
      sweep.schedules.emplace_back();
      for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
        Schedule made = schedule_of(sweep, n, d, request, memory);
        if (!made.home) made.corners = corners_apart(sweep, n, d);
        sweep.schedules.back().push_back(std::move(made));
        if (!separate) take(sweep.schedules.back().back(), sweep.devices[d], d, sweep.layers[n]);
      }
    }
  });
}

}  // namespace tilewise
