#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sweep/cost_table.hpp"
#include "sweep/measured_file.hpp"

namespace tilewise {

/// An estimate and a column over the candidates that were measured, in order of rows.
struct Pairing {
  std::vector<double> ours;
  std::vector<double> measured;
};
Pairing pairing_of(std::span<const double> ours, const Measurements::Values& measured);

/// measured = scale x ours, fitted to all candidates that are compared.
struct Calibration {
  /// Leaves as many candidates above as below: the logarithm of measured / (scale x ours) has the
  /// median 0.
  double scale = 1.0;
  /// Half of the candidates, and nine in ten, are at most so far off, either way, as a share: 0.25
  /// stands for a factor of 1.25, e^|log(measured / (scale x ours))| - 1.
  double median_error = 0.0;
  double ninth_decile_error = 0.0;
};
/// Empty where there is no candidate, or one of ours is not above 0; `measured` all are.
std::optional<Calibration> calibrate(std::span<const double> ours,
                                     std::span<const double> measured);

/// What of ours is held against measurements: the costs of a device, MACs, or parameters.
struct Estimate {
  std::string name;                ///< "eyeriss", "MACs"
  std::string unit;                ///< "ms"; empty: a count
  std::string column;              ///< of costs.csv: "eyeriss_latency_ms", "macs"
  std::span<const double> values;  ///< [row], of the costs that they were taken from
};
/// Each device, then MACs and parameters as baselines.
std::vector<Estimate> estimates_of(const DatasetCosts& costs, CostMetric metric);

/// How well one estimate agrees with one column; empty where it is undefined.
struct Agreement {
  std::optional<double> kendall_tau_b;
  std::optional<double> spearman_rho;
  std::optional<Calibration> calibration;
};

/// All estimates against one column, over the candidates that it has.
struct ColumnAgreement {
  std::size_t column = 0;  ///< of the measurements
  std::size_t candidates = 0;
  std::vector<Agreement> estimates;  ///< in order of estimates_of
};

/// Columns without a candidate of this data set are left out. The same for any number of threads.
std::vector<ColumnAgreement> agreements_of(const DatasetCosts& costs,
                                           const std::vector<MeasuredSeries>& columns,
                                           const std::vector<Measurements::Values>& measured,
                                           int threads);

}  // namespace tilewise
