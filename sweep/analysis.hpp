#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sweep/accuracy_file.hpp"
#include "sweep/cost_metric.hpp"
#include "sweep/cost_table.hpp"
#include "sweep/measured_agreement.hpp"
#include "sweep/measured_file.hpp"

namespace tilewise {

/// Of every two of the variables: MACs, parameters, then latency and energy of each device. Rows
/// and columns in that order; empty where a variable has one value only.
struct Correlations {
  using Matrix = std::vector<std::vector<std::optional<double>>>;
  struct Variable {
    std::string label;   ///< "eyeriss latency [ms]"
    std::string column;  ///< "eyeriss_latency_ms"
  };
  std::vector<Variable> variables;
  Matrix kendall_tau_b;
  Matrix pearson_r;
};

/// The cheapest architectures of one device, best first; rows of the data set. Ties go to the
/// first row.
struct Ranking {
  std::size_t device = 0;
  CostMetric metric = CostMetric::Latency;
  std::vector<std::size_t> rows;
};

/// What it costs to use the best architecture of one device on another.
struct RegretMatrix {
  CostMetric metric = CostMetric::Latency;
  std::vector<std::size_t> best;  ///< [device] row of the data set
  /// [best of this device][used on this device] how much more than the least there, in percent;
  /// empty where the least is zero.
  std::vector<std::vector<std::optional<double>>> percent;
};

/// Architectures that no other one beats; rows of the data set by rising first cost.
struct Front {
  std::size_t device = 0;
  CostMetric metric = CostMetric::Latency;
  std::vector<std::size_t> rows;
};

/// The analyses of one data set.
struct DatasetAnalysis {
  DatasetCosts costs;
  std::vector<std::optional<double>> accuracies;  ///< [row]; none at all without accuracy file
  std::size_t candidates = 0;  ///< architectures that may be best, or on latency_energy
  Correlations correlations;
  std::vector<Ranking> rankings;       ///< by device, then metric
  std::vector<RegretMatrix> regrets;   ///< by metric
  std::vector<Front> latency_energy;   ///< by device
  std::vector<Front> accuracy_fronts;  ///< by device, then metric: cost against accuracy, of all
  std::vector<Measurements::Values> measured;  ///< [column]; none at all without measurements
  std::vector<ColumnAgreement> agreements;     ///< of all architectures that were measured
};

/// What an architecture must reach to be a candidate for the best.
struct Floors {
  std::optional<double> accuracy = {};  ///< as the accuracies are given
  std::optional<double> macs = {};
};

struct Analysis {
  std::vector<DatasetAnalysis> datasets;
  Floors floors;
  bool accuracies_of_every_dataset = false;  ///< one list of accuracies for all data sets
  std::vector<MeasuredSeries> measured_columns;
  bool measured_of_every_dataset = false;  ///< one list of measurements for all data sets
};

struct AnalysisOptions {
  std::size_t best = 3;  ///< architectures in a ranking
  Floors floors = {};
  int threads = 0;  ///< 0: one a core; the results are the same for all
};

/// Throws InputError where no architecture reaches the floors.
Analysis analyze(std::vector<DatasetCosts> sweep, std::optional<Accuracies> accuracies,
                 const AnalysisOptions& options, std::optional<Measurements> measurements = {});

}  // namespace tilewise
