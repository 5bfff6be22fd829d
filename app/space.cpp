#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "app/commands.hpp"
#include "app/output.hpp"
#include "space/nasbench201.hpp"

namespace tilewise {
namespace {

struct SpaceOptions {
  std::optional<std::int64_t> index;
  std::string architecture;
  std::string dataset = "cifar10";
  bool prune_dead = false;
};

int run_space(const SpaceOptions& options) {
  const CellArchitecture architecture = options.index
                                            ? nasbench201_architecture(*options.index)
                                            : parse_cell_architecture(options.architecture);
  const Dataset dataset = parse_dataset(options.dataset);
  const Network network = nasbench201_network(architecture, dataset,
                                              options.prune_dead ? PruneDead::Yes : PruneDead::No);
  print(
      fmt::format("index: {}\narchitecture: {}\ndataset: {}\nMACs: {}\nparameters: {}\n"
                  "layers: {}\n",
                  nasbench201_index(architecture), to_string(architecture), name(dataset),
                  macs(network), parameters(network), network.size()));
  return 0;
}

}  // namespace

void add_space(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("space", "Look up an architecture of a search space");
  command->require_subcommand(1);
  CLI::App* nasbench = command->add_subcommand("nasbench201", "The 15,625 cells of NAS-Bench-201");
  const auto options = std::make_shared<SpaceOptions>();
  CLI::Option_group* which = nasbench->add_option_group("architecture");
  which->add_option("--index", options->index, "index in the public data set, 0 to 15624");
  which->add_option("--arch-string", options->architecture, "the architecture as a string");
  which->require_option(1);
  nasbench->add_option("--dataset", options->dataset, "cifar10, cifar100 or ImageNet16-120")
      ->capture_default_str();
  nasbench->add_flag("--prune-dead", options->prune_dead,
                     "leave out layers that cannot change the result");
  for (CLI::App* each : {command, nasbench}) {
    each->footer(
        "Example:\n"
        "  tilewise space nasbench201 --index 0\n"
        "  tilewise space nasbench201 --dataset cifar100 --arch-string "
        "'|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|'");
  }
  nasbench->callback([options, &action] { action = [options] { return run_space(*options); }; });
}

}  // namespace tilewise
