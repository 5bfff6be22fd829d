#include "report/sweep_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "arch/text_table.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/yaml.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;
using Cells = std::vector<std::string>;

constexpr std::string_view kLatency = "_latency_ms";
constexpr std::string_view kEnergy = "_energy_mJ";

/// What of one metric is shown.
struct Spread {
  double least = 0.0;
  double median = 0.0;
  double most = 0.0;
  double first = 0.0;  ///< index 0
};

Spread spread_of(std::vector<double> values) {
  if (values.empty()) return {};
  const double first = values.front();
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
  return {values.front(), median, values.back(), first};
}

void add_spread(Cells& row, const Spread& spread) {
  for (const double value : {spread.least, spread.median, spread.most, spread.first}) {
    row.push_back(fmt::format("{:.5g}", value));
  }
}

Json spread_json(const Spread& spread) {
  return {{"least", spread.least},
          {"median", spread.median},
          {"most", spread.most},
          {"index_0", spread.first}};
}

/// The cells of the CSV line at the front of `text`, which is taken off.
Cells take_line(std::string_view& text) {
  Cells cells(1);
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size() && (quoted || text[i] != '\n'); ++i) {
    const char c = text[i];
    if (c == '"') {
      const bool escaped = quoted && i + 1 < text.size() && text[i + 1] == '"';
      if (escaped) cells.back() += text[i++];
      if (!escaped) quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r' || quoted) {
      cells.back() += c;
    }
  }
  text.remove_prefix(std::min(i + 1, text.size()));
  return cells;
}

double number(const std::string& cell, const std::string& file, std::size_t line) {
  char* end = nullptr;
  const double value = std::strtod(cell.c_str(), &end);
  if (cell.empty() || *end != '\0' || !std::isfinite(value)) {
    throw InputError(fmt::format("{}:{}: expected a number, found \"{}\"", file, line, cell));
  }
  return value;
}

/// The devices of a header: those with a column of latency and, right after it, one of energy.
std::vector<std::pair<std::size_t, std::string>> devices_of(const Cells& header) {
  std::vector<std::pair<std::size_t, std::string>> devices;
  for (std::size_t i = 0; i + 1 < header.size(); ++i) {
    if (!header[i].ends_with(kLatency)) continue;
    const std::string device = header[i].substr(0, header[i].size() - kLatency.size());
    if (header[i + 1] == device + std::string(kEnergy)) devices.emplace_back(i, device);
  }
  return devices;
}

std::vector<SweepColumn> read_costs(const std::filesystem::path& path) {
  const std::string file = path.string();
  const std::string content = read_file(path);
  std::string_view text = content;
  const Cells header = take_line(text);
  const auto devices = devices_of(header);
  if (header.size() < 3 || header[0] != "index" || header[2] != "dataset" || devices.empty()) {
    throw InputError(fmt::format("{}:1: not the costs of a sweep; run tilewise sweep again", file));
  }
  std::vector<SweepColumn> columns;
  for (std::size_t line = 2; !text.empty(); ++line) {
    const Cells row = take_line(text);
    if (row.size() != header.size()) {
      throw InputError(
          fmt::format("{}:{}: expected {} cells, found {}", file, line, header.size(), row.size()));
    }
    if (columns.empty() || columns.back().dataset != row[2]) {
      for (const auto& [at, device] : devices) columns.push_back({row[2], device, {}, {}});
    }
    for (std::size_t d = 0; d < devices.size(); ++d) {
      SweepColumn& column = columns[columns.size() - devices.size() + d];
      column.latency_ms.push_back(number(row[devices[d].first], file, line));
      column.energy_mj.push_back(number(row[devices[d].first + 1], file, line));
    }
  }
  return columns;
}

std::vector<PhaseTime> read_phases(const std::filesystem::path& path) {
  std::vector<PhaseTime> phases;
  YamlMap run = YamlNode::load_file(path).map();
  for (const YamlNode& node : run.at("phases").list()) {
    YamlMap phase = node.map();
    phases.push_back({phase.at("name").text(), phase.at("seconds").number()});
  }
  return phases;
}

}  // namespace

SweepColumns sweep_columns(const SweepResult& result) {
  SweepColumns sweep{{}, result.phases};
  const std::size_t devices = result.devices.size();
  for (std::size_t r = 0; r < result.rows.size(); ++r) {
    const SweepRow& row = result.rows[r];
    if (r == 0 || row.dataset != result.rows[r - 1].dataset) {
      for (const Device& device : result.devices) {
        sweep.columns.push_back({std::string(name(row.dataset)), name(device), {}, {}});
      }
    }
    for (std::size_t d = 0; d < devices; ++d) {
      SweepColumn& column = sweep.columns[sweep.columns.size() - devices + d];
      column.latency_ms.push_back(row.latency_ms[d]);
      column.energy_mj.push_back(row.energy_mj[d]);
    }
  }
  return sweep;
}

SweepColumns read_sweep(const std::filesystem::path& folder) {
  return {read_costs(folder / "costs.csv"), read_phases(folder / "run.yaml")};
}

std::string summary_text(const SweepColumns& sweep) {
  std::vector<Cells> rows{{"dataset", "device", "latency [ms]: least", "median", "most", "index 0",
                           "energy [mJ]: least", "median", "most", "index 0"}};
  for (const SweepColumn& column : sweep.columns) {
    Cells row{column.dataset, column.device};
    add_spread(row, spread_of(column.latency_ms));
    add_spread(row, spread_of(column.energy_mj));
    rows.push_back(std::move(row));
  }
  std::vector<Cells> phases{{"phase", "time [s]"}};
  double total = 0.0;
  for (const PhaseTime& phase : sweep.phases) {
    phases.push_back({phase.phase, fmt::format("{:.3f}", phase.seconds)});
    total += phase.seconds;
  }
  phases.push_back({"total", fmt::format("{:.3f}", total)});
  return text_table(rows) + "\n" + text_table(phases);
}

std::string summary_json(const SweepColumns& sweep) {
  Json columns = Json::array();
  for (const SweepColumn& column : sweep.columns) {
    columns.push_back({{"dataset", column.dataset},
                       {"device", column.device},
                       {"architectures", column.latency_ms.size()},
                       {"latency_ms", spread_json(spread_of(column.latency_ms))},
                       {"energy_mJ", spread_json(spread_of(column.energy_mj))}});
  }
  Json phases = Json::array();
  for (const PhaseTime& phase : sweep.phases) {
    phases.push_back({{"name", phase.phase}, {"seconds", phase.seconds}});
  }
  const Json json{{"columns", columns}, {"phases", phases}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tilewise
