#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/output.hpp"
#include "app/progress.hpp"
#include "base/error.hpp"
#include "report/sweep_files.hpp"
#include "report/sweep_summary.hpp"
#include "space/device.hpp"
#include "space/sweep.hpp"

namespace tilewise {
namespace {

struct SweepArguments {
  std::vector<std::string> datasets;
  std::vector<std::string> devices;
  std::string objective = "edp";
  std::string factors = "auto";
  std::string folder;
  bool prune_dead = false;
  int threads = 0;
  bool json = false;
};

/// Two columns of one name, or two runs of one data set, would be ambiguous.
void check_distinct(const std::vector<std::string>& names, const std::string& option) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) {
      throw InputError(fmt::format("{}: {} is there twice; leave one out", option, name));
    }
  }
}

SweepOptions sweep_options(const SweepArguments& arguments) {
  SweepOptions options;
  options.objective = parse_objective(arguments.objective);
  if (options.objective == Objective::Pareto) {
    throw InputError(
        "--objective pareto: a sweep needs one cost a layer; expected edp, energy or latency");
  }
  options.factors = parse_factors_or_auto(arguments.factors);
  options.prune = arguments.prune_dead ? PruneDead::Yes : PruneDead::No;
  options.threads = arguments.threads;
  options.devices = arguments.devices;
  for (const std::string& name : arguments.datasets) {
    options.datasets.push_back(parse_dataset(name));
  }
  std::vector<std::string> device_names;
  for (const std::string& device : arguments.devices) {
    device_names.push_back(name(find_device(device)));
  }
  check_distinct(device_names, "--device");
  check_distinct(arguments.datasets, "--dataset");
  return options;
}

int run_sweep(const SweepArguments& arguments, const std::string& command) {
  SweepOptions options = sweep_options(arguments);
  check_sweep_folder(arguments.folder);
  const SweepResult result = [&] {
    ProgressBar bar;
    options.progress = [&bar](const std::string& phase, double share) { bar.show(phase, share); };
    return sweep_nasbench201(options);
  }();
  write_sweep(result, options, command, arguments.folder);
  const SweepColumns columns = sweep_columns(result);
  print(arguments.json ? summary_json(columns) : summary_text(columns));
  return 0;
}

}  // namespace

void add_sweep(CLI::App& app, const std::string& command_line, Action& action) {
  CLI::App* command = app.add_subcommand("sweep", "Cost every architecture of a search space");
  command->require_subcommand(1);
  CLI::App* sweep =
      command->add_subcommand("nasbench201", "All 15,625 architectures of NAS-Bench-201");
  const auto arguments = std::make_shared<SweepArguments>();
  sweep->add_option("--dataset", arguments->datasets, "cifar10, cifar100, ImageNet16-120; by comma")
      ->delimiter(',')
      ->required();
  sweep
      ->add_option("--device", arguments->devices,
                   "architectures: shipped names or files; by comma")
      ->delimiter(',')
      ->required();
  sweep->add_option("--objective", arguments->objective, "of each layer: edp, energy or latency")
      ->capture_default_str();
  sweep->add_option("--factors", arguments->factors, "loop bounds: divisors, all, or auto")
      ->capture_default_str();
  sweep->add_option("--out", arguments->folder, "the folder for costs.csv, layers.csv, run.yaml")
      ->required();
  sweep->add_flag("--prune-dead", arguments->prune_dead,
                  "leave out layers that cannot change the result");
  sweep->add_option("--threads", arguments->threads, "threads; 0: one a core")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  sweep->add_flag("--json", arguments->json, "print the summary as one JSON object");
  for (CLI::App* each : {command, sweep}) {
    each->footer(
        "Example:\n"
        "  tilewise sweep nasbench201 --dataset cifar10,cifar100,ImageNet16-120 \\\n"
        "    --device eyeriss,zc706 --objective edp --out out/nasbench201");
  }
  sweep->callback([arguments, command_line, &action] {
    action = [arguments, command_line] { return run_sweep(*arguments, command_line); };
  });
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
