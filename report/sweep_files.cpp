#include "report/sweep_files.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/quote.hpp"
#include "report/block_files.hpp"
#include "report/file_set.hpp"
#include "report/layer_table.hpp"
#include "sim/mapping_yaml.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

/// Candidates or blocks, either alone. run.yaml last: where it is, the others are whole.
constexpr std::array<std::string_view, 4> kFiles{"costs.csv", "blocks.csv", "layers.csv",
                                                 "run.yaml"};

/// Empty where the control is fixed.
std::string mapping_cell(const Device& device, const SearchResult& found) {
  const Mapping* mapping = best_mapping(found);
  if (const auto* strips = std::get_if<InStrips>(&found.answer)) return strips->how;
  return mapping ? nest_line(*mapping, std::get<Architecture>(device)) : "";
}

template <class Value>
void add_column(const SweepResult& result, const SweepTarget& target, std::string_view metric,
                const Value& value, std::vector<CostColumn>& columns) {
  columns.push_back({fmt::format("{}_{}", target.name, metric), {}});
  std::vector<double>& values = columns.back().values;
  values.reserve(result.rows.size());
  for (const SweepRow& row : result.rows) values.push_back(value(row));
}

/// The interval of the latency, and what other published energies make of the energy; NaN where
/// nothing is known.
void add_ranges(const SweepResult& result, std::size_t t, std::vector<CostColumn>& columns) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const SweepTarget& target = result.targets[t];
  const auto add = [&](std::string_view metric, const auto& range_of) {
    const auto low = [&](const SweepRow& row) {
      return low_of(range_of(row.costs[t])).value_or(kNone);
    };
    const auto high = [&](const SweepRow& row) {
      return high_of(range_of(row.costs[t])).value_or(kNone);
    };
    add_column(result, target, fmt::format("{}_low", metric), low, columns);
    add_column(result, target, fmt::format("{}_high", metric), high, columns);
  };
  const auto* device = std::get_if<std::size_t>(&target.source);
  const auto evidence =
      device != nullptr
          ? std::optional<DeviceEvidence>(std::in_place, result.devices[*device], result.scheduled)
          : std::nullopt;
  add("latency_ms", [&](const Cost& cost) {
    return evidence ? evidence->of_network(cost.latency.count()) : std::nullopt;
  });
  add("energy_mJ", [](const Cost& cost) { return energy_interval(cost); });
}

/// "compared with hardware: ...", of a target that costs layers.
std::string evidence_of_target(const SweepResult& result, const SweepTarget& target) {
  const auto* device = std::get_if<std::size_t>(&target.source);
  return device != nullptr ? DeviceEvidence(result.devices[*device], result.scheduled).text()
                           : not_compared_text(target.name);
}

}  // namespace

std::string phases_yaml(std::span<const PhaseTime> phases) {
  std::string text = "phases:\n";
  for (const PhaseTime& phase : phases) {
    text +=
        fmt::format("  - {{name: {}, seconds: {:.3f}}}\n", yaml_quoted(phase.phase), phase.seconds);
  }
  return text;
}

void check_sweep_folder(const fs::path& folder) {
  check_file_set_folder(folder, kFiles, "a sweep");
}

std::vector<CostColumn> cost_columns(const SweepResult& result) {
  std::vector<CostColumn> columns;
  const auto add = [&](const SweepTarget& target, std::string_view metric, const auto& value) {
    add_column(result, target, metric, value, columns);
  };
  for (std::size_t t = 0; t < result.targets.size(); ++t) {
    const SweepTarget& target = result.targets[t];
    add(target, "latency_ms", [t](const SweepRow& row) { return row.costs[t].latency.count(); });
    add(target, "energy_mJ", [t](const SweepRow& row) { return row.costs[t].energy.count(); });
    add(target, "dram_bytes", [t](const SweepRow& row) { return row.costs[t].dram_bytes; });
    if (!result.rows.empty() && !result.rows.front().left_out.empty()) {
      add(target, "left_out",
          [t](const SweepRow& row) { return static_cast<double>(row.left_out[t]); });
      add_ranges(result, t, columns);
      continue;  // MACs that are left out move no bytes
    }
    add(target, "arithmetic_intensity_macs_per_byte", [t](const SweepRow& row) {
      return static_cast<double>(row.macs) / row.costs[t].dram_bytes;
    });
    add_ranges(result, t, columns);
  }
  return columns;
}

