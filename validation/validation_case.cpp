#include "validation/validation_case.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text_table.hpp"
#include "base/yaml.hpp"
#include "validation/validation_area.hpp"
#include "validation/validation_device.hpp"
#include "validation/validation_engines.hpp"
#include "validation/validation_fpga.hpp"
#include "validation/validation_fused.hpp"
#include "validation/validation_gemmini.hpp"
#include "validation/validation_layers.hpp"
#include "validation/validation_measured.hpp"
#include "validation/validation_nvdla.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

/// What a kind is called in case.yaml, and what reads its own keys.
struct Kind {
  std::string_view name;
  ValidationRun (*read)(YamlMap& map, const fs::path& folder);
};
constexpr std::array kKinds{Kind{"layers", read_layers_case},
                            Kind{"device", read_device_case},
                            Kind{"measured_layers", read_measured_layers_case},
                            Kind{"fpga_resources", read_fpga_resources_case},
                            Kind{"engine_designs", read_engine_designs_case},
                            Kind{"area", read_area_case},
                            Kind{"fused_layers", read_fused_layers_case},
                            Kind{"nvdla_layers", read_nvdla_layers_case},
                            Kind{"gemmini_runs", read_gemmini_runs_case}};

bool is_case(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "case.yaml", ignored);
}

/// The numbers of a column, if any, as points of hardware.
void add_points(const std::string& network, const std::optional<EvidenceColumn>& wanted,
                ComparedQuantity quantity, const ValidationTable& table,
                std::vector<ComparedPoint>& points) {
  if (!wanted) return;
  const auto column =
      std::find_if(table.columns.begin(), table.columns.end(),
                   [&](const ValidationColumn& each) { return each.name == wanted->name; });
  if (column == table.columns.end()) {
    throw InputError(
        fmt::format("evidence: column {}: the case has none of that name", wanted->name));
  }
  const ComparedDesign& about = table.compared;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const NumberPair& cell = column->cells[r];
    if (!cell.ours || !cell.published) continue;
    points.push_back({about.family, about.design, network,
                      about.kinds.empty() ? LayerKind::Other : about.kinds[r], quantity,
                      wanted->basis, *cell.ours, *cell.published});
  }
}

std::string verdict(const ValidationResult& result, const ValidationTally& sum) {
  if (sum.outside > 0) return "OUTSIDE";
  const std::string why = skipped(result);
  return why.empty() ? "within tolerance" : "skipped: " + why;
}

}  // namespace

ValidationCase load_validation_case(const fs::path& folder) {
  YamlMap map = YamlNode::load_file(folder / "case.yaml").map();
  ValidationCase result;
  result.name = fs::absolute(folder / "case.yaml").lexically_normal().parent_path().filename();
  result.title = map.at("title").text();
  result.source = map.at("source").text();
  std::vector<std::string> kinds;
  for (const Kind& kind : kKinds) kinds.emplace_back(kind.name);
  const Kind& kind = kKinds[map.at("kind").one_of(kinds)];
  result.kind = kind.name;
  result.run = kind.read(map, folder);
  if (const auto key = map.find("evidence")) result.evidence = read_evidence_key(*key);
  map.done();
  return result;
}

std::vector<std::string> validation_case_names() {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(validation_folder(), ignored)) {
    if (is_case(entry.path())) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

fs::path find_validation_case(const std::string& name) {
  const std::vector<std::string> names = validation_case_names();
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    return validation_folder() / name;
  }
  if (is_case(name)) return name;
  throw InputError(fmt::format(
      "{}: no validation case of that name, and no folder with a case.yaml; there are: {}", name,
      names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

ValidationResult run_validation(const ValidationCase& of, const ValidationOptions& options) {
  ValidationResult result{of.name, of.title, of.source, of.run(options), {}};
  for (const ValidationTable& table : result.tables) {
    result.points.insert(result.points.end(), table.points.begin(), table.points.end());
  }
  if (of.evidence) {
    const EvidenceKey& key = *of.evidence;
    const ValidationTable& table = result.tables.front();
    add_points(key.network, key.latency, ComparedQuantity::Latency, table, result.points);
    add_points(key.network, key.energy, ComparedQuantity::Energy, table, result.points);
  }
  return result;
}

ValidationTally tally(const ValidationResult& result) {
  ValidationTally sum;
  for (const ValidationTable& table : result.tables) {
    const ValidationTally one = tally(table);
    sum.checked += one.checked;
    sum.outside += one.outside;
  }
  return sum;
}

std::string skipped(const ValidationResult& result) {
  for (const ValidationTable& table : result.tables) {
    if (!table.skipped.empty()) return table.skipped;
  }
  return "";
}

std::string validation_text(const ValidationResult& result) {
  std::string text = fmt::format("{}: {}\nsource: {}\n", result.name, result.title, result.source);
  for (const ValidationTable& table : result.tables) text += "\n" + validation_text(table);
  return text;
}

std::string validation_summary(const std::vector<ValidationResult>& results) {
  std::vector<std::vector<std::string>> rows{{"case", "numbers", "outside", "verdict"}};
  for (const ValidationResult& result : results) {
    const ValidationTally sum = tally(result);
    rows.push_back({result.name, std::to_string(sum.checked), std::to_string(sum.outside),
                    verdict(result, sum)});
  }
  return text_table(rows);
}

}  // namespace tilewise
