#include "report/cost_report.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/csv.hpp"
#include "report/cost_json.hpp"
#include "report/cost_text.hpp"
#include "report/layer_table.hpp"
#include "report/search_text.hpp"
#include "sim/mapping_yaml.hpp"
#include "sweep/evidence.hpp"

namespace tilewise {
namespace {

using Cells = std::vector<std::string>;

Cells joined(Cells cells, const Cells& more) {
  cells.insert(cells.end(), more.begin(), more.end());
  return cells;
}

/// The interval of the latency and what other published energies make of the energy.
std::string ranges_text(const Device& device, const Layer& layer, const LayerCost& cost) {
  const DeviceEvidence evidence(device);
  std::string text = "Hardware\n";
  if (const auto interval = evidence.of_layer(layer, nearest_milliseconds(cost.time).count())) {
    text += fmt::format("latency: {:.6g} to {:.6g} ms in {:.0f} % of cases\n", interval->low,
                        interval->high, 100.0 * kCoverage);
  }
  text += evidence.text() + "\n";
  if (const auto range = energy_interval(cost.energy)) {
    text +=
        fmt::format("energy: {:.6g} to {:.6g} pJ with other published energies of the components\n",
                    range->low, range->high);
  }
  return text;
}

Cells mapped_cells(const Layer& layer, const Architecture& architecture, const Mapping& mapping,
                   const LayerCost& cost, const DeviceEvidence& evidence) {
  return layer_cells(layer, architecture.name, 1, nest_line(mapping, architecture), cost, evidence);
}

std::string search_table(const SearchResult& result, const SearchOptions& options,
                         const Layer& layer, const Architecture& architecture) {
  const bool is_front = options.mapping.objective == Objective::Pareto;
  return fmt::format("{}\n{}\n{}\n{}\n{}{}", layer_line(layer),
                     mapping_text(*best_mapping(result), layer, architecture),
                     cost_text(*cost(result), *best_mapping(result), layer, architecture),
                     ranges_text(architecture, layer, *cost(result)),
                     is_front ? front_text(result, architecture) + "\n" : "",
                     search_text(result, options));
}

std::string search_csv(const SearchResult& result, const SearchOptions& options, const Layer& layer,
                       const Architecture& architecture) {
  std::vector<Cells> rows{layer_columns()};
  const Cells how = search_cells(result);
  const DeviceEvidence evidence(architecture);
  const auto add = [&](const Mapping& mapping, const LayerCost& cost) {
    rows.push_back(joined(mapped_cells(layer, architecture, mapping, cost, evidence), how));
  };
  if (options.mapping.objective == Objective::Pareto) {
    for (const ParetoPoint& point : front(result)) add(point.mapping, point.cost);
  } else {
    add(*best_mapping(result), *cost(result));
  }
  return csv_table(rows);
}

}  // namespace

Report cost_report(const LayerCost& cost, const Mapping& mapping, const Layer& layer,
                   const Architecture& architecture) {
  return {
      [&] {
        return fmt::format(
            "{}\n{}\n{}\n{}", layer_line(layer), mapping_text(mapping, layer, architecture),
            cost_text(cost, mapping, layer, architecture), ranges_text(architecture, layer, cost));
      },
      [&] { return cost_json(cost, mapping, layer, architecture); },
      [&] {
        return csv_table({layer_columns(), joined(mapped_cells(layer, architecture, mapping, cost,
                                                               DeviceEvidence(architecture)),
                                                  no_search_cells())});
      }};
}

Report search_report(const SearchResult& result, const SearchOptions& options, const Layer& layer,
                     const Architecture& architecture) {
  return {[&] { return search_table(result, options, layer, architecture); },
          [&] { return search_json(result, options, layer, architecture); },
          [&] { return search_csv(result, options, layer, architecture); }};
}

Report fixed_cost_report(const SearchResult& result, const Layer& layer, const Device& device) {
  return {[&] {
            return fmt::format("{}\n{}: {}\n\n{}\n{}", layer_line(layer), name(device),
                               kFixedControl, fixed_cost_text(*cost(result)),
                               ranges_text(device, layer, *cost(result)));
          },
          [&] { return fixed_cost_json(*cost(result), layer, device); },
          [&] {
            return csv_table(
                {layer_columns(), joined(layer_cells(layer, name(device), 1, "", *cost(result),
                                                     DeviceEvidence(device)),
                                         search_cells(result))});
          }};
}

}  // namespace tilewise
