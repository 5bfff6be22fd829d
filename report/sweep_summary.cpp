#include "report/sweep_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/csv.hpp"
#include "base/text_table.hpp"
#include "base/yaml.hpp"
#include "sweep/cost_table.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;
using Cells = std::vector<std::string>;

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

std::string summary_csv(const SweepColumns& sweep) {
  std::vector<Cells> rows{{"dataset", "device", "architectures"}};
  for (const char* metric : {"latency_ms", "energy_mJ"}) {
    for (const char* which : {"least", "median", "most", "index_0"}) {
      rows[0].push_back(fmt::format("{}_{}", which, metric));
    }
  }
  for (const SweepColumn& column : sweep.columns) {
    Cells row{column.dataset, column.device, fmt::format("{}", column.latency_ms.size())};
    for (const std::vector<double>* values : {&column.latency_ms, &column.energy_mj}) {
      const Spread spread = spread_of(*values);
      for (const double value : {spread.least, spread.median, spread.most, spread.first}) {
        row.push_back(fmt::format("{}", value));
      }
    }
    rows.push_back(std::move(row));
  }
  return csv_table(rows);
}

std::vector<SweepColumn> read_columns(const std::filesystem::path& path) {
  std::vector<SweepColumn> columns;
  for (DatasetCosts& costs : read_cost_table(path)) {
    for (DeviceCosts& device : costs.devices) {
      columns.push_back({costs.dataset, std::move(device.device), std::move(device.latency_ms),
                         std::move(device.energy_mj)});
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

std::string summary_text(const SweepColumns& sweep) {
  std::vector<Cells> rows{{"dataset", "device", "latency [ms]: least", "median", "most", "index 0",
                           "energy [mJ]: least", "median", "most", "index 0"}};
  for (const SweepColumn& column : sweep.columns) {
    Cells row{column.dataset, column.device};
    add_spread(row, spread_of(column.latency_ms));
    add_spread(row, spread_of(column.energy_mj));
    rows.push_back(std::move(row));
  }
  return text_table(rows) + "\n" + phases_text(sweep.phases);
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

}  // namespace

SweepColumns sweep_columns(const SweepResult& result) {
  SweepColumns sweep{{}, result.phases};
  const std::size_t targets = result.targets.size();
  for (std::size_t r = 0; r < result.rows.size(); ++r) {
    const SweepRow& row = result.rows[r];
    if (r == 0 || row.dataset != result.rows[r - 1].dataset) {
      for (const SweepTarget& target : result.targets) {
        sweep.columns.push_back({row.dataset, target.name, {}, {}});
      }
    }
    for (std::size_t t = 0; t < targets; ++t) {
      SweepColumn& column = sweep.columns[sweep.columns.size() - targets + t];
      column.latency_ms.push_back(row.costs[t].latency.count());
      column.energy_mj.push_back(row.costs[t].energy.count());
    }
  }
  return sweep;
}

SweepColumns read_sweep(const std::filesystem::path& folder) {
  return {read_columns(folder / "costs.csv"), read_phases(folder / "run.yaml")};
}

std::string phases_text(const std::vector<PhaseTime>& times) {
  std::vector<Cells> phases{{"phase", "time [s]"}};
  double total = 0.0;
  for (const PhaseTime& phase : times) {
    phases.push_back({phase.phase, fmt::format("{:.3f}", phase.seconds)});
    total += phase.seconds;
  }
  phases.push_back({"total", fmt::format("{:.3f}", total)});
  return text_table(phases);
}

Report sweep_report(const SweepColumns& sweep) {
  return {[&] { return summary_text(sweep); }, [&] { return summary_json(sweep); },
          [&] { return summary_csv(sweep); }};
}

}  // namespace tilewise
