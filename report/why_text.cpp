#include "report/why_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "base/text_table.hpp"
#include "sim/without_port.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kMostPorts = 3;
constexpr double kLeastWait = 0.005;  // of the latency; less is none in whole percent

double saved(Cycles total, Cycles of) { return 1.0 - total / of; }

/// "3x3 layer", "layer" where there is no window.
std::string kind_text(const Layer& layer) {
  if (layer.op == Operator::Convolution || layer.op == Operator::Depthwise) {
    return fmt::format("{}x{} layer", layer.bounds[Dim::R], layer.bounds[Dim::S]);
  }
  return fmt::format("{}", name(layer.op));
}

std::string working_text(const LayerCost& cost) {
  const double used = 100.0 * cost.utilisation;
  return used < 50.0 ? fmt::format(
                           "only {:.0f} % of the compute units have work in a cycle; loops that "
                           "fill more of them would help",
                           used)
                     : "more compute units, or a faster clock, would help";
}

/// What a layer that waits for a port off chip, or for another, could have instead.
std::string waiting_text(const PortGain& first, const LayerCost& cost, const Layer& layer) {
  const double bytes = in_bytes(Bits{cost.off_chip_bits});
  if (first.port.level == 0 && bytes > 0.0) {
    return fmt::format(
        "the {} computes {:.1f} MACs for each byte off chip; a wider port or a "
        "tensor kept on chip would help",
        kind_text(layer), static_cast<double>(macs(layer)) / bytes);
  }
  return "a wider port, or a mapping that moves less there, would help";
}

constexpr std::size_t kNamedLayers = 4;
constexpr std::size_t kNameInText = 28;
constexpr double kLeastSaved = 0.0005;  // of the latency; less is none in tenths of a percent

std::string tenths(double share) { return fmt::format("{:.1f} %", 100.0 * share); }

std::string waits_text(const NetworkWaits& waits) {
  const double all = waits.saved(waits.work);
  if (all < kLeastSaved) return "it waits for no port";
  std::vector<std::string> told;
  for (const PortWait& each : waits.ports) {
    const double share = waits.saved(each.left);
    if (share < kLeastSaved || told.size() == kMostPorts) break;
    told.push_back(fmt::format("{} {}", each.port, tenths(share)));
  }
  if (waits.ports.size() > 1) told.push_back(fmt::format("all ports {}", tenths(all)));
  return fmt::format("infinitely wide, with the same mappings, would save: {}",
                     fmt::join(told, ", "));
}

}  // namespace

std::string why_text(const LayerCost& cost, const Mapping& mapping, const Layer& layer,
                     const Architecture& architecture) {
  const Cycles total = cost.latency.total;
  const Cycles work = portless_latency(architecture, layer, mapping, cost.latency);
  const double waits = saved(work, total);
  if (waits < kLeastWait) return fmt::format("why: waits for no port; {}\n", working_text(cost));
  const std::vector<PortGain> gains = port_gains(architecture, layer, mapping, cost.latency);
  std::string text = fmt::format("why: waits {:.0f} % of the time, most for the {}: {}\n\n",
                                 100.0 * waits, describe(gains.front().port, architecture),
                                 waiting_text(gains.front(), cost, layer));
  std::vector<std::vector<std::string>> rows{
      {"infinitely wide, same mapping", "latency [cycles]", "saved [%]"}};
  const auto add = [&](const std::string& name, Cycles left) {
    rows.push_back({name, fmt::format("{:.3f}", left.count()),
                    fmt::format("{:.2f}", 100.0 * saved(left, total))});
  };
  for (std::size_t i = 0; i < std::min(kMostPorts, gains.size()); ++i) {
    add(describe(gains[i].port, architecture), gains[i].total);
  }
  if (gains.size() > 1) add("all ports", work);
  return text + text_table(rows);
}

std::string layer_names(const std::vector<CostShare>& layers,
                        const std::vector<std::size_t>& places) {
  std::vector<std::string> named;
  for (const std::size_t place : places) {
    if (named.size() == kNamedLayers) break;
    named.push_back(cut_in_middle(layers[place].name, kNameInText));
  }
  if (named.size() < places.size()) named.emplace_back("...");
  return fmt::format("{}", fmt::join(named, ", "));
}

std::string network_why_text(const NetworkShares& shares,
                             const std::optional<NetworkWaits>& waits) {
  const BoundShare& most = shares.bounds.front();
  return fmt::format(
      "why: {} bounds {:.0f} % of the time, at least half of that in {} layer{}: {}{}\n",
      most.bound, 100.0 * most.time, most.slowest.size(), most.slowest.size() == 1 ? "" : "s",
      layer_names(shares.layers, most.slowest), waits ? "; " + waits_text(*waits) : "");
}

}  // namespace tilewise
