#include "report/cost_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text_table.hpp"
#include "base/units.hpp"
#include "mapper/row_stationary.hpp"
#include "report/why_text.hpp"
#include "sim/mapping_yaml.hpp"

namespace tilewise {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string fixed(double value) { return fmt::format("{:.3f}", value); }

std::string percent(double share) { return fmt::format("{:.2f}", 100.0 * share); }

Rows summary_rows(const LayerCost& cost) {
  return {{"latency", "value", "unit"},
          {"total", fixed(cost.latency.total.count()), "cycles"},
          {"total", fmt::format("{:.6g}", nearest_milliseconds(cost.time).count()), "ms"},
          {"compute", fmt::format("{}", cost.latency.compute_cycles), "cycles"},
          {"cold fill", fixed(cost.latency.cold_fill.count()), "cycles"},
          {"last drain", fixed(cost.latency.last_drain.count()), "cycles"},
          {"stall share", percent(cost.latency.stall_share()), "%"},
          {"utilisation", percent(cost.utilisation), "%"},
          {"off-chip", fmt::format("{}", in_bytes(Bits{cost.off_chip_bits})), "B"}};
}

}  // namespace

std::string layer_line(const Layer& layer) {
  std::string text = fmt::format("{} ({}):", layer.name, name(layer.op));
  for (const Dim d : kDims) {
    if (layer.bounds[d] > 1) text += fmt::format(" {}{}", name(d), layer.bounds[d]);
  }
  if (layer.stride != Plane{}) {
    text += fmt::format(" stride {} x {}", layer.stride.vertical, layer.stride.horizontal);
  }
  if (layer.dilation != Plane{}) {
    text += fmt::format(" dilation {} x {}", layer.dilation.vertical, layer.dilation.horizontal);
  }
  return text + "\n";
}

std::string level_name(const Architecture& architecture, std::size_t level) {
  return level < architecture.levels.size() ? architecture.levels[level].name : "MAC";
}

std::string level_name(std::span<const std::string> names, std::size_t level) {
  return level < names.size() ? names[level] : "MAC";
}

std::string transfers_text(const AccessCounts& counts, std::span<const std::string> level_names) {
  Rows rows{
      {"tensor", "parent", "child", "child [words]", "parent [words]", "partial reads [words]"}};
  for (const TransferCounts& transfer : counts.transfers) {
    const bool output = transfer.tensor == Tensor::Output;
    rows.push_back({std::string(name(transfer.tensor)), level_name(level_names, transfer.parent),
                    level_name(level_names, transfer.child),
                    fmt::format("{}", transfer.child_words),
                    fmt::format("{}", transfer.parent_words),
                    output ? fmt::format("{}", transfer.parent_partial_reads) : "-"});
  }
  return text_table(rows);
}

std::string transfers_text(const AccessCounts& counts, const Architecture& architecture) {
  std::vector<std::string> names;
  for (const Level& level : architecture.levels) names.push_back(level.name);
  return transfers_text(counts, names);
}

std::string latency_text(const LayerCost& cost, const Architecture& architecture,
                         const std::string& why) {
  std::string text = text_table(summary_rows(cost));
  text += fmt::format("bound: {}\n{}\n", cost.bound, why);
  Rows tiles{{"level", "mean tile time [cycles]"}};
  for (std::size_t l = 0; l < cost.latency.tile_time.size(); ++l) {
    tiles.push_back({level_name(architecture, l), fixed(cost.latency.tile_time[l].count())});
  }
  text += text_table(tiles);
  if (cost.latency.ports.empty()) return text;
  Rows ports{{"port", "busy [cycles]", "of latency [%]"}};
  for (const PortLoad& load : cost.latency.ports) {
    ports.push_back({describe(load.port, architecture), fixed(load.busy.count()),
                     percent(load.busy / cost.latency.total)});
  }
  return text + "\n" + text_table(ports);
}

std::vector<EnergyItem> merged_items(const Energy& energy) {
  std::vector<EnergyItem> merged;
  for (const EnergyItem& item : energy.items) {
    const auto same = std::find_if(merged.begin(), merged.end(), [&](const EnergyItem& other) {
      return other.place == item.place && other.tensor == item.tensor && other.cause == item.cause;
    });
    if (same == merged.end()) {
      merged.push_back(item);
    } else {
      same->energy += item.energy;
    }
  }
  return merged;
}

std::string energy_text(const Energy& energy) {
  Rows rows{{"place", "tensor", "cause", "energy [pJ]", "share [%]"}};
  for (const EnergyItem& item : merged_items(energy)) {
    rows.push_back({item.place, item.tensor ? std::string(name(*item.tensor)) : "all",
                    std::string(name(item.cause)), fixed(item.energy.count()),
                    percent(item.energy / energy.total)});
  }
  rows.push_back({"total", "", "", fixed(energy.total.count()), percent(1.0)});
  return text_table(rows);
}

std::string mapping_text(const Mapping& mapping, const Layer& layer,
                         const Architecture& architecture) {
  std::string shown = nest_text(mapping, layer, architecture);
  if (const auto parameters = row_stationary_of(mapping, layer, architecture)) {
    shown += fmt::format("row stationary: {}\n", text(*parameters));
  }
  return shown;
}

std::string cost_text(const LayerCost& cost, const Mapping& mapping, const Layer& layer,
                      const Architecture& architecture) {
  const std::string why = why_text(cost, mapping, layer, architecture);
  return fmt::format("Transfers\n{}\nLatency\n{}\nEnergy\n{}",
                     transfers_text(cost.counts, architecture),
                     latency_text(cost, architecture, why), energy_text(cost.energy));
}

std::string fixed_cost_text(const LayerCost& cost) {
  const Rows rows{{"latency", "value", "unit"},
                  {"total", fixed(cost.latency.total.count()), "cycles"},
                  {"total", fmt::format("{:.6g}", nearest_milliseconds(cost.time).count()), "ms"},
                  {"compute", fmt::format("{}", cost.latency.compute_cycles), "cycles"},
                  {"stall share", percent(cost.latency.stall_share()), "%"},
                  {"utilisation", percent(cost.utilisation), "%"},
                  {"off-chip", fmt::format("{}", in_bytes(Bits{cost.off_chip_bits})), "B"}};
  return fmt::format("Latency\n{}bound: {}\n\nEnergy\n{}", text_table(rows), cost.bound,
                     energy_text(cost.energy));
}

}  // namespace tilewise
