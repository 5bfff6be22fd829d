#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/output.hpp"
#include "app/progress.hpp"
#include "app/thread_option.hpp"
#include "base/file.hpp"
#include "report/exploration_files.hpp"
#include "report/exploration_summary.hpp"
#include "space/exploration.hpp"
#include "space/phase_time.hpp"
#include "space/result_store.hpp"
#include "space/study.hpp"

namespace tilewise {
namespace {

constexpr int kInterrupted = 130;  ///< what a shell says of a command that Ctrl-C ended

struct ExploreCommand {
  std::string study;
  std::string folder;
  std::string store;
  int threads = 0;
  bool json = false;
};

/// "1234 of 10400 configurations, 312 layers/s, 4 min left".
std::string progress_text(double done, double all, double layers, double seconds) {
  const double left = done > 0.0 ? (all - done) * seconds / done : 0.0;
  return fmt::format(
      "{:.0f} of {:.0f} configurations, {:.0f} layers/s, {} left", done, all, layers / seconds,
      left < 90.0 ? fmt::format("{:.0f} s", left) : fmt::format("{:.0f} min", left / 60.0));
}

bool run_waves(Exploration& exploration, int threads) {
  const InterruptGuard guard;
  ProgressBar bar;
  const auto start = std::chrono::steady_clock::now();
  const auto all = static_cast<double>(exploration.configurations());
  ExploreOptions options;
  options.threads = threads;
  options.interrupted = InterruptGuard::interrupted;
  options.progress = [&](double done, std::int64_t layers) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    bar.show(progress_text(done, all, static_cast<double>(layers), took.count()), done / all);
  };
  return explore(exploration, options);
}

int run_explore(const ExploreCommand& given, const std::string& command) {
  check_exploration_folder(given.folder);
  ExplorationRun run{command, {}};
  Study study;
  time_phase(run.phases, "read the study",
             [&] { study = load_study(find_config("study", given.study)); });
  ResultStore store(given.store.empty() ? given.folder : given.store);
  Exploration exploration(study, store, given.threads);
  bool whole = false;
  time_phase(run.phases, "explore", [&] { whole = run_waves(exploration, given.threads); });
  if (!whole) {
    refuse(fmt::format("interrupted: {} of {} configurations are done; the same command goes on",
                       exploration.done(), exploration.configurations()));
    return kInterrupted;
  }
  write_exploration(study, exploration, run, given.threads, given.folder);
  print(given.json ? exploration_json(study, exploration) : exploration_text(study, exploration));
  return 0;
}

}  // namespace

void add_explore(CLI::App& app, const std::string& command_line, Action& action) {
  CLI::App* command =
      app.add_subcommand("explore", "Cost the configurations of a study and find the Pareto front");
  const auto given = std::make_shared<ExploreCommand>();
  command->add_option("STUDY", given->study, "the file of a study, or the name of a shipped one")
      ->required();
  command->add_option("--out", given->folder, "the folder for tables, plots and architectures")
      ->required();
  command->add_option("--store", given->store,
                      "the folder of results.sqlite, which studies may share; default: as --out");
  add_threads(*command, given->threads);
  command->add_flag("--json", given->json, "print the front as one JSON object");
  command->footer(
      "Example:\n"
      "  tilewise explore eyeriss_buffers --out out/eyeriss_buffers\n"
      "What is done is kept: the same command goes on where it was interrupted or killed.");
  command->callback([given, command_line, &action] {
    action = [given, command_line] { return run_explore(*given, command_line); };
  });
}

}  // namespace tilewise
