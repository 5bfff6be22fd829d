#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text_table.hpp"
#include "report/analysis_report.hpp"

namespace tilewise {
namespace {

using Cells = std::vector<std::string>;
using Table = std::vector<Cells>;

constexpr std::size_t kShownPoints = 10;  // of a front

std::string cost_cell(double value) { return fmt::format("{:.5g}", value); }

std::string cell_or_dash(const std::optional<double>& value, int decimals) {
  return value ? fmt::format("{:.{}f}", *value, decimals) : "-";
}

std::string metric_title(CostMetric metric) {
  return fmt::format("{} [{}]", name(metric), unit(metric));
}

/// Variables have a number, so that columns stay narrow however many devices there are.
std::string matrix_text(const Correlations& correlations, const Correlations::Matrix& matrix) {
  Table rows{{""}};
  for (std::size_t a = 0; a < matrix.size(); ++a) {
    rows.front().push_back(fmt::format("({})", a + 1));
    Cells row{fmt::format("({}) {}", a + 1, correlations.variables[a].label)};
    for (const auto& cell : matrix[a]) row.push_back(cell_or_dash(cell, 4));
    rows.push_back(std::move(row));
  }
  return text_table(rows);
}

/// Index, accuracy where there are some, and the architecture of a row.
void add_architecture(Cells& cells, const DatasetAnalysis& dataset, std::size_t row) {
  if (!dataset.accuracies.empty()) cells.push_back(cell_or_dash(dataset.accuracies[row], 2));
  cells.push_back(fmt::format("{}", dataset.costs.indices[row]));
  cells.push_back(dataset.costs.architectures[row]);
}

void add_architecture_titles(Cells& cells, const DatasetAnalysis& dataset) {
  if (!dataset.accuracies.empty()) cells.emplace_back("accuracy");
  cells.emplace_back("index");
  cells.emplace_back("architecture");
}

std::string rankings_text(const DatasetAnalysis& dataset, const std::string& of) {
  Table rows{{"device", "metric", "rank", "cost"}};
  add_architecture_titles(rows.front(), dataset);
  for (const Ranking& ranking : dataset.rankings) {
    const DeviceCosts& device = dataset.costs.devices[ranking.device];
    for (std::size_t i = 0; i < ranking.rows.size(); ++i) {
      const std::size_t row = ranking.rows[i];
      rows.push_back({device.device, metric_title(ranking.metric), fmt::format("{}", i + 1),
                      cost_cell(values_of(device, ranking.metric)[row])});
      add_architecture(rows.back(), dataset, row);
    }
  }
  return fmt::format("Best of {}\n{}\n", of, text_table(rows));
}

std::string regret_text(const DatasetAnalysis& dataset, const RegretMatrix& regret,
                        const std::string& of) {
  Table rows{{"best of", "index"}};
  for (const DeviceCosts& device : dataset.costs.devices) {
    rows.front().push_back(fmt::format("on {} [%]", device.device));
  }
  for (std::size_t d = 0; d < regret.best.size(); ++d) {
    Cells row{dataset.costs.devices[d].device,
              fmt::format("{}", dataset.costs.indices[regret.best[d]])};
    for (const auto& cell : regret.percent[d]) row.push_back(cell_or_dash(cell, 2));
    rows.push_back(std::move(row));
  }
  return fmt::format("Regret in {}: how much more than the least of {}\n{}\n", name(regret.metric),
                     of, text_table(rows));
}

/// At most kShownPoints of the rows, evenly spread, both ends among them.
std::vector<std::size_t> shown_rows(const std::vector<std::size_t>& rows) {
  if (rows.size() <= kShownPoints) return rows;
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < kShownPoints; ++i) {
    shown.push_back(rows[i * (rows.size() - 1) / (kShownPoints - 1)]);
  }
  return shown;
}

std::string count_text(const Front& front) {
  const std::size_t size = front.rows.size();
  std::string all = fmt::format("{} architecture{}", size, size == 1 ? "" : "s");
  if (size <= kShownPoints) return all;
  return fmt::format("{}, {} shown (--out and --json have all)", all, kShownPoints);
}

std::string latency_energy_text(const DatasetAnalysis& dataset, const Front& front,
                                const std::string& of) {
  const DeviceCosts& device = dataset.costs.devices[front.device];
  Table rows{{"latency [ms]", "energy [mJ]"}};
  add_architecture_titles(rows.front(), dataset);
  for (const std::size_t row : shown_rows(front.rows)) {
    rows.push_back({cost_cell(device.latency_ms[row]), cost_cell(device.energy_mj[row])});
    add_architecture(rows.back(), dataset, row);
  }
  return fmt::format("Latency-energy front of {} among {}: {}\n{}\n", device.device, of,
                     count_text(front), text_table(rows));
}

std::string accuracy_text(const DatasetAnalysis& dataset, const Front& front) {
  const DeviceCosts& device = dataset.costs.devices[front.device];
  Table rows{{metric_title(front.metric)}};
  add_architecture_titles(rows.front(), dataset);
  for (const std::size_t row : shown_rows(front.rows)) {
    rows.push_back({cost_cell(values_of(device, front.metric)[row])});
    add_architecture(rows.back(), dataset, row);
  }
  return fmt::format("Accuracy-{} front of {}: {}\n{}\n", name(front.metric), device.device,
                     count_text(front), text_table(rows));
}

Cells agreement_row(const Estimate& estimate, const Agreement& agreement) {
  const auto& calibration = agreement.calibration;
  Cells row{with_unit(estimate.name, estimate.unit), cell_or_dash(agreement.kendall_tau_b, 3),
            cell_or_dash(agreement.spearman_rho, 3)};
  if (!calibration) {
    row.insert(row.end(), 3, "-");
    return row;
  }
  row.push_back(fmt::format("{:.4g}", calibration->scale));
  row.push_back(fmt::format("{:.1f}", 100.0 * calibration->median_error));
  row.push_back(fmt::format("{:.1f}", 100.0 * calibration->ninth_decile_error));
  return row;
}

/// The measured columns of a data set, one below the other: no line is long.
std::string measured_text(const DatasetAnalysis& dataset,
                          const std::vector<MeasuredSeries>& columns) {
  std::string text =
      "Measured against ours: Kendall tau-b, Spearman rho; measured = scale x ours, by\n"
      "the scale that leaves as many candidates above as below; then half of them, and\n"
      "nine in ten, are within so many percent (25 %: a factor of 1.25 either way)\n\n";
  for (const ColumnAgreement& found : dataset.agreements) {
    const MeasuredSeries& column = columns[found.column];
    const std::vector<Estimate> estimates = estimates_of(dataset.costs, column.metric);
    Table rows{{fmt::format("{} of", name(column.metric)), "tau-b", "rho", "scale",
                "half within [%]", "90 % within [%]"}};
    for (std::size_t e = 0; e < estimates.size(); ++e) {
      rows.push_back(agreement_row(estimates[e], found.estimates[e]));
    }
    text += fmt::format("{}: {} candidate{}\n{}\n", with_unit(column.name, column.unit),
                        found.candidates, found.candidates == 1 ? "" : "s", text_table(rows));
  }
  if (dataset.agreements.empty()) {
    text += fmt::format("no candidate of {} was measured\n\n", dataset.costs.dataset);
  }
  return text;
}

std::string accuracies_text(const DatasetAnalysis& dataset) {
  const auto known = std::count_if(dataset.accuracies.begin(), dataset.accuracies.end(),
                                   [](const auto& each) { return each.has_value(); });
  std::string text =
      fmt::format("Accuracies of {} of {} architectures\n", known, dataset.accuracies.size());
  for (const Front& front : dataset.accuracy_fronts) text += accuracy_text(dataset, front);
  return text;
}

/// "all 15625 architectures", "the 12 architectures of 30000000 MACs or more".
std::string candidates_text(const DatasetAnalysis& dataset, const Floors& floors) {
  Cells floor;
  if (floors.accuracy) floor.push_back(fmt::format("accuracy {} or more", *floors.accuracy));
  if (floors.macs) floor.push_back(fmt::format("{:.0f} MACs or more", *floors.macs));
  if (floor.empty()) return fmt::format("all {} architectures", dataset.candidates);
  return fmt::format("the {} architectures of {}", dataset.candidates, fmt::join(floor, " and "));
}

/// Whether one architecture is the best of all devices.
bool agrees(const RegretMatrix& regret) {
  return std::all_of(regret.best.begin(), regret.best.end(),
                     [&](std::size_t best) { return best == regret.best.front(); });
}

std::string dataset_text(const DatasetAnalysis& dataset, const Floors& floors) {
  const std::string of = candidates_text(dataset, floors);
  std::string text = fmt::format("# {}: {} architectures\n\n", dataset.costs.dataset,
                                 dataset.costs.indices.size());
  text += fmt::format("Kendall tau-b\n{}\n",
                      matrix_text(dataset.correlations, dataset.correlations.kendall_tau_b));
  text += fmt::format("Pearson r\n{}\n",
                      matrix_text(dataset.correlations, dataset.correlations.pearson_r));
  text += rankings_text(dataset, of);
  for (const RegretMatrix& regret : dataset.regrets) text += regret_text(dataset, regret, of);
  if (dataset.costs.devices.size() > 1 &&
      std::all_of(dataset.regrets.begin(), dataset.regrets.end(), agrees)) {
    text +=
        "note: one architecture is best everywhere; --min-macs or --min-accuracy say what it must "
        "reach\n\n";
  }
  for (const Front& front : dataset.latency_energy) text += latency_energy_text(dataset, front, of);
  if (!dataset.accuracies.empty()) text += accuracies_text(dataset);
  return text;
}

}  // namespace

std::string with_unit(const std::string& name, const std::string& unit) {
  return unit.empty() ? name : fmt::format("{} [{}]", name, unit);
}

std::string analysis_text(const Analysis& analysis) {
  std::string text;
  if (analysis.accuracies_of_every_dataset && analysis.datasets.size() > 1) {
    text +=
        "note: the accuracy file has no column dataset; its accuracies stand for every data "
        "set\n\n";
  }
  if (analysis.measured_of_every_dataset && analysis.datasets.size() > 1) {
    text +=
        "note: the file of measurements has no column dataset; they stand for every data set\n\n";
  }
  for (const DatasetAnalysis& dataset : analysis.datasets) {
    text += dataset_text(dataset, analysis.floors);
    if (!analysis.measured_columns.empty()) {
      text += measured_text(dataset, analysis.measured_columns);
    }
  }
  text.pop_back();  // the empty line at the end
  return text;
}

}  // namespace tilewise
