#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "app/architecture_costs.hpp"
#include "app/commands.hpp"
#include "app/space_fbnet.hpp"
#include "base/error.hpp"
#include "space/nasbench201.hpp"
#include "space/natsbench_size.hpp"

namespace tilewise {
namespace {

/// Of a space whose architectures have an index.
struct SpaceCommand {
  std::optional<std::int64_t> index;
  std::string architecture;
  SweepArguments arguments;
  bool prune_dead = false;
  bool json = false;
  SpaceCommand() { arguments.datasets = {"cifar10"}; }
};

int run_nasbench201(const SpaceCommand& given) {
  const CellArchitecture architecture = given.index ? nasbench201_architecture(*given.index)
                                                    : parse_cell_architecture(given.architecture);
  const PruneDead prune = given.prune_dead ? PruneDead::Yes : PruneDead::No;
  const auto network = [&](const std::string& dataset) {
    return nasbench201_network(architecture, parse_dataset(dataset), prune);
  };
  const std::int64_t index = nasbench201_index(architecture);
  const auto published = [&](const HwnasbenchModel& model, const std::string& dataset) {
    if (given.prune_dead) {
      throw InputError(model.name + ": published with all edges; leave --prune-dead out");
    }
    return model.nasbench201(parse_dataset(dataset))[static_cast<std::size_t>(index)];
  };
  return print_architecture({index, to_string(architecture), network, published}, given.arguments,
                            given.json);
}

int run_natsbench_size(const SpaceCommand& given) {
  const SizeArchitecture architecture = given.index ? natsbench_size_architecture(*given.index)
                                                    : parse_size_architecture(given.architecture);
  const auto network = [&](const std::string& dataset) {
    return natsbench_size_network(architecture, parse_dataset(dataset));
  };
  return print_architecture({natsbench_size_index(architecture), to_string(architecture), network},
                            given.arguments, given.json);
}

void add_which(CLI::App& space, const std::string& indices, const std::string& option,
               SpaceCommand& given) {
  CLI::Option_group* which = space.add_option_group("architecture");
  which->add_option("--index", given.index, indices);
  which->add_option(option, given.architecture, "the architecture as a string");
  which->require_option(1);
  add_places(space, "cifar10, cifar100, ImageNet16-120", given.arguments);
  space.get_option("--dataset")->capture_default_str();
  add_mapping(space, given.arguments);
  space.add_flag("--json", given.json, "print a JSON array, an object a data set");
}

}  // namespace

void add_space(CLI::App& app, const std::string& command_line, Action& action) {
  CLI::App* command = app.add_subcommand("space", "Look up an architecture of a search space");
  command->require_subcommand(1);
  const auto given = std::make_shared<SpaceCommand>();
  CLI::App* nasbench = command->add_subcommand("nasbench201", "The 15,625 cells of NAS-Bench-201");
  add_which(*nasbench, "index in the public data set, 0 to 15624", "--arch-string", *given);
  nasbench->add_flag("--prune-dead", given->prune_dead,
                     "leave out layers that cannot change the result");
  nasbench->callback([given, &action] { action = [given] { return run_nasbench201(*given); }; });
  CLI::App* natsbench = command->add_subcommand(
      "natsbench_size", "The 32,768 channel counts of the size space of NATS-Bench");
  add_which(*natsbench, "place in the enumeration, 0 to 32767", "--arch", *given);
  natsbench->callback(
      [given, &action] { action = [given] { return run_natsbench_size(*given); }; });
  CLI::App* fbnet = add_space_fbnet(*command, command_line, action);
  for (CLI::App* each : {command, nasbench, natsbench, fbnet}) {
    each->footer(
        "Example:\n"
        "  tilewise space nasbench201 --index 0\n"
        "  tilewise space nasbench201 --dataset cifar100 --arch-string "
        "'|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|'\n"
        "  tilewise space natsbench_size --arch 8:64:32:16:8 --device zc706\n"
        "  tilewise space fbnet --arch 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0 "
        "--device zc706\n"
        "  tilewise space fbnet --sample 1000 --seed 1 --device zc706 --out out/fbnet_sample");
  }
}

}  // namespace tilewise
