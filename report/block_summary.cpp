#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "base/csv.hpp"
#include "base/text_table.hpp"
#include "report/sweep_summary.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;
using Cells = std::vector<std::string>;

/// What of one metric is shown.
struct Range {
  double fixed = 0.0;
  double least = 0.0;
  double first = 0.0;  ///< the first choice everywhere
  double most = 0.0;
};

Range range_of(const BlockMetric& metric, const BlockForm& form) {
  const std::vector<std::uint8_t> first(form.positions, 0);
  return {metric.fixed, least_total(metric), total(metric, first), most_total(metric)};
}

void add_range(Cells& row, const Range& range) {
  for (const double value : {range.fixed, range.least, range.first, range.most}) {
    row.push_back(fmt::format("{:.5g}", value));
  }
}

Json range_json(const Range& range, const BlockForm& form) {
  return {{"fixed", range.fixed},
          {"least", range.least},
          {"all_" + form.names.front(), range.first},
          {"most", range.most}};
}

std::string block_summary_text(const SweepResult& result, const BlockForm& form) {
  const std::string first = "all " + form.names.front();
  std::vector<Cells> rows{{"dataset", "device", "latency [ms]: fixed", "least", first, "most",
                           "energy [mJ]: fixed", "least", first, "most"}};
  for (const BlockTable& table : result.tables) {
    for (std::size_t t = 0; t < table.devices.size(); ++t) {
      Cells row{table.dataset, result.targets[t].name};
      add_range(row, range_of(table.devices[t].latency_ms, form));
      add_range(row, range_of(table.devices[t].energy_mj, form));
      rows.push_back(std::move(row));
    }
  }
  return text_table(rows) + "\n" + phases_text(result.phases);
}

std::string block_summary_json(const SweepResult& result, const BlockForm& form) {
  Json columns = Json::array();
  for (const BlockTable& table : result.tables) {
    for (std::size_t t = 0; t < table.devices.size(); ++t) {
      const BlockCosts& costs = table.devices[t];
      columns.push_back({{"dataset", table.dataset},
                         {"device", result.targets[t].name},
                         {"latency_ms", range_json(range_of(costs.latency_ms, form), form)},
                         {"energy_mJ", range_json(range_of(costs.energy_mj, form), form)}});
    }
  }
  Json phases = Json::array();
  for (const PhaseTime& phase : result.phases) {
    phases.push_back({{"name", phase.phase}, {"seconds", phase.seconds}});
  }
  const Json json{{"columns", columns}, {"phases", phases}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string block_summary_csv(const SweepResult& result, const BlockForm& form) {
  std::vector<Cells> rows{{"dataset", "device"}};
  for (const char* metric : {"latency_ms", "energy_mJ"}) {
    for (const std::string& which : {std::string("fixed"), std::string("least"),
                                     "all_" + form.names.front(), std::string("most")}) {
      rows[0].push_back(fmt::format("{}_{}", which, metric));
    }
  }
  for (const BlockTable& table : result.tables) {
    for (std::size_t t = 0; t < table.devices.size(); ++t) {
      Cells row{table.dataset, result.targets[t].name};
      for (const BlockMetric* metric :
           {&table.devices[t].latency_ms, &table.devices[t].energy_mj}) {
        const Range range = range_of(*metric, form);
        for (const double value : {range.fixed, range.least, range.first, range.most}) {
          row.push_back(fmt::format("{}", value));
        }
      }
      rows.push_back(std::move(row));
    }
  }
  return csv_table(rows);
}

}  // namespace

Report block_summary_report(const SweepResult& result, const BlockForm& form) {
  return {[&] { return block_summary_text(result, form); },
          [&] { return block_summary_json(result, form); },
          [&] { return block_summary_csv(result, form); }};
}

}  // namespace tilewise
