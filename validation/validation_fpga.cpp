#include "validation/validation_fpga.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arch/energy/energy_tables.hpp"
#include "arch/family/fpga_engine_yaml.hpp"
#include "arch/fpga/fpga_engine_resources.hpp"
#include "arch/fpga/fpga_power.hpp"
#include "arch/yaml_words.hpp"
#include "base/units.hpp"
#include "validation/published_table.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostCells = 100'000'000;

/// A build: what it takes (ours by formula, or as published), and how it runs.
struct Build {
  std::string name;
  FpgaBoard board;
  Megahertz clock;
  FpgaResources used;
  bool computed = true;  ///< off: `used` is the published figure, which cannot be checked
  std::optional<GigabytesPerSecond> off_chip;  ///< empty: no power is computed
};

/// What a column holds of each build: a resource, or with none the power.
struct Measured {
  std::optional<FpgaResource> resource;
};

struct ResourcesCase {
  std::vector<Build> builds;
  std::vector<Measured> measured;  ///< one a column of `table`
  ValidationTable table;           ///< the published side is there
};

/// Published resources, for a power alone: {board: zc706, clock: 200 MHz, DSP: 739, ...}.
void read_given(const YamlNode& yaml, Build& build) {
  YamlMap map = yaml.map();
  const YamlNode board = map.at("board");
  build.board = at_place_of(board, [&] { return find_board(board.text()); });
  build.clock = map.at("clock").frequency();
  const auto count = [&](FpgaResource resource) {
    const auto found = map.find(name(resource));
    return found ? found->integer(0, kMostCells) : 0;
  };
  using enum FpgaResource;
  build.used = {count(Dsp), count(Bram18), count(Uram), count(Lut), count(Ff)};
  build.computed = false;
  map.done();
}

void read_engine(const YamlNode& yaml, Build& build) {
  FpgaEngineParameters p = read_fpga_engine(yaml);
  p.name = build.name;
  build.board = p.board;
  build.clock = p.clock;
  build.used = at_place_of(yaml, [&] { return resources(p); });
}

/// A rate by time: bits a cycle would depend on the clock.
GigabytesPerSecond read_rate(const YamlNode& yaml) {
  const Megahertz once{1.0};
  return GigabytesPerSecond{yaml.bandwidth(once) / per_cycle(GigabytesPerSecond{1.0}, once)};
}

void add_build(const YamlNode& yaml, ResourcesCase& made) {
  YamlMap map = yaml.map();
  Build build;
  build.name = map.at("name").text();
  if (const auto given = map.find("given")) {
    read_given(*given, build);
  } else {
    read_engine(map.at("engine"), build);
  }
  if (const auto rate = map.find("off_chip")) build.off_chip = read_rate(*rate);
  if (const auto note = map.find("note")) {
    made.table.notes.push_back(fmt::format("{}: {}", build.name, note->text()));
  }
  map.done();
  const auto& rows = made.table.rows;
  if (std::find(rows.begin(), rows.end(), build.name) != rows.end()) {
    yaml.fail(fmt::format("the name {} is there twice; change one", build.name));
  }
  made.table.rows.push_back(build.name);
  made.builds.push_back(std::move(build));
}

void add_quantity(const YamlNode& yaml, ResourcesCase& made) {
  YamlMap map = yaml.map();
  ValidationColumn column = read_validation_column(map);
  std::vector<std::string> measures{"power"};
  for (const FpgaResource each : all_of<FpgaResource>()) measures.emplace_back(name(each));
  const std::size_t chosen = map.at("measure").one_of(measures);
  map.done();
  column.adds_up = false;
  if (chosen == 0) column.unit = "W";
  for (const ValidationColumn& other : made.table.columns) {
    if (other.name == column.name) yaml.fail("the name is there twice; change one");
  }
  made.table.columns.push_back(std::move(column));
  made.measured.push_back({});
  if (chosen > 0) made.measured.back().resource = all_of<FpgaResource>()[chosen - 1];
}

/// Ours; none where nothing is computed.
std::optional<double> ours(const Measured& measured, const Build& build,
                           const EnergyTables& tables) {
  if (measured.resource) {
    if (!build.computed) return std::nullopt;
    return static_cast<double>(build.used.amount(*measured.resource));
  }
  if (!build.off_chip) return std::nullopt;
  const FpgaPower power =
      fpga_power(build.board, build.used, {build.clock, *build.off_chip}, tables.fpga, tables.dram);
  return watts(power.total()).count();
}

ValidationTable filled(const ResourcesCase& of, const ValidationOptions& options) {
  const EnergyTables& tables = load_energy_tables();
  ValidationTable table = of.table;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    for (std::size_t r = 0; r < of.builds.size(); ++r) {
      table.columns[c].cells[r].ours = ours(of.measured[c], of.builds[r], tables);
    }
  }
  if (options.progress) options.progress(1.0);
  return table;
}

}  // namespace

ValidationRun read_fpga_resources_case(YamlMap& map, const fs::path& folder) {
  const auto made = std::make_shared<ResourcesCase>();
  made->table.title = "Resources and whole-board power";
  made->table.row = "build";
  for (const YamlNode& build : map.at("builds").list()) add_build(build, *made);
  for (const YamlNode& quantity : map.at("quantities").list()) add_quantity(quantity, *made);
  if (made->builds.empty()) map.at("builds").fail("expected at least one build");
  if (made->measured.empty()) map.at("quantities").fail("expected at least one quantity");
  fill_published(load_published(folder / "published.csv"), TotalRow::None, made->table);
  return [made](const ValidationOptions& options) {
    return std::vector<ValidationTable>{filled(*made, options)};
  };
}

}  // namespace tilewise
