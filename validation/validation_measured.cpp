#include "validation/validation_measured.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "arch/yaml_words.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/units.hpp"
#include "sweep/quantile.hpp"
#include "sweep/target.hpp"
#include "validation/measured_layers.hpp"
#include "validation/published_table.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAllDesigns = "all";

/// The limits of the errors of one design, as shares.
struct ErrorLimits {
  double median = 0.0;
  double mean = 0.0;
  double ninth_decile = 0.0;
};

struct MeasuredCase {
  std::vector<std::string> data;  ///< tables, below the reference folder
  std::vector<std::string> types;
  Basis basis = Basis::Structural;  ///< of all designs
  std::vector<std::pair<std::string, Device>> designs;
  ErrorLimits limits;
  std::string note;  ///< printed below the errors
};

/// The tables that are there, in one, and the names of those that are not.
struct MeasuredTables {
  std::vector<MeasuredLayer> layers;
  std::vector<std::string> missing;
};

/// A measured layer with the time of ours.
struct Compared {
  const MeasuredLayer* measured = nullptr;
  Microseconds ours;

  double error() const { return ours / measured->time - 1.0; }
};

double read_share(const YamlNode& yaml) {
  const Tolerance tolerance = read_tolerance(yaml);
  if (tolerance.kind != Tolerance::Kind::Relative) yaml.fail("expected a share such as 2 %");
  return tolerance.amount;
}

ErrorLimits read_limits(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  const ErrorLimits limits{read_share(map.at("median")), read_share(map.at("mean")),
                           read_share(map.at("ninth_decile"))};
  map.done();
  return limits;
}

Device read_design(const YamlNode& yaml, const fs::path& folder) {
  const fs::path beside = folder / yaml.text();
  std::error_code ignored;
  if (fs::is_regular_file(beside, ignored)) return load_device(beside);
  return at_place_of(yaml, [&] { return find_device(yaml.text()); });
}

/// The layers of each network, of a name once: what was measured on any design.
std::map<std::string, std::vector<Layer>> networks_of(const std::vector<MeasuredLayer>& measured) {
  std::map<std::string, std::vector<Layer>> networks;
  std::set<std::pair<std::string, std::string>> seen;
  for (const MeasuredLayer& each : measured) {
    if (!seen.emplace(each.network, each.layer.name).second) continue;
    networks[each.network].push_back(each.layer);
  }
  return networks;
}

/// Each design while each network runs on it, by design and network.
class NetworkDevices {
 public:
  NetworkDevices(const MeasuredCase& of, const std::vector<MeasuredLayer>& measured) {
    const auto networks = networks_of(measured);
    for (const auto& [design, device] : of.designs) {
      for (const auto& [network, layers] : networks) {
        devices_.emplace(std::pair(design, network), in_network(device, layers));
      }
    }
  }

  /// Null for a design that the case does not name.
  const Device* of(const MeasuredLayer& layer) const {
    const auto at = devices_.find(std::pair(layer.design, layer.network));
    return at == devices_.end() ? nullptr : &at->second;
  }

 private:
  std::map<std::pair<std::string, std::string>, Device> devices_;
};

std::vector<Compared> compare(const MeasuredCase& of, const std::vector<MeasuredLayer>& measured,
                              const ValidationOptions& options) {
  const NetworkDevices devices(of, measured);
  std::vector<Compared> rows;
  for (const MeasuredLayer& layer : measured) {
    const Device* device = devices.of(layer);
    if (device == nullptr) continue;
    rows.push_back({&layer, (*cost(search(*device, layer.layer, {}))).time});
    if (options.progress) {
      options.progress(static_cast<double>(rows.size()) / static_cast<double>(measured.size()));
    }
  }
  return rows;
}

