#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "arch/text_table.hpp"
#include "report/fbnet_files.hpp"
#include "report/sweep_summary.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;
using Cells = std::vector<std::string>;

/// What of one metric is shown.
struct Range {
  double fixed = 0.0;
  double least = 0.0;
  double first = 0.0;  ///< k3_e1 everywhere
  double most = 0.0;
};

Range range_of(const FbnetMetric& metric) {
  return {metric.fixed, least_total(metric), total(metric, {}), most_total(metric)};
}

void add_range(Cells& row, const Range& range) {
  for (const double value : {range.fixed, range.least, range.first, range.most}) {
    row.push_back(fmt::format("{:.5g}", value));
  }
}

Json range_json(const Range& range) {
  return {{"fixed", range.fixed},
          {"least", range.least},
          {"all_k3_e1", range.first},
          {"most", range.most}};
}

}  // namespace

std::string fbnet_text(const FbnetSweep& space) {
  std::vector<Cells> rows{{"dataset", "device", "latency [ms]: fixed", "least", "all k3_e1", "most",
                           "energy [mJ]: fixed", "least", "all k3_e1", "most"}};
  for (const FbnetTable& table : space.tables) {
    for (std::size_t d = 0; d < table.devices.size(); ++d) {
      Cells row{std::string(name(table.dataset)), name(space.sweep.devices[d])};
      add_range(row, range_of(table.devices[d].latency_ms));
      add_range(row, range_of(table.devices[d].energy_mj));
      rows.push_back(std::move(row));
    }
  }
  return text_table(rows) + "\n" + phases_text(space.sweep.phases);
}

std::string fbnet_json(const FbnetSweep& space) {
  Json columns = Json::array();
  for (const FbnetTable& table : space.tables) {
    for (std::size_t d = 0; d < table.devices.size(); ++d) {
      columns.push_back({{"dataset", name(table.dataset)},
                         {"device", name(space.sweep.devices[d])},
                         {"latency_ms", range_json(range_of(table.devices[d].latency_ms))},
                         {"energy_mJ", range_json(range_of(table.devices[d].energy_mj))}});
    }
  }
  Json phases = Json::array();
  for (const PhaseTime& phase : space.sweep.phases) {
    phases.push_back({{"name", phase.phase}, {"seconds", phase.seconds}});
  }
  const Json json{{"columns", columns}, {"phases", phases}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tilewise
