#include "app/sweep_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "app/thread_option.hpp"
#include "base/enum_words.hpp"
#include "mapper/objective.hpp"

namespace tilewise {

void add_places(CLI::App& command, const SearchSpace& space, SweepArguments& arguments) {
  command
      .add_option("--dataset", arguments.datasets,
                  fmt::format("{}; by comma", fmt::join(space.datasets, ", ")))
      ->delimiter(',');
  command.add_option("--device", arguments.devices, target_forms() + "; by comma")->delimiter(',');
  if (!space.has_dead_layers) return;
  command.add_flag("--prune-dead", arguments.prune_dead,
                   "leave out layers that cannot change the result");
}

void add_mapping(CLI::App& command, SweepArguments& arguments) {
  command
      .add_option("--objective", arguments.objective,
                  fmt::format("of each layer: {}", fmt::join(single_objectives(), ", ")))
      ->capture_default_str();
  command
      .add_option("--factors", arguments.factors,
                  fmt::format("loop bounds: {}", fmt::join(factor_words(), ", ")))
      ->capture_default_str();
  add_threads(command, arguments.threads);
}

void add_schedule(CLI::App& command, SweepArguments& arguments, const std::string& more) {
  command
      .add_option("--schedule", arguments.schedule,
                  "what stays on chip between layers: " + schedule_list() + more)
      ->capture_default_str();
}

SweepOptions sweep_options(const SweepArguments& arguments) {
  SweepOptions options;
  options.mapping.objective = parse_objective(arguments.objective);
  options.mapping.factors = parse_factors_or_auto(arguments.factors);
  options.mapping.run.threads = arguments.threads;
  options.devices = arguments.devices;
  options.datasets = arguments.datasets;
  options.space.prune_dead = arguments.prune_dead;
  options.schedule = parse_enum<ScheduleKind>(arguments.schedule, "--schedule");
  return options;
}

}  // namespace tilewise
