#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/format.hpp"
#include "sweep/phase_time.hpp"

namespace tilewise {

/// One statistic of a metric: "index 0" in a table, "index_0" in JSON and CSV.
struct StatisticName {
  std::string text;
  std::string key;
};

/// What a sweep says of one data set and device.
struct MetricRow {
  std::string dataset;
  std::string device;
  std::optional<std::int64_t> architectures;  ///< JSON and CSV only
  std::vector<double> latency_ms;             ///< [statistic]
  std::vector<double> energy_mj;              ///< [statistic]
};

/// Statistics of latency and energy, and how long each phase of the work took.
struct MetricSummary {
  std::vector<StatisticName> statistics;
  std::vector<MetricRow> rows;
  std::vector<PhaseTime> phases;
  std::vector<std::string> notes = {};  ///< what hardware was compared, a line a device
};

/// A data set and device a row. CSV: without phase times.
Report metric_report(MetricSummary summary);

}  // namespace tilewise
