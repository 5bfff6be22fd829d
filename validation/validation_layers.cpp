#include "validation/validation_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <system_error>

#include "arch/architecture_yaml.hpp"
#include "arch/yaml_words.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "mapper/objective.hpp"
#include "mapper/row_stationary.hpp"
#include "mapper/search.hpp"
#include "sim/mapping_yaml.hpp"
#include "sim/validity.hpp"
#include "validation/measurement.hpp"
#include "validation/published_table.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

constexpr double kRounding = 1e-9;

/// A row: the layer, and its published mapping or what the best one makes least.
struct CaseLayer {
  YamlNode yaml;
  Layer layer;
  std::optional<Mapping> mapping;
  Objective objective = Objective::Edp;  ///< where `mapping` is empty
};

enum class Comparison { None, FreeMapping };

struct LayersCase {
  Architecture architecture;
  std::vector<CaseLayer> layers;
  std::vector<Measurement> measurements;  ///< one a column of `table`
  ValidationTable table;                  ///< the published side is there
  Comparison comparison = Comparison::None;
  std::optional<Factors> factors;
};

/// A file beside case.yaml, or as --arch takes it.
Architecture read_architecture_of(const YamlNode& yaml, const fs::path& folder) {
  const fs::path beside = folder / yaml.text();
  std::error_code ignored;
  if (fs::is_regular_file(beside, ignored)) return load_architecture(beside);
  return at_place_of(yaml, [&] { return find_architecture(yaml.text()); });
}

Layer read_layer(const YamlNode& yaml, const std::string& name) {
  if (yaml.is_map()) return parse_layer(yaml.map(), {.name = name});
  return at_place_of(yaml, [&] { return find_layer(yaml.text()); });
}

/// Row-stationary parameters, or a mapping as `tilewise evaluate` takes it. It fits.
Mapping read_published_mapping(const YamlNode& yaml, const Layer& layer,
                               const Architecture& architecture) {
  const Mapping mapping =
      yaml.is_map() ? parse_mapping(yaml, architecture) : at_place_of(yaml, [&] {
        return row_stationary_mapping(parse_row_stationary(yaml.text()), layer, architecture);
      });
  at_place_of(yaml, [&] {
    check_mapping(layer, mapping);
    return 0;
  });
  if (const auto misfit = find_misfit(architecture, layer, mapping)) {
    yaml.fail(fmt::format("the mapping does not fit {}: {}: {}", architecture.name, misfit->place,
                          misfit->reason));
  }
  return mapping;
}

/// Throws InputError where `name` is among `names`.
void check_new(const YamlNode& yaml, const std::string& name,
               const std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), name) == names.end()) return;
  yaml.fail(fmt::format("the name {} is there twice; change one", name));
}

void add_layer(const YamlNode& yaml, LayersCase& made) {
  YamlMap map = yaml.map();
  const std::string name = map.at("name").text();
  CaseLayer row{yaml, read_layer(map.at("layer"), name), std::nullopt};
  const YamlNode mapping = map.at("mapping");
  if (mapping.is_scalar() && mapping.text() == "free") {
    const YamlNode objective = map.at("objective");
    row.objective =
        at_place_of(objective, [&] { return parse_single_objective(objective.text()); });
  } else {
    row.mapping = read_published_mapping(mapping, row.layer, made.architecture);
  }
  if (const auto note = map.find("note")) {
    made.table.notes.push_back(fmt::format("{}: {}", name, note->text()));
  }
  map.done();
  check_new(yaml, name, made.table.rows);
  made.table.compared.kinds.push_back(kind_of(row.layer));
  made.layers.push_back(std::move(row));
  made.table.rows.push_back(name);
}

SearchResult best_of(const LayersCase& of, const CaseLayer& row, Objective objective,
                     const ValidationOptions& options) {
  SearchOptions search_options;
  search_options.mapping.objective = objective;
  search_options.mapping.factors = of.factors;
  search_options.mapping.run.threads = options.threads;
  SearchResult result = search(of.architecture, row.layer, search_options);
  if (best_mapping(result) == nullptr) row.yaml.fail(std::string(why_none(result)));
  return result;
}

/// The first table: ours beside published.
ValidationTable published_table(const LayersCase& of, const ValidationOptions& options) {
  ValidationTable table = of.table;
  for (std::size_t r = 0; r < of.layers.size(); ++r) {
    const CaseLayer& row = of.layers[r];
    const Mapping mapping =
        row.mapping ? *row.mapping : *best_mapping(best_of(of, row, row.objective, options));
    const LayerCost cost = evaluate(of.architecture, row.layer, mapping);
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      table.columns[c].cells[r].ours =
          measure(of.measurements[c], {of.architecture, row.layer, mapping, cost});
    }
    if (options.progress) {
      options.progress(static_cast<double>(r + 1) / static_cast<double>(of.layers.size()));
    }
  }
  add_totals(table);
  return table;
}

