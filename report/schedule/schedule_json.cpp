#include "report/schedule/schedule_json.hpp"

#include <nlohmann/json.hpp>

#include "sweep/hull_corners.hpp"
#include "sweep/image_summary.hpp"
#include "sweep/kept_summary.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

/// Sizes in bytes; of none null.
Json bytes_of(const std::optional<Bits>& size) { return size ? Json(in_bytes(*size)) : Json(); }

Json memories_of(const KeptSummary& of) {
  Json list = Json::array();
  for (const HomeMemory& memory : of.memories) {
    list.push_back({{"name", memory.name}, {"capacity_bytes", bytes_of(memory.capacity)}});
  }
  return list;
}

Json tensors_of(const Network& network, const KeptSummary& of) {
  Json list = Json::array();
  for (const KeptTensor& each : of.kept) {
    list.push_back({{"layer", network.layer(of.order[each.maker]).name},
                    {"place", of.memories[each.memory].name},
                    {"bytes", in_bytes(each.size)},
                    {"from", each.maker},
                    {"to", each.last}});
  }
  return list;
}

Json not_kept_of(const KeptSummary& of) {
  Json list = Json::array();
  for (const NotKept& each : of.not_kept) {
    list.push_back(
        {{"tensors", each.tensors}, {"why", each.why.empty() ? Json() : Json(each.why)}});
  }
  return list;
}

Json fill_of(const Network& network, const KeptSummary& of) {
  Json list = Json::array();
  for (std::size_t l = 0; l < of.fill.size(); ++l) {
    Json memories = Json::array();
    for (std::size_t m = 0; m < of.memories.size(); ++m) {
      memories.push_back({{"name", of.memories[m].name},
                          {"kept_bytes", in_bytes(of.fill[l][m].kept)},
                          {"tile_bytes", bytes_of(of.fill[l][m].tiles)}});
    }
    list.push_back({{"layer", network.layer(of.order[l]).name}, {"memories", std::move(memories)}});
  }
  return list;
}

Json strips_of(const Network& network, const KeptSummary& of) {
  Json list = Json::array();
  for (const StripsOfLayers& each : of.strips) {
    Json layers = Json::array();
    Json resident = Json::array();
    for (std::size_t l = 0; l < each.layers; ++l) {
      const std::string& name = network.layer(of.order[each.first + l]).name;
      layers.push_back(name);
      if (each.choice.resident[l]) resident.push_back(name);
    }
    list.push_back({{"layers", std::move(layers)},
                    {"strips", each.strips},
                    {"rows", each.choice.height},
                    {"halo", name(each.choice.halo)},
                    {"resident", std::move(resident)}});
  }
  return list;
}

Json image_costs_of(const Cost& of) {
  return {{"latency_ms", of.latency.count()},
          {"energy_mJ", of.energy.count()},
          {"dram_bytes", of.dram_bytes}};
}

Json images_of(const NetworkSweep& sweep, std::size_t network, std::size_t device) {
  const ImageSummary of = image_summary(sweep, network, device);
  const Network& net = sweep.networks[network].network;
  Json resident = Json::array();
  for (const std::size_t l : of.resident) resident.push_back(net.layer(l).name);
  return {{"count", sweep.images == kStream ? Json("stream") : Json(sweep.images)},
          {"resident", std::move(resident)},
          {"resident_bytes", in_bytes(of.size)},
          {"load", image_costs_of(of.load)},
          {"first", image_costs_of(of.first)},
          {"further", image_costs_of(of.further)}};
}

Json corners_of(const NetworkSweep& sweep, std::size_t network, std::size_t device) {
  Json list = Json::array();
  for (const HullCorner& corner : hull_corners(sweep, network, device)) {
    list.push_back({{"latency_ms", corner.cost.latency.count()},
                    {"energy_mJ", corner.cost.energy.count()},
                    {"edp_mJ_ms", corner.edp_mj_ms},
                    {"dram_bytes", corner.cost.dram_bytes},
                    {"cycles", corner.cycles},
                    {"energy_pJ", corner.energy_pj}});
  }
  return list;
}

Json certificate_of(const ScheduleCertificate& done) {
  return {{"schedules", done.schedules}, {"states", done.states},
          {"asks", done.asks},           {"searches", done.searches},
          {"weights", done.weights},     {"merges", done.merges},
          {"strips", done.strips},       {"strip_layers", done.strip_layers},
          {"residents", done.residents}, {"ranges", done.ranges}};
}

}  // namespace

std::string schedule_json(const NetworkSweep& sweep, std::size_t network, std::size_t device) {
  const Schedule& schedule = sweep.schedules[network][device];
  const Network& net = sweep.networks[network].network;
  const KeptSummary of = kept_summary(sweep, network, device);
  Json json{{"kind", schedule_word(sweep)}};
  json["home"] = nullptr;
  if (schedule.home) {
    const auto& architecture = std::get<Architecture>(sweep.devices[device]);
    json["home"] = architecture.levels[schedule.home->level].name;
  } else {
    json["why_no_home"] = schedule.why_no_home;
  }
  json["memories"] = memories_of(of);
  json["tensors"] = tensors_of(net, of);
  json["merged"] = Json::array();
  for (const MergedOperator& each : of.merged) {
    json["merged"].push_back(
        {{"layer", net.layer(each.layer).name}, {"into", net.layer(each.into).name}});
  }
  json["not_kept"] = not_kept_of(of);
  json["strips"] = strips_of(net, of);
  json["fill"] = schedule.home ? fill_of(net, of) : Json::array();
  json["images"] = images_of(sweep, network, device);
  const ObjectiveEntry& objective = kObjectives[sweep.mapping.objective];
  json["totals"] = {{"objective", schedule.objective_value},
                    {"energy_pJ", schedule.energy_pj},
                    {"cycles", schedule.latency_cycles},
                    {"dram_bytes", of.off_chip_bits / 8.0}};
  json["separate"] = {{"objective", schedule.alone_value},
                      {"energy_pJ", schedule.alone.energy_pj},
                      {"cycles", schedule.alone.latency_cycles},
                      {"dram_bytes", schedule.alone.off_chip_bits / 8.0}};
  json["changes"] = {{"objective", of.objective_change},
                     {"energy", of.energy_change},
                     {"latency", of.latency_change},
                     {"dram", of.off_chip_change}};
  json["unit"] = objective.unit;
  json["proven"] = schedule.proven;
  json["lower_bound"] = schedule.lower_bound;
  json["gap"] = of.gap;
  json["certificate"] = certificate_of(schedule.certificate);
  if (!schedule.corners.empty()) {
    json["corners"] = corners_of(sweep, network, device);
    json["corners_proven"] = schedule.corners_proven;
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace tilewise
