#include "app/sweep_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <set>

#include "arch/fpga_board.hpp"
#include "base/error.hpp"
#include "space/device.hpp"

namespace tilewise {
namespace {

/// Two runs of one data set would be ambiguous.
void check_distinct(const std::vector<std::string>& datasets) {
  std::set<std::string> seen;
  for (const std::string& name : datasets) {
    if (!seen.insert(name).second) {
      throw InputError(fmt::format("--dataset: {} is there twice; leave one out", name));
    }
  }
}

/// Refuses what is no device before any work; the engine of a board is searched with the layers.
void check_devices(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name.starts_with(kBoardPrefix)) {
      find_board(name.substr(kBoardPrefix.size()));
    } else {
      find_device(name);
    }
  }
}

}  // namespace

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
  if (options.objective == Objective::Pareto) {
    throw InputError(
        "--objective pareto: a sweep needs one cost a layer; expected edp, energy or latency");
  }
  options.factors = parse_factors_or_auto(arguments.factors);
  options.threads = arguments.threads;
  options.devices = arguments.devices;
  options.datasets = arguments.datasets;
  check_devices(arguments.devices);
  check_distinct(arguments.datasets);
  return options;
}

}  // namespace tilewise