/// Sizes of the errors of one design, or of all, rising.
std::vector<double> errors_of(const std::vector<Compared>& rows, const std::string& design) {
  std::vector<double> errors;
  for (const Compared& row : rows) {
    if (design != kAllDesigns && row.measured->design != design) continue;
    errors.push_back(std::abs(row.error()));
  }
  std::sort(errors.begin(), errors.end());
  return errors;
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// "520 rows: 400 within 0.5 %, ..."
std::string distribution(const std::string& design, const std::vector<double>& sorted) {
  constexpr std::array kSteps{0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0};
  std::string text = fmt::format("{}, {} rows:", design, sorted.size());
  for (const double step : kSteps) {
    const auto within = std::upper_bound(sorted.begin(), sorted.end(), step / 100.0);
    text += fmt::format(" {} within {:g} %,", within - sorted.begin(), step);
  }
  return text + fmt::format(" the largest {:.2f} %", 100.0 * sorted.back());
}

std::string not_found(const std::vector<std::string>& missing) {
  return fmt::format("reference data not found: {} (TILEWISE_REFERENCE_DIR)",
                     fmt::join(missing, ", "));
}

/// The designs that have rows. One without is an error if all tables are there.
std::vector<std::string> measured_designs(const MeasuredCase& of, const std::vector<Compared>& rows,
                                          const std::vector<std::string>& missing) {
  std::vector<std::string> names;
  for (const auto& [design, device] : of.designs) {
    if (!errors_of(rows, design).empty()) {
      names.push_back(design);
    } else if (missing.empty()) {
      throw InputError(fmt::format("{}: no row of {}", fmt::join(of.data, ", "), design));
    }
  }
  if (names.size() > 1) names.emplace_back(kAllDesigns);
  return names;
}

/// Errors against the limits, a row a design and one of all.
ValidationTable error_table(const MeasuredCase& of, const std::vector<Compared>& rows,
                            const std::vector<std::string>& missing) {
  ValidationTable table;
  table.title = "Errors of the latency, without sign";
  table.row = "design";
  table.published = "limit";
  const Tolerance no_more{Tolerance::Kind::NoMore, 0.0};
  for (const char* name : {"median error", "mean error", "nine in ten within"}) {
    table.columns.push_back({name, "%", no_more, {}, false, {}, {}});
  }
  for (const std::string& design : measured_designs(of, rows, missing)) {
    const std::vector<double> errors = errors_of(rows, design);
    table.rows.push_back(design);
    const auto add = [&](std::size_t column, double ours, double limit) {
      table.columns[column].cells.push_back({100.0 * ours, 100.0 * limit});
    };
    add(0, median_of_sorted(errors), of.limits.median);
    add(1, mean(errors), of.limits.mean);
    add(2, ninth_decile_of_sorted(errors), of.limits.ninth_decile);
    table.notes.push_back(distribution(design, errors));
  }
  if (!missing.empty()) table.notes.push_back("without its designs: " + not_found(missing));
  if (!of.note.empty()) table.notes.push_back(of.note);
  return table;
}

/// Sums over the layers of each network and design: for the eye, without a limit.
ValidationTable sum_table(const std::vector<Compared>& rows) {
  std::map<std::string, NumberPair> sums;
  for (const Compared& row : rows) {
    NumberPair& sum = sums[fmt::format("{} {}", row.measured->design, row.measured->network)];
    sum.ours = sum.ours.value_or(0.0) + nearest_milliseconds(row.ours).count();
    sum.published = sum.published.value_or(0.0) + nearest_milliseconds(row.measured->time).count();
  }
  ValidationTable table;
  table.title = "Sums over these layers";
  table.row = "network";
  table.published = "measured";
  table.columns.push_back({"latency", "ms", {}, {}, false, {}, {}});
  for (const auto& [name, sum] : sums) {
    table.rows.push_back(name);
    table.columns.front().cells.push_back(sum);
  }
  return table;
}

/// The rows as points of the designs' own names.
std::vector<ComparedPoint> points_of(const MeasuredCase& of, const std::vector<Compared>& rows) {
  std::vector<ComparedPoint> points;
  for (const Compared& row : rows) {
    const auto design = std::find_if(of.designs.begin(), of.designs.end(), [&](const auto& each) {
      return each.first == row.measured->design;
    });
    const ComparedDesign about = compared_design(design->second);
    points.push_back({about.family, about.design, row.measured->network,
                      kind_of(row.measured->layer), ComparedQuantity::Latency, of.basis,
                      row.ours.count(), row.measured->time.count()});
  }
  return points;
}

MeasuredTables load_tables(const MeasuredCase& of) {
  MeasuredTables tables;
  for (const std::string& data : of.data) {
    const fs::path file = reference_folder() / data;
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
      tables.missing.push_back(data);
      continue;
    }
    for (MeasuredLayer& layer : load_measured_layers(file, of.types)) {
      tables.layers.push_back(std::move(layer));
    }
  }
  return tables;
}

std::vector<ValidationTable> tables_of(const MeasuredCase& of, const ValidationOptions& options) {
  const MeasuredTables tables = load_tables(of);
  if (tables.missing.size() == of.data.size()) {
    ValidationTable table;
    table.title = "Errors of the latency";
    table.skipped = not_found(tables.missing);
    return {table};
  }
  const std::vector<Compared> rows = compare(of, tables.layers, options);
  std::vector<ValidationTable> made{error_table(of, rows, tables.missing), sum_table(rows)};
  made.front().points = points_of(of, rows);
  return made;
}

/// The name of one table, or a list of them.
std::vector<std::string> read_tables(const YamlNode& yaml) {
  if (yaml.is_scalar()) return {yaml.text()};
  std::vector<std::string> tables = yaml.texts();
  if (tables.empty()) yaml.fail("expected at least one table");
  return tables;
}

}  // namespace

ValidationRun read_measured_layers_case(YamlMap& map, const fs::path& folder) {
  const auto made = std::make_shared<MeasuredCase>();
  made->data = read_tables(map.at("data"));
  for (const YamlNode& type : map.at("types").list()) {
    made->types.push_back(measured_types()[type.one_of(measured_types())]);
  }
  if (const auto basis = map.find("basis")) made->basis = basis->word_of<Basis>();
  if (made->types.empty()) map.at("types").fail("expected at least one type of layers");
  YamlMap designs = map.at("designs").map();
  for (const std::string& name : designs.keys()) {
    made->designs.emplace_back(name, read_design(designs.at(name), folder));
  }
  if (made->designs.empty()) map.at("designs").fail("expected at least one design");
  made->limits = read_limits(map.at("limits"));
  if (const auto note = map.find("note")) made->note = note->text();
  return [made](const ValidationOptions& options) { return tables_of(*made, options); };
}

}  // namespace tilewise
