#include "validation/validation_engines.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "arch/family/fpga_engine_yaml.hpp"
#include "design/engine_design.hpp"
#include "design/several_engines.hpp"
#include "validation/published_table.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostLanes = 1 << 16;

/// What of a design a published table gives.
enum class EngineMeasure { Interval, Latency, Dsp };

/// A row: engines as published, and the units that they share.
struct EngineRow {
  std::vector<Layer> layers;
  std::vector<EngineUnit> units;
  std::vector<EngineDesign> engines;
  FpgaPrecision precision;
};

struct EngineDesignsCase {
  std::map<std::string, std::vector<Layer>> networks;
  std::vector<EngineRow> rows;
  std::vector<EngineMeasure> measures;  ///< one a column of `table`
  ValidationTable table;                ///< the published side is there
  bool search = false;
};

void read_network(const YamlNode& yaml, std::vector<Layer>& layers) {
  for (const YamlNode& layer : yaml.list()) layers.push_back(parse_layer(layer.map()));
  if (layers.empty()) yaml.fail("expected at least one layer");
}

/// The units of "conv1", or of "conv1[0]", that no engine has yet.
void take_units(const YamlNode& yaml, const EngineRow& row, std::vector<bool>& taken,
                EngineDesign& engine) {
  const std::string word = yaml.text();
  bool found = false;
  for (std::size_t u = 0; u < row.units.size(); ++u) {
    const bool layer = row.layers[row.units[u].layer].name == word;
    if (!layer && name(row.units[u], row.layers) != word) continue;
    if (taken[u]) yaml.fail(word + " is on another engine already; leave it out of one");
    taken[u] = found = true;
    engine.units.push_back(u);
  }
  if (!found) yaml.fail("no such layer or group; write conv1, or conv1[0] for its first group");
}

EngineDesign read_engine(const YamlNode& yaml, const EngineRow& row, std::vector<bool>& taken) {
  YamlMap map = yaml.map();
  EngineDesign engine;
  engine.lanes.tm = map.at("Tm").integer(1, kMostLanes);
  engine.lanes.tn = map.at("Tn").integer(1, kMostLanes);
  if (const auto layers = map.find("layers")) {
    for (const YamlNode& each : layers->list()) take_units(each, row, taken, engine);
  } else {
    for (std::size_t u = 0; u < row.units.size(); ++u) {
      if (!taken[u]) engine.units.push_back(u);
      taken[u] = true;
    }
  }
  map.done();
  return engine;
}

void read_design(const YamlNode& yaml, EngineDesignsCase& made) {
  YamlMap map = yaml.map();
  EngineRow row;
  const std::string name = map.at("name").text();
  std::vector<std::string> networks;
  for (const auto& [network, layers] : made.networks) networks.push_back(network);
  row.layers = made.networks[networks[map.at("network").one_of(networks)]];
  row.units = engine_units(row.layers, SplitGroups::Yes);
  row.precision = read_precision(map.at("precision"));
  std::vector<bool> taken(row.units.size(), false);
  const YamlNode engines = map.at("engines");
  for (const YamlNode& each : engines.list()) {
    row.engines.push_back(read_engine(each, row, taken));
  }
  const auto free = std::find(taken.begin(), taken.end(), false);
  if (free != taken.end()) {
    const auto unit = static_cast<std::size_t>(free - taken.begin());
    engines.fail(fmt::format("no engine runs {}", tilewise::name(row.units[unit], row.layers)));
  }
  map.done();
  const std::vector<std::string>& rows = made.table.rows;
  if (std::find(rows.begin(), rows.end(), name) != rows.end()) {
    yaml.fail(fmt::format("the name {} is there twice; change one", name));
  }
  made.table.rows.push_back(name);
  made.rows.push_back(std::move(row));
}

void read_quantity(const YamlNode& yaml, EngineDesignsCase& made) {
  YamlMap map = yaml.map();
  ValidationColumn column = read_validation_column(map);
  column.adds_up = false;
  made.measures.push_back(
      static_cast<EngineMeasure>(map.at("measure").one_of({"interval", "latency", "DSP"})));
  column.unit = made.measures.back() == EngineMeasure::Dsp ? "" : "cycles";
  made.table.columns.push_back(std::move(column));
  map.done();
}

