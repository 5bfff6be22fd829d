#include <nlohmann/json.hpp>
#include <optional>

#include "report/analysis_report.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::ordered_json;

Json optional_json(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json matrix_json(const std::vector<std::vector<std::optional<double>>>& matrix) {
  Json rows = Json::array();
  for (const auto& row : matrix) {
    Json cells = Json::array();
    for (const auto& cell : row) cells.push_back(optional_json(cell));
    rows.push_back(std::move(cells));
  }
  return rows;
}

/// An architecture on a device.
Json point_json(const DatasetAnalysis& dataset, const DeviceCosts& device, std::size_t row) {
  Json point{{"index", dataset.costs.indices[row]},
             {"arch_str", dataset.costs.architectures[row]},
             {"latency_ms", device.latency_ms[row]},
             {"energy_mJ", device.energy_mj[row]}};
  if (!dataset.accuracies.empty()) point["accuracy"] = optional_json(dataset.accuracies[row]);
  return point;
}

Json points_json(const DatasetAnalysis& dataset, std::size_t device,
                 const std::vector<std::size_t>& rows) {
  Json points = Json::array();
  for (const std::size_t row : rows) {
    points.push_back(point_json(dataset, dataset.costs.devices[device], row));
  }
  return points;
}

Json correlations_json(const Correlations& correlations) {
  Json variables = Json::array();
  for (const auto& variable : correlations.variables) variables.push_back(variable.column);
  return {{"variables", std::move(variables)},
          {"kendall_tau_b", matrix_json(correlations.kendall_tau_b)},
          {"pearson_r", matrix_json(correlations.pearson_r)}};
}

/// Rankings or fronts.
template <class List>
Json lists_json(const DatasetAnalysis& dataset, const std::vector<List>& lists) {
  Json all = Json::array();
  for (const List& list : lists) {
    all.push_back({{"device", dataset.costs.devices[list.device].device},
                   {"metric", column_name(list.metric)},
                   {"architectures", points_json(dataset, list.device, list.rows)}});
  }
  return all;
}

Json regrets_json(const DatasetAnalysis& dataset) {
  Json all = Json::array();
  for (const RegretMatrix& regret : dataset.regrets) {
    Json best = Json::array();
    for (const std::size_t row : regret.best) best.push_back(dataset.costs.indices[row]);
    all.push_back({{"metric", column_name(regret.metric)},
                   {"best_index", std::move(best)},
                   {"percent", matrix_json(regret.percent)}});
  }
  return all;
}

Json fronts_json(const DatasetAnalysis& dataset) {
  Json all = Json::array();
  for (const Front& front : dataset.latency_energy) {
    all.push_back({{"device", dataset.costs.devices[front.device].device},
                   {"architectures", points_json(dataset, front.device, front.rows)}});
  }
  return all;
}

Json agreement_json(const Agreement& agreement, const Estimate& estimate) {
  const auto& calibration = agreement.calibration;
  const auto percent = [&](double Calibration::*error) {
    return calibration ? Json(100.0 * (*calibration).*error) : Json(nullptr);
  };
  return {{"ours", estimate.column},
          {"kendall_tau_b", optional_json(agreement.kendall_tau_b)},
          {"spearman_rho", optional_json(agreement.spearman_rho)},
          {"scale", calibration ? Json(calibration->scale) : Json(nullptr)},
          {"median_error_percent", percent(&Calibration::median_error)},
          {"p90_error_percent", percent(&Calibration::ninth_decile_error)}};
}

Json measured_json(const DatasetAnalysis& dataset, const std::vector<MeasuredSeries>& columns) {
  Json all = Json::array();
  for (const ColumnAgreement& found : dataset.agreements) {
    const MeasuredSeries& column = columns[found.column];
    const std::vector<Estimate> estimates = estimates_of(dataset.costs, column.metric);
    Json agreements = Json::array();
    for (std::size_t e = 0; e < estimates.size(); ++e) {
      agreements.push_back(agreement_json(found.estimates[e], estimates[e]));
    }
    all.push_back({{"measured", column.name},
                   {"metric", column_name(column.metric)},
                   {"candidates", found.candidates},
                   {"agreements", std::move(agreements)}});
  }
  return all;
}

Json dataset_json(const DatasetAnalysis& dataset, const std::vector<MeasuredSeries>& columns) {
  Json devices = Json::array();
  for (const DeviceCosts& device : dataset.costs.devices) devices.push_back(device.device);
  Json json{{"dataset", dataset.costs.dataset},
            {"architectures", dataset.costs.indices.size()},
            {"candidates", dataset.candidates},
            {"devices", std::move(devices)},
            {"correlations", correlations_json(dataset.correlations)},
            {"best", lists_json(dataset, dataset.rankings)},
            {"regrets", regrets_json(dataset)},
            {"latency_energy_fronts", fronts_json(dataset)}};
  if (!dataset.accuracies.empty()) {
    json["accuracy_fronts"] = lists_json(dataset, dataset.accuracy_fronts);
  }
  if (!columns.empty()) json["measured"] = measured_json(dataset, columns);
  return json;
}

}  // namespace

std::string analysis_json(const Analysis& analysis) {
  Json datasets = Json::array();
  for (const DatasetAnalysis& dataset : analysis.datasets) {
    datasets.push_back(dataset_json(dataset, analysis.measured_columns));
  }
  const Json json{{"min_accuracy", optional_json(analysis.floors.accuracy)},
                  {"min_macs", optional_json(analysis.floors.macs)},
                  {"datasets", std::move(datasets)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tilewise
