#include <fmt/format.h>

#include <iterator>
#include <optional>

#include "base/quote.hpp"
#include "report/agreement_plot.hpp"
#include "report/analysis_report.hpp"
#include "report/gnuplot.hpp"

namespace tilewise {
namespace {

std::string optional_cell(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

/// "index,arch_str" of a row.
std::string architecture_cells(const DatasetCosts& costs, std::size_t row) {
  return fmt::format("{},{}", costs.indices[row], csv_cell(costs.architectures[row]));
}

std::string accuracy_cell(const DatasetAnalysis& dataset, std::size_t row) {
  return dataset.accuracies.empty() ? "" : optional_cell(dataset.accuracies[row]);
}

std::string correlations_csv(const Analysis& analysis) {
  std::string text = "dataset,first,second,kendall_tau_b,pearson_r\n";
  for (const DatasetAnalysis& dataset : analysis.datasets) {
    const Correlations& all = dataset.correlations;
    for (std::size_t a = 0; a < all.variables.size(); ++a) {
      for (std::size_t b = a + 1; b < all.variables.size(); ++b) {
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{}\n",
                       csv_cell(dataset.costs.dataset), csv_cell(all.variables[a].column),
                       csv_cell(all.variables[b].column), optional_cell(all.kendall_tau_b[a][b]),
                       optional_cell(all.pearson_r[a][b]));
      }
    }
  }
  return text;
}

std::string best_csv(const Analysis& analysis) {
  std::string text = "dataset,device,metric,rank,index,arch_str,cost,accuracy\n";
  for (const DatasetAnalysis& dataset : analysis.datasets) {
    for (const Ranking& ranking : dataset.rankings) {
      const DeviceCosts& device = dataset.costs.devices[ranking.device];
      for (std::size_t i = 0; i < ranking.rows.size(); ++i) {
        const std::size_t row = ranking.rows[i];
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{}\n",
                       csv_cell(dataset.costs.dataset), csv_cell(device.device),
                       column_name(ranking.metric), i + 1, architecture_cells(dataset.costs, row),
                       values_of(device, ranking.metric)[row], accuracy_cell(dataset, row));
      }
    }
  }
  return text;
}

std::string regrets_csv(const Analysis& analysis) {
  std::string text = "dataset,metric,best_of,used_on,index,cost,least,regret_percent\n";
  for (const DatasetAnalysis& dataset : analysis.datasets) {
    const auto& devices = dataset.costs.devices;
    for (const RegretMatrix& regret : dataset.regrets) {
      for (std::size_t of = 0; of < devices.size(); ++of) {
        for (std::size_t on = 0; on < devices.size(); ++on) {
          const std::vector<double>& values = values_of(devices[on], regret.metric);
          fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{}\n",
                         csv_cell(dataset.costs.dataset), column_name(regret.metric),
                         csv_cell(devices[of].device), csv_cell(devices[on].device),
                         dataset.costs.indices[regret.best[of]], values[regret.best[of]],
                         values[regret.best[on]], optional_cell(regret.percent[of][on]));
        }
      }
    }
  }
  return text;
}

std::string latency_energy_csv(const Analysis& analysis) {
  std::string text = "dataset,device,index,arch_str,latency_ms,energy_mJ,accuracy\n";
  for (const DatasetAnalysis& dataset : analysis.datasets) {
    for (const Front& front : dataset.latency_energy) {
      const DeviceCosts& device = dataset.costs.devices[front.device];
      for (const std::size_t row : front.rows) {
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}\n",
                       csv_cell(dataset.costs.dataset), csv_cell(device.device),
                       architecture_cells(dataset.costs, row), device.latency_ms[row],
                       device.energy_mj[row], accuracy_cell(dataset, row));
      }
    }
  }
  return text;
}

std::string accuracy_csv(const Analysis& analysis) {
  std::string text = "dataset,device,metric,index,arch_str,cost,accuracy\n";
  for (const DatasetAnalysis& dataset : analysis.datasets) {
    for (const Front& front : dataset.accuracy_fronts) {
      const DeviceCosts& device = dataset.costs.devices[front.device];
      for (const std::size_t row : front.rows) {
        fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}\n",
                       csv_cell(dataset.costs.dataset), csv_cell(device.device),
                       column_name(front.metric), architecture_cells(dataset.costs, row),
                       values_of(device, front.metric)[row], accuracy_cell(dataset, row));
      }
    }
  }
  return text;
}

std::string measured_csv(const Analysis& analysis) {
  std::string text =
      "dataset,measured,ours,candidates,kendall_tau_b,spearman_rho,scale,median_error_percent,"
      "p90_error_percent\n";
  for (const DatasetAnalysis& dataset : analysis.datasets) {
    for (const ColumnAgreement& found : dataset.agreements) {
      const MeasuredSeries& column = analysis.measured_columns[found.column];
      const std::vector<Estimate> estimates = estimates_of(dataset.costs, column.metric);
      for (std::size_t e = 0; e < estimates.size(); ++e) {
        const Agreement& agreement = found.estimates[e];
        const auto& calibration = agreement.calibration;
        fmt::format_to(
            std::back_inserter(text), "{},{},{},{},{},{},{}\n", csv_cell(dataset.costs.dataset),
            csv_cell(column.name), csv_cell(estimates[e].column), found.candidates,
            optional_cell(agreement.kendall_tau_b), optional_cell(agreement.spearman_rho),
            calibration
                ? fmt::format("{},{},{}", calibration->scale, 100.0 * calibration->median_error,
                              100.0 * calibration->ninth_decile_error)
                : ",,");
      }
    }
  }
  return text;
}

}  // namespace

std::vector<NamedText> analysis_files(const Analysis& analysis) {
  std::vector<NamedText> files{{kAnalysisFiles[0], correlations_csv(analysis)},
                               {kAnalysisFiles[1], best_csv(analysis)},
                               {kAnalysisFiles[2], latency_energy_csv(analysis)},
                               {kAnalysisFiles[6], regrets_csv(analysis)}};
  for (const DatasetAnalysis& dataset : analysis.datasets) {
    if (dataset.accuracies.empty()) continue;
    files.push_back({kAnalysisFiles[3], accuracy_csv(analysis)});
    break;
  }
  if (!analysis.measured_columns.empty()) {
    files.push_back({kAnalysisFiles[4], measured_csv(analysis)});
  }
  return files;
}

std::optional<std::string> add_agreement_plot(const Analysis& analysis,
                                              std::vector<NamedText>& files) {
  if (analysis.measured_columns.empty()) return std::nullopt;
  return draw_or_tell([&] { files.push_back({kAnalysisFiles[5], agreement_svg(analysis)}); });
}

Report analysis_report(const Analysis& analysis) {
  return {[&] { return analysis_text(analysis); }, [&] { return analysis_json(analysis); },
          [&] { return best_csv(analysis); }};
}

}  // namespace tilewise