double measured(EngineMeasure measure, const EngineDesigns& design) {
  switch (measure) {
    case EngineMeasure::Interval: return design.interval.count();
    case EngineMeasure::Latency: return design.latency.count();
    case EngineMeasure::Dsp: return static_cast<double>(design.resources.dsp);
  }
  return 0.0;
}

EngineDesigns published_design(const EngineRow& row) {
  return evaluate_engines(row.engines, row.units, dsp_budget(0, row.precision));
}

ValidationTable published_table(const EngineDesignsCase& of) {
  ValidationTable table = of.table;
  for (std::size_t r = 0; r < of.rows.size(); ++r) {
    const EngineDesigns design = published_design(of.rows[r]);
    for (std::size_t c = 0; c < of.measures.size(); ++c) {
      table.columns[c].cells[r].ours = measured(of.measures[c], design);
    }
  }
  return table;
}

std::string design_line(const EngineDesigns& design, const EngineRow& row,
                        std::span<const EngineUnit> units) {
  std::string line;
  for (const EngineDesign& engine : design.engines) {
    std::vector<std::string> names;
    for (const std::size_t u : engine.units) names.push_back(name(units[u], row.layers));
    line += fmt::format(
        "{}Tn {} Tm {}: {}", line.empty() ? "" : " | ", engine.lanes.tn, engine.lanes.tm,
        design.engines.size() == 1 ? "all" : fmt::format("{}", fmt::join(names, " ")));
  }
  return line;
}

/// The best design within the DSP of the published one: it is no slower and takes no more.
ValidationTable search_table(const EngineDesignsCase& of, const ValidationOptions& options) {
  ValidationTable table;
  table.title = "Searched within the same DSP";
  table.row = "design";
  table.ours = "found";
  table.published = "published design";
  table.rows = of.table.rows;
  table.columns.resize(2);
  table.columns[0].name = "interval";
  table.columns[0].unit = "cycles";
  table.columns[1].name = "DSP";
  for (ValidationColumn& column : table.columns) {
    column.tolerance = Tolerance{Tolerance::Kind::NoMore, 0.0};
    column.adds_up = false;
  }
  for (std::size_t r = 0; r < of.rows.size(); ++r) {
    const EngineRow& row = of.rows[r];
    const EngineDesigns published = published_design(row);
    const DesignTarget target = dsp_budget(published.resources.dsp, row.precision);
    const bool one = row.engines.size() == 1;
    const EngineDesigns found =
        *(one ? search_single_engine(row.units, target)
              : search_several_engines(row.units, target, DesignObjective::Throughput))
             .design;
    table.columns[0].cells.push_back({found.interval.count(), published.interval.count()});
    table.columns[1].cells.push_back(
        {static_cast<double>(found.resources.dsp), static_cast<double>(published.resources.dsp)});
    table.notes.push_back(fmt::format("{}: {}{}", of.table.rows[r],
                                      design_line(found, row, row.units),
                                      found.certificate.gap == 0.0 ? " (proven best)" : ""));
    if (options.progress) {
      options.progress(static_cast<double>(r + 1) / static_cast<double>(of.rows.size()));
    }
  }
  return table;
}

}  // namespace

ValidationRun read_engine_designs_case(YamlMap& map, const fs::path& folder) {
  const auto made = std::make_shared<EngineDesignsCase>();
  made->table.title = "Published designs";
  made->table.row = "design";
  YamlMap networks = map.at("networks").map();
  for (const std::string& name : networks.keys()) {
    read_network(networks.at(name), made->networks[name]);
  }
  networks.done();
  if (made->networks.empty()) networks.node().fail("expected at least one network");
  for (const YamlNode& design : map.at("designs").list()) read_design(design, *made);
  for (const YamlNode& quantity : map.at("quantities").list()) read_quantity(quantity, *made);
  if (made->rows.empty()) map.at("designs").fail("expected at least one design");
  if (const auto search = map.find("search")) made->search = search->boolean();
  fill_published(load_published(folder / "published.csv"), TotalRow::None, made->table);
  return [made](const ValidationOptions& options) {
    std::vector<ValidationTable> tables{published_table(*made)};
    if (made->search) tables.push_back(search_table(*made, options));
    return tables;
  };
}

}  // namespace tilewise
