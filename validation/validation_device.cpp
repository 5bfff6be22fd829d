#include "validation/validation_device.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <system_error>

#include "arch/yaml_words.hpp"
#include "base/error.hpp"
#include "mapper/objective.hpp"
#include "sweep/target.hpp"
#include "validation/measurement.hpp"
#include "validation/published_table.hpp"
#include "workload/layer_yaml.hpp"
#include "workload/network_yaml.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

struct DeviceCase {
  Device device;
  SearchOptions search;
  std::vector<std::vector<Layer>> rows;   ///< layers of each row
  std::vector<Measurement> measurements;  ///< one a column of `table`
  ValidationTable table;                  ///< the published side is there
};

/// A layer of the network by its name, or one that stands here.
Layer read_row_layer(const YamlNode& yaml, const std::optional<Network>& network,
                     const std::string& row) {
  if (yaml.is_map()) return parse_layer(yaml.map(), {.name = row});
  const std::string wanted = yaml.text();
  if (!network) return at_place_of(yaml, [&] { return find_layer(wanted); });
  std::vector<std::string> names;
  for (std::size_t i = 0; i < network->size(); ++i) {
    if (network->layer(i).name == wanted) return network->layer(i);
    names.push_back(network->layer(i).name);
  }
  yaml.fail(fmt::format("no layer named {}; there are: {}", wanted, fmt::join(names, ", ")));
}

void add_row(const YamlNode& yaml, const std::optional<Network>& network, DeviceCase& made) {
  YamlMap map = yaml.map();
  const std::string name = map.at("name").text();
  std::vector<Layer> layers;
  for (const YamlNode& layer : map.at("layers").list()) {
    layers.push_back(read_row_layer(layer, network, name));
  }
  if (layers.empty()) map.at("layers").fail("expected at least one layer");
  if (const auto note = map.find("note")) {
    made.table.notes.push_back(fmt::format("{}: {}", name, note->text()));
  }
  map.done();
  const auto& rows = made.table.rows;
  if (std::find(rows.begin(), rows.end(), name) != rows.end()) {
    yaml.fail(fmt::format("the name {} is there twice; change one", name));
  }
  made.table.compared.kinds.push_back(kind_of(layers.front()));
  made.rows.push_back(std::move(layers));
  made.table.rows.push_back(name);
}

/// A file beside case.yaml, or as --arch takes it.
Device read_device_of(const YamlNode& yaml, const fs::path& folder) {
  const fs::path beside = folder / yaml.text();
  std::error_code ignored;
  if (fs::is_regular_file(beside, ignored)) return load_device(beside);
  return at_place_of(yaml, [&] { return find_device(yaml.text()); });
}

LayerCost best_cost(const DeviceCase& of, const Layer& layer, int threads) {
  SearchOptions options = of.search;
  options.mapping.run.threads = threads;
  const SearchResult result = search(of.device, layer, options);
  const LayerCost* found = cost(result);
  if (found == nullptr) {
    throw InputError(std::string(why_none(result)));
  }
  return *found;
}

ValidationTable ours_beside_published(const DeviceCase& of, const ValidationOptions& options) {
  ValidationTable table = of.table;
  for (std::size_t r = 0; r < of.rows.size(); ++r) {
    for (const Layer& layer : of.rows[r]) {
      const LayerCost cost = best_cost(of, layer, options.threads);
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        auto& ours = table.columns[c].cells[r].ours;
        ours = ours.value_or(0.0) + measure(of.measurements[c], cost);
      }
    }
    if (options.progress) {
      options.progress(static_cast<double>(r + 1) / static_cast<double>(of.rows.size()));
    }
  }
  add_totals(table);
  return table;
}

}  // namespace

ValidationRun read_device_case(YamlMap& map, const fs::path& folder) {
  const auto made = std::make_shared<DeviceCase>();
  made->device = read_device_of(map.at("device"), folder);
  made->table.title = "On " + name(made->device);
  made->table.compared = compared_design(made->device);
  if (const auto objective = map.find("objective")) {
    made->search.mapping.objective =
        at_place_of(*objective, [&] { return parse_single_objective(objective->text()); });
  }
  std::optional<Network> network;
  if (const auto yaml = map.find("network")) {
    network = at_place_of(*yaml, [&] { return find_network(yaml->text()); });
  }
  for (const YamlNode& row : map.at("rows").list()) add_row(row, network, *made);
  for (const YamlNode& quantity : map.at("quantities").list()) {
    MeasuredColumn column = read_cost_column(quantity);
    made->measurements.push_back(std::move(column.measurement));
    made->table.columns.push_back(std::move(column.column));
  }
  if (const auto note = map.find("note")) made->table.notes.push_back(note->text());
  if (made->rows.empty()) map.at("rows").fail("expected at least one row");
  if (made->measurements.empty()) map.at("quantities").fail("expected at least one quantity");
  const auto total = map.find("published_total");
  const TotalRow total_row = total && total->boolean() ? TotalRow::Last : TotalRow::None;
  fill_published(load_published(folder / "published.csv"), total_row, made->table);
  return [made](const ValidationOptions& options) {
    return std::vector<ValidationTable>{ours_beside_published(*made, options)};
  };
}

}  // namespace tilewise
