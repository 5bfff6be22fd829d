#include "report/network_sweep_files.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>
#include <vector>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "base/quote.hpp"
#include "report/layer_table.hpp"
#include "report/network_sweep_json.hpp"
#include "report/sweep_files.hpp"
#include "sweep/kept_summary.hpp"
#include "sweep/network_shares.hpp"

namespace tilewise {
namespace {

constexpr const char* kNetworks = "networks";  // stands where a sweep has its space and data set

/// The networks as the candidates of a sweep.
SweepResult as_sweep(const NetworkSweep& sweep) {
  SweepResult result;
  result.space = kNetworks;
  result.datasets = {kNetworks};
  result.devices = sweep.devices;
  result.phases = sweep.phases;
  result.scheduled = has_schedule(sweep);
  for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
    const Device& device = sweep.devices[d];
    result.targets.push_back({name(device), description(device), describe(device), d});
  }
  for (std::size_t n = 0; n < sweep.networks.size(); ++n) {
    const ListedNetwork& listed = sweep.networks[n];
    result.architectures.push_back(listed.name);
    SweepRow& row = result.rows.emplace_back();
    row.index = static_cast<std::int64_t>(n);
    row.dataset = kNetworks;
    row.macs = macs(listed.network);
    row.parameters = parameters(listed.network);
    for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
      const NetworkShares shares = shares_of(sweep, n, d);
      row.costs.push_back(shares.total.cost);
      auto left_out = static_cast<std::int64_t>(shares.unfit.size());
      for (const Omission& omission : shares.omitted) left_out += omission.count;
      row.left_out.push_back(left_out);
    }
    result.layers.resize(result.layers.size() + listed.network.size());
  }
  return result;
}

/// What is in no total, and why.
std::string left_out_yaml(const NetworkSweep& sweep) {
  std::string text;
  auto out = std::back_inserter(text);
  for (std::size_t n = 0; n < sweep.networks.size(); ++n) {
    for (const Omission& omission : sweep.networks[n].network.omitted()) {
      fmt::format_to(out, "  - {{network: {}, operator: {}, count: {}, why: {}}}\n",
                     yaml_quoted(sweep.networks[n].name), yaml_quoted(omission.op), omission.count,
                     yaml_quoted(omission.reason));
    }
    for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
      for (const UnfitLayer& layer : shares_of(sweep, n, d).unfit) {
        fmt::format_to(out, "  - {{network: {}, device: {}, layer: {}, why: {}}}\n",
                       yaml_quoted(sweep.networks[n].name), yaml_quoted(name(sweep.devices[d])),
                       yaml_quoted(layer.name), yaml_quoted(layer.why));
      }
    }
  }
  return text.empty() ? "left_out: []\n" : "left_out:\n" + text;
}

}  // namespace

std::string network_layers_csv(const NetworkSweep& sweep) {
  std::vector<std::vector<std::string>> rows{layer_columns()};
  rows.front().insert(rows.front().begin(), "network");
  const std::vector<DeviceEvidence> evidence = evidence_of_all(sweep.devices, has_schedule(sweep));
  for (std::size_t n = 0; n < sweep.networks.size(); ++n) {
    const auto add = [&](const SweepLayer& layer, std::size_t d, const SearchResult& found) {
      rows.push_back(sweep_layer_cells(layer, sweep.devices[d], found, evidence[d]));
      rows.back().insert(rows.back().begin(), sweep.networks[n].name);
    };
    for (std::size_t l = 0; l < sweep.layers[n].size(); ++l) {
      const SweepLayer& layer = sweep.layers[n][l];
      for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
        if (const SplitLayer* split = split_of(sweep, n, l, d)) {
          for (const SweepLayer& part : split->parts) add(part, d, part.results.front());
        } else if (cost(layer.results[d]) != nullptr) {
          add(layer, d, layer.results[d]);
        }
      }
    }
  }
  return csv_table(rows);
}

void write_network_sweep(const NetworkSweep& sweep, const std::string& command,
                         const std::filesystem::path& folder, CsvGuard guard) {
  SweepResult result = as_sweep(sweep);
  if (has_schedule(sweep)) {
    result.settings.push_back(fmt::format("schedule: {}", schedule_word(sweep)));
  }
  SweepOptions options;
  options.mapping.objective = sweep.mapping.objective;
  options.mapping.factors = sweep.mapping.factors;
  const std::string run =
      run_yaml(result, options, command, result.rows.size()) +
      fmt::format("mapped: {}\nknown: {}\n", sweep.counts.mapped, sweep.counts.known) +
      left_out_yaml(sweep);
  write_sweep_files({.costs = costs_csv(result),
                     .json = network_sweep_json(sweep, CostRows::Layer),
                     .layers = network_layers_csv(sweep),
                     .run = run},
                    folder, guard);
}

}  // namespace tilewise
