#include "sweep/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <numeric>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "sweep/cost_metric.hpp"
#include "sweep/pareto_front.hpp"
#include "sweep/rank_correlation.hpp"

namespace tilewise {
namespace {

using Rows = std::vector<std::size_t>;

Correlations correlations_of(const DatasetCosts& costs, int threads) {
  Correlations result;
  std::vector<std::span<const double>> values{costs.macs, costs.parameters};
  result.variables = {{"MACs", "macs"}, {"parameters", "params"}};
  for (const DeviceCosts& device : costs.devices) {
    for (const CostMetric metric : all_of<CostMetric>()) {
      values.emplace_back(values_of(device, metric));
      result.variables.push_back(
          {fmt::format("{} {} [{}]", device.device, name(metric), unit(metric)),
           fmt::format("{}_{}", column_word(device.device), column_name(metric))});
    }
  }
  const std::size_t size = values.size();
  result.kendall_tau_b.resize(size, std::vector<std::optional<double>>(size));
  result.pearson_r = result.kendall_tau_b;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t b = a; b < size; ++b) pairs.emplace_back(a, b);
  }
  parallel_for(static_cast<std::int64_t>(pairs.size()), threads, [&](std::int64_t i) {
    const auto [a, b] = pairs[static_cast<std::size_t>(i)];
    result.kendall_tau_b[a][b] = result.kendall_tau_b[b][a] = kendall_tau_b(values[a], values[b]);
    result.pearson_r[a][b] = result.pearson_r[b][a] = pearson_r(values[a], values[b]);
  });
  return result;
}

/// The first `count` rows of `candidates` by rising cost, ties by the lower row.
Rows cheapest(const Rows& candidates, const std::vector<double>& costs, std::size_t count) {
  Rows rows = candidates;
  const auto end = rows.begin() + static_cast<std::ptrdiff_t>(std::min(count, rows.size()));
  std::partial_sort(rows.begin(), end, rows.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(costs[a], a) < std::pair(costs[b], b);
  });
  rows.erase(end, rows.end());
  return rows;
}

RegretMatrix regret_matrix(const DatasetCosts& costs, const Rows& candidates, CostMetric metric) {
  RegretMatrix matrix;
  matrix.metric = metric;
  for (const DeviceCosts& device : costs.devices) {
    matrix.best.push_back(cheapest(candidates, values_of(device, metric), 1).front());
  }
  for (const std::size_t best : matrix.best) {
    std::vector<std::optional<double>>& row = matrix.percent.emplace_back();
    for (std::size_t d = 0; d < costs.devices.size(); ++d) {
      const std::vector<double>& values = values_of(costs.devices[d], metric);
      const double least = values[matrix.best[d]];
      row.push_back(least > 0.0 ? std::optional(100.0 * (values[best] / least - 1.0))
                                : std::nullopt);
    }
  }
  return matrix;
}

/// The front of two costs over some rows.
Rows front_among(const Rows& rows, const std::vector<double>& first,
                 const std::vector<double>& second) {
  std::vector<double> a;
  std::vector<double> b;
  for (const std::size_t row : rows) {
    a.push_back(first[row]);
    b.push_back(second[row]);
  }
  Rows front;
  for (const std::size_t each : pareto_front(a, b)) front.push_back(rows[each]);
  return front;
}

/// Cost against accuracy over the rows that have one.
Rows accuracy_front(const std::vector<double>& costs,
                    const std::vector<std::optional<double>>& accuracies) {
  Rows known;
  std::vector<double> errors;  // to be made small
  for (std::size_t r = 0; r < accuracies.size(); ++r) {
    if (accuracies[r]) known.push_back(r);
    errors.push_back(-accuracies[r].value_or(0.0));
  }
  return front_among(known, costs, errors);
}

/// The rows that may be best.
Rows candidates_of(const DatasetAnalysis& analysis, const Floors& floors) {
  const auto reaches_accuracy = [&](std::size_t row) {
    return !floors.accuracy || (!analysis.accuracies.empty() && analysis.accuracies[row] &&
                                *analysis.accuracies[row] >= *floors.accuracy);
  };
  Rows rows;
  for (std::size_t r = 0; r < analysis.costs.indices.size(); ++r) {
    const bool reaches_macs = !floors.macs || analysis.costs.macs[r] >= *floors.macs;
    if (reaches_macs && reaches_accuracy(r)) rows.push_back(r);
  }
  if (rows.empty()) {
    const std::string floor = floors.macs && floors.accuracy ? "--min-accuracy and --min-macs"
                              : floors.macs                  ? "--min-macs"
                                                             : "--min-accuracy";
    throw InputError(fmt::format("{}: no architecture of {} reaches it; lower it", floor,
                                 analysis.costs.dataset));
  }
  return rows;
}

void analyze_dataset(DatasetAnalysis& analysis, const AnalysisOptions& options) {
  const DatasetCosts& costs = analysis.costs;
  const Rows candidates = candidates_of(analysis, options.floors);
  analysis.candidates = candidates.size();
  analysis.correlations = correlations_of(costs, options.threads);
  for (std::size_t d = 0; d < costs.devices.size(); ++d) {
    const DeviceCosts& device = costs.devices[d];
    analysis.latency_energy.push_back(
        {d, CostMetric::Latency, front_among(candidates, device.latency_ms, device.energy_mj)});
    for (const CostMetric metric : all_of<CostMetric>()) {
      const std::vector<double>& values = values_of(device, metric);
      analysis.rankings.push_back({d, metric, cheapest(candidates, values, options.best)});
      if (analysis.accuracies.empty()) continue;
      analysis.accuracy_fronts.push_back({d, metric, accuracy_front(values, analysis.accuracies)});
    }
  }
  for (const CostMetric metric : all_of<CostMetric>()) {
    analysis.regrets.push_back(regret_matrix(costs, candidates, metric));
  }
}

}  // namespace

Analysis analyze(std::vector<DatasetCosts> sweep, std::optional<Accuracies> accuracies,
                 const AnalysisOptions& options, std::optional<Measurements> measurements) {
  assert(!accuracies || accuracies->by_row.size() == sweep.size());
  assert(!measurements || measurements->by_dataset.size() == sweep.size());
  Analysis analysis;
  analysis.floors = options.floors;
  analysis.accuracies_of_every_dataset = accuracies && accuracies->for_every_dataset;
  analysis.measured_of_every_dataset = measurements && measurements->for_every_dataset;
  for (std::size_t d = 0; d < sweep.size(); ++d) {
    DatasetAnalysis& dataset = analysis.datasets.emplace_back();
    dataset.costs = std::move(sweep[d]);
    if (accuracies) dataset.accuracies = std::move(accuracies->by_row[d]);
    analyze_dataset(dataset, options);
    if (!measurements) continue;
    dataset.measured = std::move(measurements->by_dataset[d]);
    dataset.agreements =
        agreements_of(dataset.costs, measurements->columns, dataset.measured, options.threads);
  }
  if (measurements) analysis.measured_columns = std::move(measurements->columns);
  return analysis;
}

}  // namespace tilewise
