#include "report/metric_summary.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/csv.hpp"
#include "base/text_table.hpp"

namespace tilewise {
namespace {

using SummaryJson = nlohmann::ordered_json;
using SummaryRows = std::vector<std::vector<std::string>>;

SummaryRows summary_rows(const MetricSummary& summary) {
  SummaryRows rows{{"dataset", "device"}};
  for (const char* metric : {"latency [ms]: ", "energy [mJ]: "}) {
    for (const StatisticName& each : summary.statistics) {
      rows[0].push_back((&each == &summary.statistics.front() ? metric : "") + each.text);
    }
  }
  for (const MetricRow& row : summary.rows) {
    rows.push_back({row.dataset, row.device});
    for (const std::vector<double>* values : {&row.latency_ms, &row.energy_mj}) {
      for (const double value : *values) rows.back().push_back(fmt::format("{:.5g}", value));
    }
  }
  return rows;
}

std::string metric_csv(const MetricSummary& summary) {
  const bool counted = !summary.rows.empty() && summary.rows.front().architectures;
  SummaryRows rows{{"dataset", "device"}};
  if (counted) rows[0].push_back("architectures");
  for (const char* metric : {"latency_ms", "energy_mJ"}) {
    for (const StatisticName& each : summary.statistics) {
      rows[0].push_back(fmt::format("{}_{}", each.key, metric));
    }
  }
  for (const MetricRow& row : summary.rows) {
    rows.push_back({row.dataset, row.device});
    if (counted) rows.back().push_back(fmt::format("{}", row.architectures.value()));
    for (const std::vector<double>* values : {&row.latency_ms, &row.energy_mj}) {
      for (const double value : *values) rows.back().push_back(fmt::format("{}", value));
    }
  }
  return csv_table(rows);
}

/// Phase times, with their sum.
std::string phases_text(const std::vector<PhaseTime>& times) {
  SummaryRows phases{{"phase", "time [s]"}};
  double total = 0.0;
  for (const PhaseTime& phase : times) {
    phases.push_back({phase.phase, fmt::format("{:.3f}", phase.seconds)});
    total += phase.seconds;
  }
  phases.push_back({"total", fmt::format("{:.3f}", total)});
  return text_table(phases);
}

SummaryJson statistics_json(const MetricSummary& summary, const std::vector<double>& values) {
  SummaryJson json = SummaryJson::object();
  for (std::size_t i = 0; i < values.size(); ++i) json[summary.statistics[i].key] = values[i];
  return json;
}

std::string metric_json(const MetricSummary& summary) {
  SummaryJson columns = SummaryJson::array();
  for (const MetricRow& row : summary.rows) {
    SummaryJson column{{"dataset", row.dataset}, {"device", row.device}};
    if (row.architectures) column["architectures"] = *row.architectures;
    column["latency_ms"] = statistics_json(summary, row.latency_ms);
    column["energy_mJ"] = statistics_json(summary, row.energy_mj);
    columns.push_back(std::move(column));
  }
  SummaryJson phases = SummaryJson::array();
  for (const PhaseTime& phase : summary.phases) {
    phases.push_back({{"name", phase.phase}, {"seconds", phase.seconds}});
  }
  const SummaryJson json{{"columns", columns}, {"phases", phases}, {"notes", summary.notes}};
  return json.dump(2, ' ', false, SummaryJson::error_handler_t::replace) + "\n";
}

}  // namespace

Report metric_report(MetricSummary summary) {
  const auto shared = std::make_shared<const MetricSummary>(std::move(summary));
  return {[shared] {
            std::string text = text_table(summary_rows(*shared)) + "\n";
            for (const std::string& note : shared->notes) text += note + "\n";
            return text + (shared->notes.empty() ? "" : "\n") + phases_text(shared->phases);
          },
          [shared] { return metric_json(*shared); }, [shared] { return metric_csv(*shared); }};
}

}  // namespace tilewise
