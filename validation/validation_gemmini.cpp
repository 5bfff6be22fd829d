#include "validation/validation_gemmini.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "arch/yaml_words.hpp"
#include "sim/engine/gemmini_cycles.hpp"
#include "sweep/rank_correlation.hpp"
#include "validation/published_table.hpp"

namespace tilewise {
namespace {

struct MappedRun {
  GemminiLayer layer;
  GemminiTiling tiling;
};

struct GemminiCase {
  std::vector<MappedRun> runs;
  ValidationTable table;
  double mean_limit = 0.0;  ///< of the error without sign, a share
  double rank_limit = 1.0;  ///< the least Spearman's rho
};

void read_run(const YamlNode& yaml, GemminiCase& made) {
  constexpr std::int64_t kMost = 1 << 16;
  YamlMap map = yaml.map();
  const std::string name = map.at("name").text();
  MappedRun run;
  run.layer.product = map.at("op").one_of({"convolution", "product"}) == 1;
  run.layer.channels = map.at("channels").integer(1, kMost);
  run.layer.outputs = map.at("outputs").integer(1, kMost);
  run.layer.columns = map.at("columns").integer(1, kMost);
  if (!run.layer.product) {
    run.layer.kernel = map.at("kernel").integer(1, run.layer.columns + 1);
    run.layer.stride = map.at("stride").integer(1, kMost);
  }
  const YamlNode mapping = map.at("mapping");
  run.tiling = at_place_of(mapping, [&] { return parse_gemmini_mapping(mapping.text()); });
  map.done();
  auto& rows = made.table.rows;
  if (std::find(rows.begin(), rows.end(), name) != rows.end()) {
    yaml.fail(fmt::format("the name {} is there twice; change one", name));
  }
  rows.push_back(name);
  made.runs.push_back(run);
}

/// All runs together against the limits.
ValidationTable errors_of_runs(const GemminiCase& of, const ValidationColumn& cycles) {
  std::vector<double> ours;
  std::vector<double> published;
  double errors = 0.0;
  for (const NumberPair& cell : cycles.cells) {
    ours.push_back(*cell.ours);
    published.push_back(*cell.published);
    errors += std::abs(*relative_error(cell));
  }
  ValidationTable table;
  table.title = "Errors of all runs, without sign";
  table.row = "runs";
  table.published = "limit";
  table.rows = {"all"};
  const Tolerance no_more{Tolerance::Kind::NoMore, 0.0};
  const double mean = errors / static_cast<double>(ours.size());
  // Cycles that are all the same rank nothing.
  const double rank = spearman_rho(ours, published).value_or(0.0);
  table.columns = {
      {"mean error", "%", no_more, {}, false, {{100.0 * mean, 100.0 * of.mean_limit}}, {}},
      {"1 - Spearman",
       "%",
       no_more,
       {},
       false,
       {{100.0 * (1.0 - rank), 100.0 * (1.0 - of.rank_limit)}},
       {}}};
  return table;
}

std::vector<ValidationTable> tables_of_runs(const GemminiCase& of,
                                            const ValidationOptions& options) {
  ValidationTable table = of.table;
  for (std::size_t r = 0; r < of.runs.size(); ++r) {
    table.columns[0].cells[r].ours = gemmini_cycles(of.runs[r].layer, of.runs[r].tiling).count();
    if (options.progress) {
      options.progress(static_cast<double>(r + 1) / static_cast<double>(of.runs.size()));
    }
  }
  return {table, errors_of_runs(of, table.columns[0])};
}

}  // namespace

ValidationRun read_gemmini_runs_case(YamlMap& map, const std::filesystem::path& folder) {
  const auto made = std::make_shared<GemminiCase>();
  made->table.title = "Cycles of given mappings";
  made->table.row = "run";
  for (const YamlNode& run : map.at("runs").list()) read_run(run, *made);
  constexpr std::size_t kLeastRuns = 2;  // of fewer there is no rank
  if (made->runs.size() < kLeastRuns) map.at("runs").fail("expected at least two runs");
  YamlMap limits = map.at("limits").map();
  const YamlNode mean = limits.at("mean");
  const Tolerance share = read_tolerance(mean);
  if (share.kind != Tolerance::Kind::Relative) mean.fail("expected a share such as 8 %");
  made->mean_limit = share.amount;
  made->rank_limit = limits.at("rank").number();
  limits.done();
  made->table.columns = {{"cycles", "", {}, {}, false, {}, {}}};
  const PublishedTable published = load_published(folder / "published.csv");
  fill_published(published, TotalRow::None, made->table);
  for (std::size_t r = 0; r < made->runs.size(); ++r) {
    const auto& cell = made->table.columns[0].cells[r].published;
    if (cell && *cell > 0.0) continue;
    map.at("runs").fail(
        fmt::format("{} has no cycles in published.csv; write them or leave the "
                    "run out",
                    made->table.rows[r]));
  }
  return [made](const ValidationOptions& options) { return tables_of_runs(*made, options); };
}

}  // namespace tilewise
