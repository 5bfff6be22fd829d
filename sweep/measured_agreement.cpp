#include "sweep/measured_agreement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>

#include "base/parallel.hpp"
#include "sweep/cost_metric.hpp"
#include "sweep/quantile.hpp"
#include "sweep/rank_correlation.hpp"

namespace tilewise {

Pairing pairing_of(std::span<const double> ours, const Measurements::Values& measured) {
  Pairing pairing;
  for (std::size_t row = 0; row < measured.size(); ++row) {
    if (!measured[row]) continue;
    pairing.ours.push_back(ours[row]);
    pairing.measured.push_back(*measured[row]);
  }
  return pairing;
}

std::optional<Calibration> calibrate(std::span<const double> ours,
                                     std::span<const double> measured) {
  assert(ours.size() == measured.size());
  std::vector<double> log_ratios;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (ours[i] <= 0.0) return std::nullopt;
    log_ratios.push_back(std::log(measured[i]) - std::log(ours[i]));
  }
  if (log_ratios.empty()) return std::nullopt;
  std::sort(log_ratios.begin(), log_ratios.end());
  const double middle = median_of_sorted(log_ratios);
  std::vector<double> errors;
  for (const double each : log_ratios) errors.push_back(std::abs(each - middle));
  std::sort(errors.begin(), errors.end());
  return Calibration{std::exp(middle), std::expm1(median_of_sorted(errors)),
                     std::expm1(ninth_decile_of_sorted(errors))};
}

std::vector<Estimate> estimates_of(const DatasetCosts& costs, CostMetric metric) {
  std::vector<Estimate> estimates;
  for (const DeviceCosts& device : costs.devices) {
    estimates.push_back({device.device, std::string(unit(metric)),
                         fmt::format("{}_{}", column_word(device.device), column_name(metric)),
                         values_of(device, metric)});
  }
  estimates.push_back({"MACs", {}, "macs", costs.macs});
  estimates.push_back({"parameters", {}, "params", costs.parameters});
  return estimates;
}

std::vector<ColumnAgreement> agreements_of(const DatasetCosts& costs,
                                           const std::vector<MeasuredSeries>& columns,
                                           const std::vector<Measurements::Values>& measured,
                                           int threads) {
  assert(columns.size() == measured.size());
  std::vector<ColumnAgreement> agreements;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto known = std::count_if(measured[c].begin(), measured[c].end(),
                                     [](const auto& value) { return value.has_value(); });
    if (known == 0) continue;
    const std::vector<Estimate> estimates = estimates_of(costs, columns[c].metric);
    ColumnAgreement& found = agreements.emplace_back();
    found.column = c;
    found.candidates = static_cast<std::size_t>(known);
    found.estimates.resize(estimates.size());
    parallel_for(static_cast<std::int64_t>(estimates.size()), threads, [&](std::int64_t i) {
      const auto e = static_cast<std::size_t>(i);
      const Pairing pairing = pairing_of(estimates[e].values, measured[c]);
      found.estimates[e] = {kendall_tau_b(pairing.ours, pairing.measured),
                            spearman_rho(pairing.ours, pairing.measured),
                            calibrate(pairing.ours, pairing.measured)};
    });
  }
  return agreements;
}

}  // namespace tilewise
