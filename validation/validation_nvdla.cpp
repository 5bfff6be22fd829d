#include "validation/validation_nvdla.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <system_error>
#include <variant>

#include "arch/architecture_yaml.hpp"
#include "arch/yaml_words.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "sim/engine/nvdla_engine.hpp"
#include "validation/published_table.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

/// What of a run a column gives.
struct RunMeasure {
  std::string_view name;
  std::string_view unit;
  double (*of)(const EngineRun& run);
};

template <Tensor kTensor>
double bytes_of(const EngineRun& run) {
  return in_bytes(Bits{run.off_chip_bits[kTensor]});
}

constexpr std::array kRunMeasures{
    RunMeasure{"cycles", "", [](const EngineRun& run) { return run.total.count(); }},
    RunMeasure{"input", "B", bytes_of<Tensor::Input>},
    RunMeasure{"weights", "B", bytes_of<Tensor::Weight>},
    RunMeasure{"output", "B", bytes_of<Tensor::Output>}};

/// A row: the layer, and the engine with the row's banks.
struct DividedLayer {
  NvdlaEngine engine;
  Layer layer;
};

struct NvdlaCase {
  std::vector<DividedLayer> rows;
  std::vector<RunMeasure> measures;  ///< one a column of `table`
  ValidationTable table;             ///< the published side is there
};

/// A file beside case.yaml, or as --arch takes it.
NvdlaEngine read_nvdla_engine(const YamlNode& yaml, const fs::path& folder) {
  const fs::path beside = folder / yaml.text();
  std::error_code ignored;
  const Hardware hardware = at_place_of(yaml, [&] {
    return read_hardware(YamlNode::load_file(
        fs::is_regular_file(beside, ignored) ? beside : find_config("arch", yaml.text())));
  });
  const auto* engine = std::get_if<NvdlaEngine>(&hardware);
  if (engine == nullptr) yaml.fail("expected an engine of family nvdla, such as nv_small");
  return *engine;
}

void add_divided_layer(const YamlNode& yaml, const NvdlaEngine& engine, NvdlaCase& made) {
  YamlMap map = yaml.map();
  const std::string name = map.at("name").text();
  DividedLayer row{engine, parse_layer(map.at("layer").map(), {.name = name})};
  row.engine.data_banks = map.at("data_banks").integer(1, engine.banks);
  row.engine.weight_banks = map.at("weight_banks").integer(1, engine.banks);
  at_place_of(yaml, [&] { check_engine(row.engine); });
  if (const auto note = map.find("note")) {
    made.table.notes.push_back(fmt::format("{}: {}", name, note->text()));
  }
  map.done();
  const auto& rows = made.table.rows;
  if (std::find(rows.begin(), rows.end(), name) != rows.end()) {
    yaml.fail(fmt::format("the name {} is there twice; change one", name));
  }
  made.table.compared.kinds.push_back(kind_of(row.layer));
  made.rows.push_back(std::move(row));
  made.table.rows.push_back(name);
}

void add_run_column(const YamlNode& yaml, NvdlaCase& made) {
  YamlMap map = yaml.map();
  std::vector<std::string> names;
  for (const RunMeasure& each : kRunMeasures) names.emplace_back(each.name);
  const RunMeasure& measure = kRunMeasures[map.at("measure").one_of(names)];
  ValidationColumn column = read_validation_column(map);
  column.unit = measure.unit;
  map.done();
  made.measures.push_back(measure);
  made.table.columns.push_back(std::move(column));
}

ValidationTable runs_beside_published(const NvdlaCase& of, const ValidationOptions& options) {
  ValidationTable table = of.table;
  for (std::size_t r = 0; r < of.rows.size(); ++r) {
    const EngineRun run = nvdla_run(of.rows[r].engine, of.rows[r].layer).run;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      table.columns[c].cells[r].ours = of.measures[c].of(run);
    }
    if (options.progress) {
      options.progress(static_cast<double>(r + 1) / static_cast<double>(of.rows.size()));
    }
  }
  add_totals(table);
  return table;
}

}  // namespace

ValidationRun read_nvdla_layers_case(YamlMap& map, const fs::path& folder) {
  const auto made = std::make_shared<NvdlaCase>();
  const NvdlaEngine engine = read_nvdla_engine(map.at("device"), folder);
  made->table.title = "On " + engine.name;
  made->table.compared = {engine.family, engine.name, {}};
  for (const YamlNode& row : map.at("rows").list()) add_divided_layer(row, engine, *made);
  for (const YamlNode& quantity : map.at("quantities").list()) add_run_column(quantity, *made);
  if (made->rows.empty()) map.at("rows").fail("expected at least one row");
  if (made->measures.empty()) map.at("quantities").fail("expected at least one quantity");
  if (const auto note = map.find("note")) made->table.notes.push_back(note->text());
  fill_published(load_published(folder / "published.csv"), TotalRow::None, made->table);
  return [made](const ValidationOptions& options) {
    return std::vector<ValidationTable>{runs_beside_published(*made, options)};
  };
}

}  // namespace tilewise
