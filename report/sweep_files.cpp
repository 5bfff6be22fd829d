#include "report/sweep_files.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
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
    columns.push_back({fmt::format("{}_{}", target.name, metric), {}});
    std::vector<double>& values = columns.back().values;
    values.reserve(result.rows.size());
    for (const SweepRow& row : result.rows) values.push_back(value(row));
  };
  for (std::size_t t = 0; t < result.targets.size(); ++t) {
    const SweepTarget& target = result.targets[t];
    add(target, "latency_ms", [t](const SweepRow& row) { return row.costs[t].latency.count(); });
    add(target, "energy_mJ", [t](const SweepRow& row) { return row.costs[t].energy.count(); });
    add(target, "dram_bytes", [t](const SweepRow& row) { return row.costs[t].dram_bytes; });
    if (!result.rows.empty() && !result.rows.front().left_out.empty()) {
      add(target, "left_out",
          [t](const SweepRow& row) { return static_cast<double>(row.left_out[t]); });
      continue;  // MACs that are left out move no bytes
    }
    add(target, "arithmetic_intensity_macs_per_byte", [t](const SweepRow& row) {
      return static_cast<double>(row.macs) / row.costs[t].dram_bytes;
    });
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
    for (const CostColumn& column : columns) fmt::format_to(out, ",{}", column.values[r]);
    text += '\n';
  }
  return text;
}

std::vector<std::string> sweep_layer_cells(const SweepLayer& layer, const Device& device,
                                           const SearchResult& found) {
  std::vector<std::string> cells = layer_cells(layer.layer, name(device), layer.times_used,
                                               mapping_cell(device, found), *cost(found));
  for (std::string& cell : search_cells(found)) cells.push_back(std::move(cell));
  return cells;
}

std::string layers_csv(std::span<const SweepLayer> layers, const std::vector<Device>& devices) {
  std::vector<std::vector<std::string>> rows{layer_columns()};
  for (const SweepLayer& layer : layers) {
    for (std::size_t d = 0; d < devices.size(); ++d) {
      rows.push_back(sweep_layer_cells(layer, devices[d], layer.results[d]));
    }
  }
  return csv_table(rows);
}

std::string run_yaml(const SweepResult& result, const SweepOptions& options,
                     const std::string& command, std::size_t rows) {
  std::string text = fmt::format("command: {}\nversion: {}\nspace: {}\ndevices:\n",
                                 yaml_quoted(command), yaml_quoted(version()), result.space);
  for (const SweepTarget& target : result.targets) {
    text += fmt::format("  - {{name: {}, configuration: \"{}\", description: {}}}\n",
                        yaml_quoted(target.name), fingerprint(target.details),
                        yaml_quoted(target.description));
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
