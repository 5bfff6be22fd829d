#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/busy_line.hpp"
#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "app/html_page.hpp"
#include "app/output.hpp"
#include "app/output_check.hpp"
#include "app/thread_option.hpp"
#include "base/enum_words.hpp"
#include "base/folder_lock.hpp"
#include "report/analysis_report.hpp"
#include "report/gnuplot.hpp"

namespace tilewise {
namespace {

struct AnalyzeArguments {
  std::string folder;
  std::string accuracy_file;
  std::string measured_file;
  std::string measured_metric;
  std::string out;
  std::string page;
  AnalysisOptions options;
  FormatOption format;
};

Analysis analysis_of(const AnalyzeArguments& arguments) {
  std::vector<DatasetCosts> sweep =
      read_cost_table(std::filesystem::path(arguments.folder) / "costs.csv");
  std::optional<Accuracies> accuracies;
  if (!arguments.accuracy_file.empty()) {
    accuracies = load_accuracies(arguments.accuracy_file, sweep);
  }
  std::optional<Measurements> measurements;
  if (!arguments.measured_file.empty()) {
    std::optional<CostMetric> metric;
    if (!arguments.measured_metric.empty()) {
      metric = parse_enum<CostMetric>(arguments.measured_metric, "--measured-metric");
    }
    measurements = load_measurements(arguments.measured_file, sweep, metric);
  }
  return analyze(std::move(sweep), std::move(accuracies), arguments.options,
                 std::move(measurements));
}

int run_analyze(const AnalyzeArguments& arguments) {
  const OutputNames names = output_names(kAnalysisFiles, "an analysis");
  refuse_input("--html", arguments.page, {arguments.accuracy_file, arguments.measured_file});
  std::optional<FolderLock> lock;
  if (!arguments.out.empty()) {
    for (const std::string_view file : kAnalysisFiles) {
      refuse_input("--out", (std::filesystem::path(arguments.out) / file).string(),
                   {arguments.accuracy_file, arguments.measured_file});
    }
    lock.emplace(arguments.out);
    check_folder(arguments.out, names);
  }
  if (!arguments.out.empty() && !arguments.measured_file.empty() && !gnuplot_found()) {
    complain("warning: " + no_gnuplot_text());
  }
  const Analysis analysis =
      while_busy("analyze " + arguments.folder, [&] { return analysis_of(arguments); });
  std::optional<std::string> warning;
  if (!arguments.out.empty()) {
    std::vector<NamedText> files = analysis_files(analysis);
    warning = add_agreement_plot(analysis, files);
    write_file_set(arguments.out, names, files, arguments.format.guard);
  }
  print(analysis_report(analysis), arguments.format);
  if (warning) complain("warning: " + *warning);
  write_page(arguments.page, {.folder = arguments.folder, .accuracy = arguments.accuracy_file});
  return 0;
}

}  // namespace

void add_analyze(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("analyze", "Compare devices and find the best architectures of a sweep");
  const auto arguments = std::make_shared<AnalyzeArguments>();
  command->add_option("DIR", arguments->folder, "the folder that tilewise sweep wrote")->required();
  CLI::Option* accuracy = command->add_option(
      "--accuracy", arguments->accuracy_file,
      "CSV file index,accuracy or dataset,index,accuracy; not all need be there");
  command
      ->add_option("--min-accuracy", arguments->options.floors.accuracy,
                   "what the best architectures must reach")
      ->needs(accuracy);
  command->add_option("--min-macs", arguments->options.floors.macs,
                      "MACs that the best architectures must have: they stand for accuracy");
  CLI::Option* measured = command->add_option(
      "--measured", arguments->measured_file,
      "CSV file index,COLUMN,... or dataset,index,COLUMN,... of latencies or energies that were "
      "measured elsewhere, in any unit; not all need be there");
  command
      ->add_option(
          "--measured-metric", arguments->measured_metric,
          "what columns are whose names do not tell (_ms, _mJ, ...): latency (the default) "
          "or energy")
      ->needs(measured);
  command->add_option("--best", arguments->options.best, "how many best architectures to list")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--out", arguments->out,
                      "a folder for the tables as CSV files, and the plot of --measured");
  add_html(*command, arguments->page);
  add_threads(*command, arguments->options.threads);
  add_format(*command, arguments->format);
  command->footer(
      "Example:\n"
      "  tilewise analyze out/nasbench201\n"
      "  tilewise analyze out/nasbench201 --accuracy accuracy.csv --min-accuracy 90 "
      "--out out/analysis\n"
      "  tilewise analyze out/nasbench201 --measured board.csv --out out/analysis");
  command->callback(
      [arguments, &action] { action = [arguments] { return run_analyze(*arguments); }; });
}

}  // namespace tilewise
