#include "report/sweep_files.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/csv.hpp"
#include "base/file.hpp"
#include "base/file_writer.hpp"
#include "base/hash.hpp"
#include "base/quote.hpp"
#include "report/block_files.hpp"
#include "report/layer_table.hpp"
#include "sim/mapping_yaml.hpp"
#include "sweep/cost_metric.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

/// Candidates or blocks, either alone. run.yaml last: where it is, the others are whole.
constexpr std::array<std::string_view, 5> kFiles{"costs.csv", "blocks.csv", "costs.json",
                                                 "layers.csv", "run.yaml"};
constexpr std::string_view kCosts = kFiles[0];
constexpr std::string_view kBlocks = kFiles[1];
constexpr std::string_view kJson = kFiles[2];
constexpr std::string_view kLayers = kFiles[3];
constexpr std::string_view kRun = kFiles[4];

OutputNames sweep_names() { return output_names(kFiles, "a sweep"); }

/// Empty where the control is fixed.
std::string mapping_cell(const Device& device, const SearchResult& found) {
  const Mapping* mapping = best_mapping(found);
  if (const auto* strips = std::get_if<InStrips>(&found.answer)) return strips->how;
  return mapping ? nest_line(*mapping, std::get<Architecture>(device)) : "";
}

/// A column of costs.csv as a function of the row.
struct RowColumn {
  std::string name;
  std::function<double(const SweepRow&)> value;  ///< NaN: an empty cell
};

/// The interval of the latency, and what other published energies make of the energy; NaN where
/// nothing is known.
void add_ranges(const SweepResult& result, std::size_t t, std::vector<RowColumn>& columns) {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const SweepTarget& target = result.targets[t];
  const std::string word = column_word(target.name);
  const auto add = [&](std::string_view metric, const auto& range_of) {
    columns.push_back({fmt::format("{}_{}_low", word, metric), [range_of, t](const SweepRow& row) {
                         return low_of(range_of(row.costs[t])).value_or(kNone);
                       }});
    columns.push_back({fmt::format("{}_{}_high", word, metric), [range_of, t](const SweepRow& row) {
                         return high_of(range_of(row.costs[t])).value_or(kNone);
                       }});
  };
  const auto* device = std::get_if<std::size_t>(&target.source);
  const auto evidence = device != nullptr ? std::make_shared<const DeviceEvidence>(
                                                result.devices[*device], result.scheduled)
                                          : nullptr;
  add("latency_ms", [evidence](const Cost& cost) {
    return evidence ? evidence->of_network(cost.latency.count()) : std::nullopt;
  });
  add("energy_mJ", [](const Cost& cost) { return energy_interval(cost); });
}

/// The columns of each target; of `left_out` where the first row has it.
std::vector<RowColumn> row_columns(const SweepResult& result, bool left_out) {
  std::vector<RowColumn> columns;
  for (std::size_t t = 0; t < result.targets.size(); ++t) {
    const std::string word = column_word(result.targets[t].name);
    const auto add = [&](std::string_view metric, auto value) {
      columns.push_back({fmt::format("{}_{}", word, metric), std::move(value)});
    };
    add("latency_ms", [t](const SweepRow& row) { return row.costs[t].latency.count(); });
    add("energy_mJ", [t](const SweepRow& row) { return row.costs[t].energy.count(); });
    add("dram_bytes", [t](const SweepRow& row) { return row.costs[t].dram_bytes; });
    if (left_out) {  // MACs that are left out move no bytes
      add("left_out", [t](const SweepRow& row) { return static_cast<double>(row.left_out[t]); });
    } else {
      add("arithmetic_intensity_macs_per_byte", [t](const SweepRow& row) {
        return static_cast<double>(row.macs) / row.costs[t].dram_bytes;
      });
    }
    add_ranges(result, t, columns);
  }
  return columns;
}

bool has_left_out(std::span<const SweepRow> rows) {
  return !rows.empty() && !rows.front().left_out.empty();
}

std::string costs_header(const std::vector<RowColumn>& columns) {
  std::string text = "index,arch_str,dataset,macs,params";
  for (const RowColumn& column : columns) text += "," + csv_cell(column.name);
  return text + '\n';
}

