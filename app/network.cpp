#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/network_argument.hpp"
#include "app/output.hpp"
#include "report/network_text.hpp"

namespace tilewise {

void add_network(CLI::App& app, Action& action) {
  struct Options {
    std::string network;
    bool json = false;
  };
  CLI::App* command = app.add_subcommand("network", "Show a network");
  command->require_subcommand(1);
  CLI::App* show = command->add_subcommand("show", "Layers, MACs, parameters and peak memory");
  const auto options = std::make_shared<Options>();
  show->add_option("NAME", options->network, "a shipped name or a file")->required();
  show->add_flag("--json", options->json, "print one JSON object");
  for (CLI::App* each : {command, show}) {
    each->footer(
        "Example:\n  tilewise network show resnet18\n  tilewise network show my.yaml --json");
  }
  show->callback([options, &action] {
    action = [options] {
      const Network network = network_argument(options->network);
      print(options->json ? network_json(network) : network_text(network));
      return 0;
    };
  });
}

}  // namespace tilewise
