#include "report/sweep_files.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/file.hpp"
#include "report/csv.hpp"
#include "report/file_set.hpp"
#include "sim/mapping_yaml.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

/// run.yaml last: where it is, the others are whole.
constexpr std::array<std::string_view, 3> kFiles{"costs.csv", "layers.csv", "run.yaml"};

double off_chip_bytes(const LayerCost& cost) {
  return static_cast<double>(cost.off_chip_bits) / 8.0;
}

/// Mapping and bounds of the space; empty and "fixed" where the schedule is.
std::string mapping_cell(const Device& device, const SearchResult& found) {
  const auto* architecture = std::get_if<Architecture>(&device);
  return architecture ? csv_cell(nest_line(*found.best, *architecture)) : "";
}
std::string_view factors_cell(const Device& device, const SearchResult& found) {
  return has_fixed_schedule(device) ? "fixed" : name(found.factors);
}

void add_layer_row(std::string& text, const SweepLayer& entry, const Device& device,
                   const SearchResult& found) {
  const Layer& layer = entry.layer;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{},{},{}", csv_cell(layer.name), csv_cell(name(device)), name(layer.op));
  for (const Dim d : kDims) fmt::format_to(out, ",{}", layer.bounds[d]);
  for (const Plane& plane : {layer.stride, layer.dilation, layer.padding, layer.image}) {
    fmt::format_to(out, ",{},{}", plane.vertical, plane.horizontal);
  }
  const LayerCost& cost = found.cost;
  fmt::format_to(out, ",{},{},{},{},{}", entry.times_used, mapping_cell(device, found),
                 cost.latency.total.count(), cost.time.count() / 1e3, cost.energy.total.count());
  EnumArray<EnergyCause, Picojoules> by_cause{};
  for (const EnergyItem& item : cost.energy.items) by_cause[item.cause] += item.energy;
  for (const Picojoules energy : by_cause) fmt::format_to(out, ",{}", energy.count());
  fmt::format_to(out, ",{},{},{},{},{},{},{},{}\n", off_chip_bytes(cost), cost.utilisation,
                 csv_cell(cost.bound), cost.latency.stall_share(), factors_cell(device, found),
                 found.space.digits, found.certificate.evaluated, found.proven ? "yes" : "no");
}

}  // namespace

std::string yaml_string(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string phases_yaml(std::span<const PhaseTime> phases) {
  std::string text = "phases:\n";
  for (const PhaseTime& phase : phases) {
    text +=
        fmt::format("  - {{name: {}, seconds: {:.3f}}}\n", yaml_string(phase.phase), phase.seconds);
  }
  return text;
}

void check_sweep_folder(const fs::path& folder) {
  check_file_set_folder(folder, kFiles, "a sweep");
}

std::vector<CostColumn> cost_columns(const SweepResult& result) {
  std::vector<CostColumn> columns;
  const auto add = [&](const Device& device, std::string_view metric, const auto& value) {
    columns.push_back({fmt::format("{}_{}", name(device), metric), {}});
    std::vector<double>& values = columns.back().values;
    values.reserve(result.rows.size());
    for (const SweepRow& row : result.rows) values.push_back(value(row));
  };
  for (std::size_t d = 0; d < result.devices.size(); ++d) {
    const Device& device = result.devices[d];
    add(device, "latency_ms", [d](const SweepRow& row) { return row.latency_ms[d]; });
    add(device, "energy_mJ", [d](const SweepRow& row) { return row.energy_mj[d]; });
    add(device, "dram_bytes", [d](const SweepRow& row) { return row.dram_bytes[d]; });
    add(device, "arithmetic_intensity_macs_per_byte",
        [d](const SweepRow& row) { return static_cast<double>(row.macs) / row.dram_bytes[d]; });
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

std::string layers_csv(const SweepResult& result) {
  std::string text = "name,device,operator";
  for (const Dim d : kDims) text += fmt::format(",{}", name(d));
  for (const std::string_view plane : {"stride", "dilation", "padding", "image"}) {
    text += fmt::format(",{0}_vertical,{0}_horizontal", plane);
  }
  text += ",times_used,mapping,cycles,latency_ms,energy_pJ";
  for (const EnergyCause cause : all_of<EnergyCause>()) {
    text += fmt::format(",energy_{}_pJ", name(cause));
  }
  text += ",dram_bytes,utilisation,bound,stall_share,factors,space_size,evaluated,proven\n";
  for (const SweepLayer& layer : result.layers) {
    for (std::size_t d = 0; d < result.devices.size(); ++d) {
      if (network_model(result.devices[d]) != nullptr) continue;  // it costs no layers
      add_layer_row(text, layer, result.devices[d], layer.results[d]);
    }
  }
  return text;
}

std::string run_yaml(const SweepResult& result, const SweepOptions& options,
                     const std::string& command, std::size_t rows) {
  std::string text = fmt::format("command: {}\nversion: {}\nspace: {}\ndevices:\n",
                                 yaml_string(command), yaml_string(version()), result.space);
  for (const Device& device : result.devices) {
    text += fmt::format("  - {{name: {}, configuration: \"{}\", description: {}}}\n",
                        yaml_string(name(device)), fingerprint(describe(device)),
                        yaml_string(description(device)));
  }
  text +=
      fmt::format("objective: {}\nfactors: {}\n", name(options.objective), name(options.factors));
  for (const std::string& setting : result.settings) text += setting + "\n";
  text += "datasets:\n";
  for (const std::string& dataset : result.datasets) text += fmt::format("  - {}\n", dataset);
  text += fmt::format("layers: {}\nrows: {}\n", result.layers.size(), rows);
  return text + phases_yaml(result.phases);
}

void write_sweep(const SweepResult& result, const SweepOptions& options, const std::string& command,
                 const fs::path& folder) {
  check_sweep_folder(folder);
  write_file_set(folder, kFiles,
                 {{kFiles[0], costs_csv(result)},
                  {kFiles[1], layers_csv(result)},
                  {kFiles[2], run_yaml(result, options, command, result.rows.size())}});
}

}  // namespace tilewise
