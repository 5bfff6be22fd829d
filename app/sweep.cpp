#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/output.hpp"
#include "app/progress.hpp"
#include "app/sweep_options.hpp"
#include "report/fbnet_files.hpp"
#include "report/sweep_files.hpp"
#include "report/sweep_summary.hpp"
#include "space/nasbench201_counts.hpp"
#include "space/natsbench_size.hpp"

namespace tilewise {
namespace {

constexpr const char* kDatasets = "cifar10, cifar100, ImageNet16-120";

struct SweepCommand {
  SweepArguments arguments;
  std::string folder;
  bool prune_dead = false;
  bool json = false;
};

/// The work of a sweep, with a bar for its progress.
template <class Work>
auto with_progress(SweepOptions& options, const Work& work) {
  ProgressBar bar;
  options.progress = [&bar](const std::string& phase, double share) { bar.show(phase, share); };
  return work();
}

int run_indexed(const IndexedSpace& space, const SweepCommand& given, const std::string& command) {
  SweepOptions options = sweep_options(given.arguments);
  check_sweep_folder(given.folder);
  const SweepResult result = with_progress(options, [&] { return sweep(space, options); });
  write_sweep(result, options, command, given.folder);
  const SweepColumns columns = sweep_columns(result);
  print(given.json ? summary_json(columns) : summary_text(columns));
  return 0;
}

int run_nasbench201(const SweepCommand& given, const std::string& command) {
  return run_indexed(nasbench201_space(given.prune_dead ? PruneDead::Yes : PruneDead::No), given,
                     command);
}

int run_natsbench_size(const SweepCommand& given, const std::string& command) {
  return run_indexed(natsbench_size_space(), given, command);
}

int run_fbnet(const SweepCommand& given, const std::string& command) {
  SweepOptions options = sweep_options(given.arguments);
  check_fbnet_folder(given.folder);
  const FbnetSweep space = with_progress(options, [&] { return sweep_fbnet(options); });
  write_fbnet(space, options, command, given.folder);
  print(given.json ? fbnet_json(space) : fbnet_text(space));
  return 0;
}

using Run = std::function<int(const SweepCommand& given, const std::string& command)>;

/// Adds the sweep of one space.
CLI::App* add_space_sweep(CLI::App& command, const std::string& name, const std::string& what,
                          const std::string& datasets, const std::shared_ptr<SweepCommand>& given) {
  CLI::App* sweep = command.add_subcommand(name, what);
  add_places(*sweep, datasets, given->arguments);
  sweep->get_option("--dataset")->required();
  sweep->get_option("--device")->required();
  add_mapping(*sweep, given->arguments);
  sweep->add_option("--out", given->folder, "the folder for the tables and run.yaml")->required();
  sweep->add_flag("--json", given->json, "print the summary as one JSON object");
  return sweep;
}

}  // namespace

void add_sweep(CLI::App& app, const std::string& command_line, Action& action) {
  CLI::App* command = app.add_subcommand("sweep", "Cost every architecture of a search space");
  command->require_subcommand(1);
  const auto given = std::make_shared<SweepCommand>();
  const auto runs = [given, command_line, &action](const Run& run) {
    return [given, command_line, &action, run] {
      action = [given, command_line, run] { return run(*given, command_line); };
    };
  };
  CLI::App* nasbench = add_space_sweep(
      *command, "nasbench201", "All 15,625 architectures of NAS-Bench-201", kDatasets, given);
  nasbench->add_flag("--prune-dead", given->prune_dead,
                     "leave out layers that cannot change the result");
  nasbench->callback(runs(run_nasbench201));
  CLI::App* fbnet =
      add_space_sweep(*command, "fbnet", "The blocks that all 9^22 architectures of FBNet add up",
                      "cifar100, ImageNet", given);
  fbnet->callback(runs(run_fbnet));
  CLI::App* natsbench =
      add_space_sweep(*command, "natsbench_size",
                      "All 32,768 architectures of the size space of NATS-Bench", kDatasets, given);
  natsbench->callback(runs(run_natsbench_size));
  for (CLI::App* each : {command, nasbench, fbnet, natsbench}) {
    each->footer(
        "Example:\n"
        "  tilewise sweep nasbench201 --dataset cifar10,cifar100,ImageNet16-120 \\\n"
        "    --device eyeriss,zc706 --objective edp --out out/nasbench201\n"
        "  tilewise sweep fbnet --dataset cifar100,ImageNet --device eyeriss --out out/fbnet");
  }
}

void add_report(CLI::App& app, Action& action) {
  struct Options {
    std::string folder;
    bool json = false;
  };
  CLI::App* command = app.add_subcommand("report", "Summarise the files of a sweep");
  const auto options = std::make_shared<Options>();
  command->add_option("DIR", options->folder, "the folder that tilewise sweep wrote")->required();
  command->add_flag("--json", options->json, "print the summary as one JSON object");
  command->footer("Example:\n  tilewise report out/nasbench201");
  command->callback([options, &action] {
    action = [options] {
      const SweepColumns columns = read_sweep(options->folder);
      print(options->json ? summary_json(columns) : summary_text(columns));
      return 0;
    };
  });
}

}  // namespace tilewise
