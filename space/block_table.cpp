#include "space/block_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "space/block_rules.hpp"

namespace tilewise {
namespace {

/// Adds up the layers into the number that `of` finds in a metric.
template <class Of>
void add_layers(BlockTable& table, const std::vector<Layer>& layers, const Of& of,
                const CostsInARow& costs) {
  for (const Layer& layer : layers) {
    of(table.macs) += static_cast<double>(macs(layer));
    of(table.parameters) += static_cast<double>(parameters(layer));
  }
  for (std::size_t d = 0; d < table.devices.size(); ++d) {
    for (const Cost& cost : costs(layers, d)) add_cost(table.devices[d], of, cost);
  }
}

/// The sum of the best that candidates of `form` have at each position; `better(a, b)`: a is.
template <class Better>
double best_total(const BlockMetric& metric, const BlockForm& form, const Better& better) {
  const auto best = [&](double a, double b) { return better(b, a) ? b : a; };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double none = better(0.0, 1.0) ? kInfinity : -kInfinity;
  const auto best_at = [&](std::size_t p, std::optional<std::size_t> but) {
    double found = none;
    for (std::size_t c = 0; c < metric.choices; ++c) {
      if (c != but && may_take(form, p, c)) found = best(found, metric.at(p, c));
    }
    return found;
  };
  double sum = metric.fixed;
  auto stage = form.ends.begin();
  for (std::size_t p = 0; p < form.positions; ++p) {
    if (group_of(form, p) != nullptr) continue;
    if (stage == form.ends.end() || stage->first != p) {
      sum += best_at(p, std::nullopt);
      continue;
    }
    // From the last position on: what the stage costs from here, if it has not ended, or has.
    double going = 0.0;
    double ended = 0.0;
    for (std::size_t at = p + stage->length; at-- > p;) {
      going += best_at(at, stage->choice);
      ended += metric.at(at, stage->choice);
      if (may_take(form, at, stage->choice)) going = best(going, ended);
    }
    sum += going;
    p += stage->length - 1;
    ++stage;
  }
  for (const PositionGroup& group : form.groups) {
    std::vector<double> here(group.count + 1, none);  // [still to take]
    here[0] = 0.0;
    for (std::size_t at = group.positions.size(); at-- > 0;) {
      const std::size_t p = group.positions[at];
      const double taken = best_at(p, form.absent);
      for (std::size_t left = group.count + 1; left-- > 0;) {
        const double without =
            may_take(form, p, form.absent) ? here[left] + metric.at(p, form.absent) : none;
        here[left] = left == 0 ? without : best(without, here[left - 1] + taken);
      }
    }
    sum += here.back();
  }
  return sum;
}

}  // namespace

double total(const BlockMetric& metric, std::span<const std::uint8_t> choices) {
  double sum = metric.fixed;
  const double* at = metric.blocks.data();
  for (const std::uint8_t choice : choices) {
    sum += at[choice];
    at += metric.choices;
  }
  return sum;
}

void fill_totals(const BlockMetric& metric, std::span<const std::uint8_t> rows, int threads,
                 std::span<double> totals) {
  const std::size_t positions = metric.choices == 0 ? 0 : metric.blocks.size() / metric.choices;
  assert(totals.size() * positions == rows.size());
  const auto count = static_cast<std::int64_t>(totals.size());
  parallel_batches(count, threads, [&](std::int64_t first, std::int64_t last) {
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
      totals[i] = total(metric, rows.subspan(i * positions, positions));
    }
  });
}

double least_total(const BlockMetric& metric, const BlockForm& form) {
  return best_total(metric, form, std::less<>());
}

double most_total(const BlockMetric& metric, const BlockForm& form) {
  return best_total(metric, form, std::greater<>());
}

BlockMetric empty_metric(const BlockLayers& parts) {
  BlockMetric metric;
  metric.fixed_parts.resize(parts.fixed.size());
  metric.choices = parts.positions.empty() ? 0 : parts.positions.front().size();
  metric.blocks.resize(parts.positions.size() * metric.choices);
  return metric;
}

BlockCosts empty_costs(const BlockLayers& parts) {
  const BlockMetric zero = empty_metric(parts);
  return {zero, zero, zero, zero, zero};
}

CostsInARow one_by_one(std::function<Cost(const Layer&, std::size_t)> cost) {
  return [cost = std::move(cost)](const std::vector<Layer>& layers, std::size_t device) {
    std::vector<Cost> parts;
    for (const Layer& layer : layers) parts.push_back(cost(layer, device));
    return parts;
  };
}

BlockTable block_table(std::string dataset, BlockLayers parts, std::size_t devices,
                       const CostsInARow& costs) {
  BlockTable table;
  table.dataset = std::move(dataset);
  table.parts = std::move(parts);
  table.macs = table.parameters = empty_metric(table.parts);
  table.devices.resize(devices, empty_costs(table.parts));
  const BlockLayers& all = table.parts;
  for (std::size_t i = 0; i < all.fixed.size(); ++i) {
    add_layers(
        table, all.fixed[i].layers, [](BlockMetric& metric) -> double& { return metric.fixed; },
        costs);
    add_layers(
        table, all.fixed[i].layers,
        [i](BlockMetric& metric) -> double& { return metric.fixed_parts[i]; }, costs);
  }
  for (std::size_t p = 0; p < all.positions.size(); ++p) {
    for (std::size_t c = 0; c < all.positions[p].size(); ++c) {
      add_layers(
          table, all.positions[p][c].layers,
          [p, c](BlockMetric& metric) -> double& { return metric.at(p, c); }, costs);
    }
  }
  return table;
}

const BlockMetric& find_metric(const BlockTable& table, std::string_view name, std::size_t device) {
  if (name == "macs") return table.macs;
  if (name == "params") return table.parameters;
  const bool known = name == "latency_ms" || name == "energy_mJ" || name == "dram_bytes";
  if (!known) {
    throw InputError(fmt::format(
        "{}: no such metric; expected latency_ms, energy_mJ, dram_bytes, macs or params", name));
  }
  const BlockCosts& on = table.devices.at(device);
  if (name == "latency_ms") return on.latency_ms;
  return name == "energy_mJ" ? on.energy_mj : on.dram_bytes;
}

}  // namespace tilewise