std::string costs_csv(const SweepResult& result) {
  const std::vector<CostColumn> columns = cost_columns(result);
  std::string text = "index,arch_str,dataset,macs,params";
  for (const CostColumn& column : columns) text += "," + csv_cell(column.name);
  text += '\n';
  auto out = std::back_inserter(text);
  for (std::size_t r = 0; r < result.rows.size(); ++r) {
    const SweepRow& row = result.rows[r];
    fmt::format_to(out, "{},{},{},{},{}", row.index,
                   csv_cell(result.architectures[static_cast<std::size_t>(row.index)]),
                   csv_cell(row.dataset), row.macs, row.parameters);
    for (const CostColumn& column : columns) {
      const double value = column.values[r];
      text += ',';
      if (!std::isnan(value)) fmt::format_to(out, "{}", value);
    }
    text += '\n';
  }
  return text;
}

std::vector<std::string> sweep_layer_cells(const SweepLayer& layer, const Device& device,
                                           const SearchResult& found,
                                           const DeviceEvidence& evidence) {
  std::vector<std::string> cells = layer_cells(layer.layer, name(device), layer.times_used,
                                               mapping_cell(device, found), *cost(found), evidence);
  for (std::string& cell : search_cells(found)) cells.push_back(std::move(cell));
  return cells;
}

std::vector<std::string> evidence_lines(const SweepResult& result) {
  std::vector<std::string> lines;
  for (const SweepTarget& target : result.targets) {
    lines.push_back(target.name + ": " + evidence_of_target(result, target));
  }
  return lines;
}

std::vector<DeviceEvidence> evidence_of_all(const std::vector<Device>& devices, bool scheduled) {
  std::vector<DeviceEvidence> all;
  for (const Device& device : devices) all.emplace_back(device, scheduled);
  return all;
}

std::string layers_csv(std::span<const SweepLayer> layers, const std::vector<Device>& devices) {
  const std::vector<DeviceEvidence> evidence = evidence_of_all(devices, false);
  std::vector<std::vector<std::string>> rows{layer_columns()};
  for (const SweepLayer& layer : layers) {
    for (std::size_t d = 0; d < devices.size(); ++d) {
      rows.push_back(sweep_layer_cells(layer, devices[d], layer.results[d], evidence[d]));
    }
  }
  return csv_table(rows);
}

std::string run_yaml(const SweepResult& result, const SweepOptions& options,
                     const std::string& command, std::size_t rows) {
  std::string text = fmt::format("command: {}\nversion: {}\nspace: {}\ndevices:\n",
                                 yaml_quoted(command), yaml_quoted(version()), result.space);
  for (const SweepTarget& target : result.targets) {
    text += fmt::format("  - {{name: {}, configuration: \"{}\", description: {}, evidence: {}}}\n",
                        yaml_quoted(target.name), fingerprint(target.details),
                        yaml_quoted(target.description),
                        yaml_quoted(evidence_of_target(result, target)));
  }
  text += fmt::format("objective: {}\nfactors: {}\n", name(options.mapping.objective),
                      name(options.mapping.factors));
  for (const std::string& setting : result.settings) text += setting + "\n";
  text += "datasets:\n";
  for (const std::string& dataset : result.datasets) text += fmt::format("  - {}\n", dataset);
  text += fmt::format("layers: {}\nrows: {}\n", result.layers.size(), rows);
  return text + phases_yaml(result.phases);
}

void write_sweep_files(const SweepFiles& texts, const fs::path& folder) {
  check_sweep_folder(folder);
  std::vector<NamedText> files;
  if (!texts.costs.empty()) files.push_back({kFiles[0], texts.costs});
  if (!texts.blocks.empty()) files.push_back({kFiles[1], texts.blocks});
  files.push_back({kFiles[2], texts.layers});
  files.push_back({kFiles[3], texts.run});
  write_file_set(folder, kFiles, files);
}

void write_sweep(const SweepResult& result, const SearchSpace& space, const SweepOptions& options,
                 const std::string& command, const fs::path& folder) {
  const BlockForm* form = blocks(space);
  SweepFiles files;
  std::size_t rows = result.rows.size();
  if (form != nullptr && result.rows.empty()) {
    files.blocks = blocks_csv(result, *form);
    rows = result.tables.size() * (1 + form->positions * form->choices);
  } else {
    files.costs = costs_csv(result);
  }
  files.layers = layers_csv(result.layers, result.devices);
  files.run = run_yaml(result, options, command, rows);
  write_sweep_files(files, folder);
}

}  // namespace tilewise
