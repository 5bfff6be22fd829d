#include "report/why_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

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

}  // namespace tilewise