void add_row(std::string& text, const SweepRow& row, const std::string& architecture,
             const std::vector<RowColumn>& columns) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{},{},{},{},{}", row.index, csv_cell(architecture), csv_cell(row.dataset),
                 row.macs, row.parameters);
  for (const RowColumn& column : columns) {
    const double value = column.value(row);
    text += ',';
    if (!std::isnan(value)) fmt::format_to(out, "{}", value);
  }
  text += '\n';
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

void check_sweep_folder(const fs::path& folder) { check_folder(folder, sweep_names()); }

std::vector<CostColumn> cost_columns(const SweepResult& result) {
  std::vector<CostColumn> columns;
  for (RowColumn& column : row_columns(result, has_left_out(result.rows))) {
    std::vector<double> values;
    values.reserve(result.rows.size());
    for (const SweepRow& row : result.rows) values.push_back(column.value(row));
    columns.push_back({std::move(column.name), std::move(values)});
  }
  return columns;
}

std::string costs_csv(const SweepResult& result) {
  const std::vector<RowColumn> columns = row_columns(result, has_left_out(result.rows));
  std::string text = costs_header(columns);
  for (const SweepRow& row : result.rows) {
    add_row(text, row, result.architectures[static_cast<std::size_t>(row.index)], columns);
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

void write_sweep_files(const SweepFiles& texts, const fs::path& folder, CsvGuard guard) {
  check_sweep_folder(folder);
  std::vector<NamedText> files;
  if (!texts.costs.empty()) files.push_back({kCosts, texts.costs});
  if (!texts.blocks.empty()) files.push_back({kBlocks, texts.blocks});
  if (!texts.json.empty()) files.push_back({kJson, texts.json});
  files.push_back({kLayers, texts.layers});
  files.push_back({kRun, texts.run});
  write_file_set(folder, sweep_names(), files, guard);
}

struct SweepWriter::Costs {
  Costs(const fs::path& path, const SweepResult& swept, bool left_out)
      : file(path), columns(row_columns(swept, left_out)) {
    file.write(costs_header(columns));
  }
  FileWriter file;
  std::vector<RowColumn> columns;
  std::size_t rows = 0;
};

SweepWriter::SweepWriter(const fs::path& folder) : files_(folder, sweep_names()) {
  check_sweep_folder(folder);
}
SweepWriter::~SweepWriter() = default;

void SweepWriter::add(const SweepResult& swept, const RowBlock& block) {
  if (!costs_) {
    costs_ = std::make_unique<Costs>(files_.place_of(kCosts), swept, has_left_out(block.rows));
  }
  std::string text;
  for (std::size_t r = 0; r < block.rows.size(); ++r) {
    add_row(text, block.rows[r], block.architectures[r], costs_->columns);
  }
  costs_->file.write(text);
  costs_->rows += block.rows.size();
}

void SweepWriter::finish(const SweepResult& swept, const SearchSpace& space,
                         const SweepOptions& options, const std::string& command, CsvGuard guard) {
  const BlockForm* form = blocks(space);
  std::size_t rows = costs_ ? costs_->rows : 0;
  if (costs_) {
    costs_->file.finish();
  } else if (form != nullptr) {
    rows = swept.tables.size() * (1 + form->positions * form->choices);
    write_file(files_.place_of(kBlocks), blocks_csv(swept, *form));
  }
  write_file(files_.place_of(kLayers), layers_csv(swept.layers, swept.devices));
  write_file(files_.place_of(kRun), run_yaml(swept, options, command, rows));
  files_.publish(guard);
}

void write_sweep(const SweepResult& result, const SearchSpace& space, const SweepOptions& options,
                 const std::string& command, const fs::path& folder) {
  SweepWriter writer(folder);
  if (!result.rows.empty()) {
    std::vector<std::string> architectures;
    for (const SweepRow& row : result.rows) {
      architectures.push_back(result.architectures[static_cast<std::size_t>(row.index)]);
    }
    writer.add(result, {result.rows, architectures});
  }
  writer.finish(result, space, options, command);
}

}  // namespace tilewise
