#include "report/cost_json.hpp"

#include <nlohmann/json.hpp>
#include <vector>

#include "base/units.hpp"
#include "mapper/row_stationary.hpp"
#include "report/cost_text.hpp"
#include "sim/tile_places.hpp"
#include "sweep/evidence.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

template <class L>
Json loops_json(const std::vector<L>& loops) {
  Json list = Json::array();
  for (const L& loop : loops) {
    Json entry = Json::array({name(loop.dim), loop.bound});
    if constexpr (requires { loop.axis; }) entry.push_back(loop.axis == Axis::X ? "X" : "Y");
    list.push_back(std::move(entry));
  }
  return list;
}

Json mapping_json(const Mapping& mapping, const Architecture& architecture) {
  Json levels = Json::array();
  for (std::size_t l = 0; l < mapping.levels.size(); ++l) {
    const LevelMapping& level = mapping.levels[l];
    Json keep = Json::array();
    for (const Tensor t : kTensors) {
      if (level.keep[t]) keep.push_back(name(t));
    }
    levels.push_back({{"name", level_name(architecture, level_of(mapping, l))},
                      {"keep", keep},
                      {"temporal", loops_json(level.temporal)},
                      {"spatial", loops_json(level.spatial)}});
  }
  return levels;
}

Json transfers_json(const AccessCounts& counts, const Architecture& architecture) {
  Json list = Json::array();
  for (const TransferCounts& transfer : counts.transfers) {
    const bool output = transfer.tensor == Tensor::Output;
    Json json{{"tensor", name(transfer.tensor)},
              {"parent", level_name(architecture, transfer.parent)},
              {"child", level_name(architecture, transfer.child)}};
    json[output ? "child_drains" : "child_fills"] = transfer.child_words;
    json[output ? "parent_updates" : "parent_reads"] = transfer.parent_words;
    if (output) json["parent_partial_reads"] = transfer.parent_partial_reads;
    list.push_back(std::move(json));
  }
  return list;
}

Json latency_json(const LayerCost& cost, const Architecture& architecture) {
  const Latency& latency = cost.latency;
  Json tiles = Json::array();
  for (std::size_t l = 0; l < latency.tile_time.size(); ++l) {
    tiles.push_back(
        {{"level", level_name(architecture, l)}, {"cycles", latency.tile_time[l].count()}});
  }
  Json ports = Json::array();
  for (const PortLoad& load : latency.ports) {
    ports.push_back(
        {{"port", describe(load.port, architecture)}, {"busy_cycles", load.busy.count()}});
  }
  return {{"cycles", latency.total.count()},
          {"ms", nearest_milliseconds(cost.time).count()},
          {"compute_cycles", latency.compute_cycles},
          {"cold_fill_cycles", latency.cold_fill.count()},
          {"last_drain_cycles", latency.last_drain.count()},
          {"stall_share", latency.stall_share()},
          {"bound", cost.bound},
          {"tile_times", tiles},
          {"ports", ports}};
}

Json items_json(const Energy& energy) {
  Json items = Json::array();
  for (const EnergyItem& item : merged_items(energy)) {
    items.push_back({{"place", item.place},
                     {"tensor", item.tensor ? Json(name(*item.tensor)) : Json(nullptr)},
                     {"cause", name(item.cause)},
                     {"pJ", item.energy.count()}});
  }
  return items;
}

Json energy_json(const Energy& energy) {
  const auto range = energy_interval(energy);
  return {{"total_pJ", energy.total.count()},
          {"total_pJ_low", range ? Json(range->low) : Json(nullptr)},
          {"total_pJ_high", range ? Json(range->high) : Json(nullptr)},
          {"items", items_json(energy)}};
}

/// Adds the interval of the latency, null where there is none, and what it rests on.
void add_evidence(const Device& device, const Layer& layer, const LayerCost& cost, Json& json) {
  const DeviceEvidence evidence(device);
  const auto interval = evidence.of_layer(layer, nearest_milliseconds(cost.time).count());
  json["latency"]["ms_low"] = interval ? Json(interval->low) : Json(nullptr);
  json["latency"]["ms_high"] = interval ? Json(interval->high) : Json(nullptr);
  json["evidence"] = evidence.text();
}

