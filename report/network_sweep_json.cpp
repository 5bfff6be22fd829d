#include "report/network_sweep_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <variant>
#include <vector>

#include "report/cost_json.hpp"
#include "report/schedule/schedule_json.hpp"
#include "sweep/evidence.hpp"
#include "sweep/kept_summary.hpp"
#include "sweep/layer_loads.hpp"
#include "sweep/network_shares.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

Json sums_of(const CostShare& share) {
  return {{"cycles", share.cycles.count()},
          {"latency_ms", share.cost.latency.count()},
          {"energy_mJ", share.cost.energy.count()},
          {"dram_bytes", share.cost.dram_bytes},
          {"macs", share.macs},
          {"utilisation", share.utilisation}};
}

Json row_of(const CostShare& share, CostRows by) {
  Json row{{"name", share.name}};
  if (by == CostRows::Layer) row["operator"] = share.op;
  if (by == CostRows::Operator) row["layers"] = share.layers;
  row.update(sums_of(share));
  row["time_share"] = share.time;
  row["energy_share"] = share.energy;
  row["bound"] = share.bound;
  if (!share.parts.empty()) row["parts"] = share.parts;
  return row;
}

/// Where the time and the energy of one layer go: how long each part of the device is busy, which
/// work side by side, and the energy by place, tensor and cause. Parts of a layer are added up.
void add_breakdown(const std::vector<const LayerCost*>& costs, const Device& device, Json& row) {
  std::int64_t compute_cycles = 0;
  std::vector<PartLoad> loads;
  Energy energy;
  for (const LayerCost* cost : costs) {
    compute_cycles += cost->latency.compute_cycles;
    for (const PartLoad& load : loads_of(*cost, device)) {
      const auto same = std::find_if(loads.begin(), loads.end(),
                                     [&](const PartLoad& each) { return each.part == load.part; });
      if (same == loads.end()) {
        loads.push_back(load);
      } else {
        same->busy += load.busy;
      }
    }
    energy.items.insert(energy.items.end(), cost->energy.items.begin(), cost->energy.items.end());
  }
  row["compute_cycles"] = compute_cycles;
  row["loads"] = Json::array();
  for (const PartLoad& load : loads) {
    row["loads"].push_back(
        {{"part", load.part}, {"place", load.place}, {"busy_cycles", load.busy.count()}});
  }
  row["energy"] = Json::parse(energy_items_json(energy));
}

Json levels_of(const NetworkShares& shares) {
  Json list = Json::array();
  for (const PlaceShare& place : shares.places) {
    list.push_back({{"name", place.place},
                    {"busy_ms", place.busy.count()},
                    {"busy_share", place.time},
                    {"energy_mJ", place.spent.count()},
                    {"energy_share", place.energy}});
  }
  return list;
}

void add_rows(const NetworkShares& shares, CostRows by, Json& json) {
  if (by == CostRows::Level) {
    json["levels"] = levels_of(shares);
    return;
  }
  Json& list = json[by == CostRows::Layer ? "layers" : "operators"] = Json::array();
  for (const CostShare& share : by == CostRows::Layer ? shares.layers : shares.operators) {
    list.push_back(row_of(share, by));
  }
}

/// To the rows of all layers that fit, which are in the order of the network.
void add_breakdowns(const NetworkSweep& sweep, std::size_t network, std::size_t device,
                    Json& rows) {
  std::size_t row = 0;
  for (std::size_t layer = 0; layer < sweep.layers[network].size(); ++layer) {
    const auto costs = costs_of_layer(sweep, network, layer, device);
    if (!costs.empty()) add_breakdown(costs, sweep.devices[device], rows[row++]);
  }
}

/// The interval of the latency, null where there is none, what it rests on, and what other
/// published energies make of the energy.
void add_ranges(const Cost& total, const DeviceEvidence& evidence, Json& json) {
  const auto interval = evidence.of_network(total.latency.count());
  Json& totals = json["totals"];
  totals["latency_ms_low"] = interval ? Json(interval->low) : Json(nullptr);
  totals["latency_ms_high"] = interval ? Json(interval->high) : Json(nullptr);
  const auto energy = energy_interval(total);
  totals["energy_mJ_low"] = energy ? Json(energy->low) : Json(nullptr);
  totals["energy_mJ_high"] = energy ? Json(energy->high) : Json(nullptr);
  json["evidence"] = evidence.text();
}

Json names_of(const std::vector<std::size_t>& places, const NetworkShares& shares) {
  Json names = Json::array();
  for (const std::size_t place : places) names.push_back(shares.layers[place].name);
  return names;
}

/// What bounds the network, and what it waits for; null where the control is fixed.
void add_bounds(const NetworkShares& shares, const std::optional<NetworkWaits>& waits, Json& json) {
  json["bounds"] = Json::array();
  for (const BoundShare& each : shares.bounds) {
    json["bounds"].push_back({{"bound", each.bound},
                              {"time_share", each.time},
                              {"slowest", names_of(each.slowest, shares)}});
  }
  json["without_ports"] = nullptr;
  if (!waits) return;
  Json ports = Json::array();
  for (const PortWait& each : waits->ports) {
    ports.push_back({{"port", each.port},
                     {"cycles", each.left.count()},
                     {"saved_share", waits->saved(each.left)}});
  }
  json["without_ports"] = {
      {"cycles", waits->work.count()}, {"saved_share", waits->saved(waits->work)}, {"each", ports}};
}

Json cost_of_one(const NetworkSweep& sweep, std::size_t network, std::size_t device, CostRows by) {
  const NetworkShares shares = shares_of(sweep, network, device);
  Json json{{"network", sweep.networks[network].name},
            {"device", name(sweep.devices[device])},
            {"off_chip", off_chip_place(sweep.devices[device])}};
  add_rows(shares, by, json);
  if (by == CostRows::Layer) add_breakdowns(sweep, network, device, json["layers"]);
  json["totals"] = sums_of(shares.total);
  json["totals"]["layers"] = shares.total.layers;
  add_ranges(shares.total.cost, DeviceEvidence(sweep.devices[device], has_schedule(sweep)), json);
  add_bounds(shares, waits_of(sweep, network, device), json);
  json["slowest"] = names_of(shares.slowest, shares);
  json["partial"] = shares.partial();
  json["unfit"] = Json::array();
  for (const UnfitLayer& layer : shares.unfit) {
    json["unfit"].push_back({{"layer", layer.name}, {"why", layer.why}});
  }
  json["omitted"] = Json::array();
  for (const Omission& omission : shares.omitted) {
    json["omitted"].push_back({{"operator", omission.op},
                               {"count", omission.count},
                               {"nodes", omission.nodes},
                               {"why", omission.reason}});
  }
  if (!sweep.schedules.empty()) {
    json["schedule"] = Json::parse(schedule_json(sweep, network, device));
  }
  return json;
}

}  // namespace

std::string network_sweep_json(const NetworkSweep& sweep, CostRows by) {
  Json json{{"objective", name(sweep.mapping.objective)},
            {"factors", name(sweep.mapping.factors)},
            {"schedule", schedule_word(sweep)},
            {"costs", Json::array()}};
  for (std::size_t n = 0; n < sweep.networks.size(); ++n) {
    for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
      json["costs"].push_back(cost_of_one(sweep, n, d, by));
    }
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tilewise