bool is_no_worse(const LayerCost& a, const LayerCost& b) {
  constexpr double kSlack = 1.0 + kRounding;
  return a.latency.total.count() <= kSlack * b.latency.total.count() &&
         a.energy.total.count() <= kSlack * b.energy.total.count();
}

/// Of the front, the point of least EDP among those neither slower nor costlier than `published`;
/// where there is none, the one of least EDP.
ParetoPoint free_choice(const SearchResult& result, const LayerCost& published) {
  const auto edp = [](const ParetoPoint& point) {
    return objective_value(Objective::Edp, point.cost.latency.total, point.cost.energy.total);
  };
  const ParetoPoint* chosen = nullptr;
  for (const ParetoPoint& point : front(result)) {
    if (!is_no_worse(point.cost, published)) continue;
    if (chosen == nullptr || edp(point) < edp(*chosen)) chosen = &point;
  }
  return chosen != nullptr ? *chosen : ParetoPoint{*best_mapping(result), *cost(result)};
}

std::string mapping_line(const Mapping& mapping, const Layer& layer,
                         const Architecture& architecture) {
  const auto parameters = row_stationary_of(mapping, layer, architecture);
  return parameters ? text(*parameters) : nest_line(mapping, architecture);
}

/// The second table: one mapping of the space neither slower nor costlier than the published one.
ValidationTable free_table(const LayersCase& of, const ValidationOptions& options) {
  ValidationTable table;
  table.title = "With the mapper free";
  table.ours = "free mapping";
  table.published = "published mapping";
  const Tolerance no_more{Tolerance::Kind::NoMore, 0.0};
  table.columns = {{"latency", "ms", no_more, {}, true, {}, {}},
                   {"energy", "uJ", no_more, {}, true, {}, {}}};
  for (std::size_t r = 0; r < of.layers.size(); ++r) {
    const CaseLayer& row = of.layers[r];
    if (!row.mapping) continue;
    const LayerCost published = evaluate(of.architecture, row.layer, *row.mapping);
    const ParetoPoint free = free_choice(best_of(of, row, Objective::Pareto, options), published);
    table.rows.push_back(of.table.rows[r]);
    table.columns[0].cells.push_back({nearest_milliseconds(free.cost.time).count(),
                                      nearest_milliseconds(published.time).count()});
    table.columns[1].cells.push_back(
        {microjoules(free.cost.energy.total).count(), microjoules(published.energy.total).count()});
    table.notes.push_back(fmt::format("{}: {} (published: {})", of.table.rows[r],
                                      mapping_line(free.mapping, row.layer, of.architecture),
                                      mapping_line(*row.mapping, row.layer, of.architecture)));
    if (options.progress) {
      options.progress(static_cast<double>(r + 1) / static_cast<double>(of.layers.size()));
    }
  }
  add_totals(table);
  return table;
}

/// The keys of case.yaml but those that every kind has.
void read_keys(YamlMap& map, const fs::path& folder, LayersCase& made) {
  made.architecture = read_architecture_of(map.at("architecture"), folder);
  made.table.title = "On " + made.architecture.name;
  made.table.compared = {made.architecture.family, made.architecture.name, {}};
  for (const YamlNode& layer : map.at("layers").list()) add_layer(layer, made);
  std::vector<std::string> names;
  for (const YamlNode& quantity : map.at("quantities").list()) {
    MeasuredColumn column = read_measured_column(quantity, made.architecture);
    check_new(quantity, column.column.name, names);
    names.push_back(column.column.name);
    made.measurements.push_back(std::move(column.measurement));
    made.table.columns.push_back(std::move(column.column));
  }
  if (made.layers.empty()) map.at("layers").fail("expected at least one layer");
  if (names.empty()) map.at("quantities").fail("expected at least one quantity");
  if (const auto factors = map.find("factors")) {
    made.factors = at_place_of(*factors, [&] { return parse_factors_or_auto(factors->text()); });
  }
  const auto free = map.find("free");
  if (!free || !free->boolean()) return;
  made.comparison = Comparison::FreeMapping;
  if (std::none_of(made.layers.begin(), made.layers.end(),
                   [](const CaseLayer& row) { return row.mapping.has_value(); })) {
    free->fail("no layer has a published mapping to compare with; leave it out");
  }
}

}  // namespace

ValidationRun read_layers_case(YamlMap& map, const fs::path& folder) {
  const auto made = std::make_shared<LayersCase>();
  read_keys(map, folder, *made);
  const auto total = map.find("published_total");
  const TotalRow total_row = total && total->boolean() ? TotalRow::Last : TotalRow::None;
  fill_published(load_published(folder / "published.csv"), total_row, made->table);
  return [made](const ValidationOptions& options) {
    std::vector<ValidationTable> tables{published_table(*made, options)};
    if (made->comparison == Comparison::FreeMapping) tables.push_back(free_table(*made, options));
    return tables;
  };
}

}  // namespace tilewise
