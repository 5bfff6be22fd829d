#include "app/sweep_options.hpp"

#include <CLI/CLI.hpp>

namespace tilewise {

void add_places(CLI::App& command, const std::string& datasets, SweepArguments& arguments) {
  command.add_option("--dataset", arguments.datasets, datasets + "; by comma")->delimiter(',');
  command
      .add_option(
          "--device", arguments.devices,
          "shipped names or files, board:NAME, hwnasbench-eyeriss, hwnasbench-zc706; by comma")
      ->delimiter(',');
}

void add_mapping(CLI::App& command, SweepArguments& arguments) {
  command.add_option("--objective", arguments.objective, "of each layer: edp, energy or latency")
      ->capture_default_str();
  command.add_option("--factors", arguments.factors, "loop bounds: divisors, all, or auto")
      ->capture_default_str();
  command.add_option("--threads", arguments.threads, "threads; 0: one a core")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
}

SweepOptions sweep_options(const SweepArguments& arguments) {
  SweepOptions options;
  options.objective = parse_objective(arguments.objective);
  options.factors = parse_factors_or_auto(arguments.factors);
  options.threads = arguments.threads;
  options.devices = arguments.devices;
  options.datasets = arguments.datasets;
  check_sweep_words(options);
  return options;
}

}  // namespace tilewise
