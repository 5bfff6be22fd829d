#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "api/tilewise.hpp"
#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "app/html_page.hpp"
#include "app/interrupt.hpp"
#include "app/network_argument.hpp"
#include "app/output.hpp"
#include "app/progress.hpp"
#include "app/thread_option.hpp"
#include "base/enum_words.hpp"
#include "report/exploration_summary.hpp"
#include "report/gnuplot.hpp"

namespace tilewise {
namespace {

struct ExploreCommand {
  ExploreRequest request;
  std::string schedule;  ///< empty: as the study says
  std::string orders;
  std::string page;
  FormatOption format;
};

/// "1234 of 10400 configurations, 312 layers/s, 4 min left".
std::string progress_text(double done, double all, double layers, double seconds) {
  const double left = done > 0.0 ? (all - done) * seconds / done : 0.0;
  return fmt::format(
      "{:.0f} of {:.0f} configurations, {:.0f} layers/s, {} left", done, all, layers / seconds,
      left < 90.0 ? fmt::format("{:.0f} s", left) : fmt::format("{:.0f} min", left / 60.0));
}

bool run_waves(StudyRun& run) {
  const InterruptGuard guard;
  ProgressBar bar;
  const auto start = std::chrono::steady_clock::now();
  const auto all = static_cast<double>(run.exploration().configurations());
  ExploreOptions options;
  options.threads = run.request().threads;
  options.interrupted = InterruptGuard::interrupted;
  options.progress = [&](double done, std::int64_t layers) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    bar.show(progress_text(done, all, static_cast<double>(layers), took.count()), done / all);
  };
  return run.explore(options);
}

/// The same for tilewise.study_search.command.
std::vector<std::string> explore_arguments(const ExploreCommand& given,
                                           const std::string& command) {
  const ExploreRequest& request = given.request;
  std::vector<std::string> words{request.study,
                                 "--out",
                                 request.folder,
                                 "--as",
                                 command,
                                 "--threads",
                                 fmt::format("{}", request.threads),
                                 "--format",
                                 std::string(name(given.format.format))};
  const auto add = [&](const char* option, const std::string& word) {
    if (!word.empty()) words.insert(words.end(), {option, word});
  };
  add("--store", request.store);
  add("--schedule", given.schedule);
  add("--orders", given.orders);
  add("--html", given.page);
  add("--csv-guard", given.format.guard == CsvGuard::On ? "" : "off");
  return words;
}

int run_explore(ExploreCommand given, const std::string& command) {
  if (!given.schedule.empty()) {
    given.request.schedule = parse_enum<ScheduleKind>(given.schedule, "--schedule");
  }
  if (!given.orders.empty()) given.request.orders = parse_enum<Orders>(given.orders, "--orders");
  given.request.guard = given.format.guard;
  StudyRun run(given.request);
  if (run.study().search) return search_study(explore_arguments(given, command));
  for (const StudyWorkload& workload : run.study().workloads) print_warnings(workload.warnings);
  const bool plots = run.study().objectives.size() > 1;
  if (plots && !gnuplot_found()) complain("warning: " + no_gnuplot_text());
  if (!run_waves(run)) {
    refuse(fmt::format("interrupted: {} of {} configurations are done; the same command goes on",
                       run.exploration().done(), run.exploration().configurations()));
    return InterruptGuard::exit_code();
  }
  const auto warning = run.write(command);
  print(exploration_report(run.study(), run.exploration()), given.format);
  if (warning) complain("warning: " + *warning);
  write_page(given.page, {.folder = given.request.folder});
  return 0;
}

}  // namespace

void add_explore(CLI::App& app, const std::string& command_line, Action& action) {
  CLI::App* command =
      app.add_subcommand("explore", "Cost the configurations of a study and find the Pareto front");
  const auto given = std::make_shared<ExploreCommand>();
  command
      ->add_option("STUDY", given->request.study,
                   "the file of a study, or the name of a shipped one")
      ->required();
  command
      ->add_option("--out", given->request.folder, "the folder for tables, plots and architectures")
      ->required();
  command->add_option("--store", given->request.store,
                      "the folder of results.sqlite, which studies may share; default: as --out");
  command->add_option(
      "--schedule", given->schedule,
      "what stays on chip between layers: " + schedule_list() + "; default: as the study says");
  command->add_option("--orders", given->orders,
                      "of the layers in a schedule: given, or all in which each comes after those "
                      "that it reads; default: as the study says");
  add_threads(*command, given->request.threads);
  add_html(*command, given->page);
  add_format(*command, given->format);
  command->footer(
      "Example:\n"
      "  tilewise explore eyeriss_buffers --out out/eyeriss_buffers\n"
      "  tilewise explore study.yaml --schedule best --out out/study\n"
      "What is done is kept: the same command goes on where it was interrupted or killed.\n"
      "A study with `search` runs what a method proposes (docs/explore.md; needs the Python "
      "package).");
  command->callback([given, command_line, &action] {
    action = [given, command_line] { return run_explore(*given, command_line); };
  });
}

}  // namespace tilewise
