#include "validation/validation_area.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "arch/architecture_yaml.hpp"
#include "arch/area.hpp"
#include "arch/yaml_words.hpp"
#include "base/unit_table.hpp"
#include "validation/published_table.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

struct AreaCase {
  std::vector<SquareMillimeters> areas;  ///< ours, one a row
  std::vector<double> units;             ///< of each column, in mm2
  ValidationTable table;                 ///< the published side is there
};

/// A part of `chip`: one instance of a memory or compute unit, or a sum over the chip.
SquareMillimeters area_of(const YamlNode& yaml, const ChipArea& chip) {
  const std::string wanted = yaml.text();
  if (wanted == "all") return chip.total();
  if (wanted == "memories") return chip.memories;
  std::vector<std::string> places{"all", "memories"};
  for (const ChipPart& part : chip.parts) {
    if (part.place == wanted) return part.area * (1.0 / static_cast<double>(part.instances));
    places.push_back(part.place);
  }
  yaml.fail(fmt::format("no part named {}; there are: {}", wanted, fmt::join(places, ", ")));
}

/// A file beside case.yaml, or a shipped architecture.
Architecture read_row_architecture(const YamlNode& yaml, const fs::path& folder) {
  const std::string name = yaml.text();
  const fs::path beside = folder / (name + ".yaml");
  return at_place_of(yaml, [&] {
    std::error_code ignored;
    return find_architecture(fs::is_regular_file(beside, ignored) ? beside.string() : name);
  });
}

void add_row(const YamlNode& yaml, const fs::path& folder, AreaCase& made) {
  YamlMap map = yaml.map();
  const std::string name = map.at("name").text();
  const Architecture architecture = read_row_architecture(map.at("architecture"), folder);
  made.areas.push_back(area_of(map.at("part"), chip_area(architecture)));
  if (const auto note = map.find("note")) {
    made.table.notes.push_back(fmt::format("{}: {}", name, note->text()));
  }
  map.done();
  const auto& rows = made.table.rows;
  if (std::find(rows.begin(), rows.end(), name) != rows.end()) {
    yaml.fail(fmt::format("the name {} is there twice; change one", name));
  }
  made.table.rows.push_back(name);
}

void add_quantity(const YamlNode& yaml, AreaCase& made) {
  YamlMap map = yaml.map();
  ValidationColumn column = read_validation_column(map);
  const YamlNode unit = map.at("unit");
  column.unit = unit.text();
  unit.one_of({"mm2", "um2"});
  made.units.push_back(*unit_factor(UnitKind::Area, unit.text(), "mm2"));
  if (const auto most = map.find("no_more")) {
    if (most->boolean()) column.tolerance = Tolerance{Tolerance::Kind::NoMore};
  }
  map.done();
  column.adds_up = false;
  for (const ValidationColumn& other : made.table.columns) {
    if (other.name == column.name) yaml.fail("the name is there twice; change one");
  }
  made.table.columns.push_back(std::move(column));
}

/// Ours over published, row by row: the parts differ by factors, which a share hides.
std::string ratios(const ValidationTable& table) {
  std::vector<std::string> each;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const NumberPair& cell = table.columns[0].cells[r];
    each.push_back(fmt::format("{} {:.2f}", table.rows[r], *cell.ours / *cell.published));
  }
  return fmt::format("ours / published: {}", fmt::join(each, ", "));
}

/// A quantity as a table of its own, with the rows that have a published number: the quantities
/// are of different kinds of parts.
ValidationTable table_of(const AreaCase& made, std::size_t column) {
  ValidationTable table;
  table.title = fmt::format("Area: {}", made.table.columns[column].name);
  table.row = made.table.row;
  table.columns = {made.table.columns[column]};
  table.columns[0].cells.clear();
  for (std::size_t r = 0; r < made.areas.size(); ++r) {
    NumberPair cell = made.table.columns[column].cells[r];
    if (!cell.published) continue;
    cell.ours = made.areas[r].count() / made.units[column];
    table.rows.push_back(made.table.rows[r]);
    table.columns[0].cells.push_back(cell);
  }
  table.notes = {ratios(table)};
  return table;
}

}  // namespace

ValidationRun read_area_case(YamlMap& map, const fs::path& folder) {
  const auto made = std::make_shared<AreaCase>();
  made->table.title = "Area of parts";
  made->table.row = "part";
  for (const YamlNode& part : map.at("parts").list()) add_row(part, folder, *made);
  for (const YamlNode& quantity : map.at("quantities").list()) add_quantity(quantity, *made);
  if (made->areas.empty()) map.at("parts").fail("expected at least one part");
  if (made->units.empty()) map.at("quantities").fail("expected at least one quantity");
  fill_published(load_published(folder / "published.csv"), TotalRow::None, made->table);
  return [made](const ValidationOptions& options) {
    std::vector<ValidationTable> tables;
    for (std::size_t c = 0; c < made->units.size(); ++c) tables.push_back(table_of(*made, c));
    tables.back().notes.insert(tables.back().notes.end(), made->table.notes.begin(),
                               made->table.notes.end());
    if (options.progress) options.progress(1.0);
    return tables;
  };
}

}  // namespace tilewise