Json cost_object(const LayerCost& cost, const Mapping& mapping, const Layer& layer,
                 const Architecture& architecture) {
  Json json{{"architecture", architecture.name},
            {"layer", layer.name},
            {"mapping", mapping_json(mapping, architecture)}};
  if (const auto parameters = row_stationary_of(mapping, layer, architecture)) {
    const RowStationary& rs = *parameters;
    json["row_stationary"] = {{"m", rs.m}, {"n", rs.n}, {"e", rs.e}, {"p", rs.p},
                              {"q", rs.q}, {"r", rs.r}, {"t", rs.t}};
  }
  json["active_units"] = active_units(mapping);
  json["transfers"] = transfers_json(cost.counts, architecture);
  json["compute_cycles"] = cost.counts.compute_cycles;
  json["macs"] = cost.counts.macs;
  json["latency"] = latency_json(cost, architecture);
  json["latency"]["on_chip_cycles"] = on_chip_latency(architecture, layer, mapping).count();
  json["energy"] = energy_json(cost.energy);
  json["utilisation"] = cost.utilisation;
  json["off_chip_bits"] = cost.off_chip_bits;
  add_evidence(architecture, layer, cost, json);
  return json;
}

std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string cost_json(const LayerCost& cost, const Mapping& mapping, const Layer& layer,
                      const Architecture& architecture) {
  return text_of(cost_object(cost, mapping, layer, architecture));
}

std::string energy_items_json(const Energy& energy) { return items_json(energy).dump(); }

std::string search_json(const SearchResult& result, const SearchOptions& options,
                        const Layer& layer, const Architecture& architecture) {
  Json json = cost_object(*cost(result), *best_mapping(result), layer, architecture);
  const Certificate& done = result.certificate;
  json["search"] = {{"objective", name(options.mapping.objective)},
                    {"objective_value", result.objective_value},
                    {"lower_bound", result.lower_bound},
                    {"gap", result.gap},
                    {"proven", result.proven},
                    {"factors", name(result.factors)},
                    {"tiles", name(result.tiles)},
                    {"space_size", result.space.digits},
                    {"space_size_log10", result.space.log10},
                    {"certificate",
                     {{"subtrees", done.spatial},
                      {"subtrees_by_bound", done.spatial_by_bound},
                      {"subtrees_open", done.open},
                      {"most_steps", done.most_steps},
                      {"tiles_by_capacity", done.tiles_by_capacity},
                      {"tiles_by_bound", done.tiles_by_bound},
                      {"orders_by_bound", done.orders_by_bound},
                      {"evaluated", done.evaluated}}}};
  if (options.mapping.objective == Objective::Pareto) {
    json["front"] = Json::array();
    for (const ParetoPoint& point : front(result)) {
      json["front"].push_back({{"latency_cycles", point.cost.latency.total.count()},
                               {"energy_pJ", point.cost.energy.total.count()},
                               {"mapping", mapping_json(point.mapping, architecture)}});
    }
  }
  return text_of(json);
}

std::string fixed_cost_json(const LayerCost& cost, const Layer& layer, const Device& device) {
  Json json{{"architecture", name(device)},
            {"layer", layer.name},
            {"control", "fixed"},
            {"mapping", nullptr},
            {"compute_cycles", cost.counts.compute_cycles},
            {"macs", cost.counts.macs},
            {"latency",
             {{"cycles", cost.latency.total.count()},
              {"ms", nearest_milliseconds(cost.time).count()},
              {"compute_cycles", cost.latency.compute_cycles},
              {"stall_share", cost.latency.stall_share()},
              {"bound", cost.bound}}},
            {"energy", energy_json(cost.energy)},
            {"utilisation", cost.utilisation},
            {"off_chip_bits", cost.off_chip_bits}};
  add_evidence(device, layer, cost, json);
  return text_of(json);
}

}  // namespace tilewise
