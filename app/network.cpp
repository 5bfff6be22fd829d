#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "app/listings.hpp"
#include "app/network_argument.hpp"
#include "report/network_report.hpp"

namespace tilewise {

void add_network(CLI::App& app, Action& action) {
  struct Options {
    std::string network;
    FormatOption format;
  };
  CLI::App* command = app.add_subcommand("network", "Show or list networks");
  command->require_subcommand(1);
  CLI::App* show = command->add_subcommand("show", "Layers, MACs, parameters and peak memory");
  const auto options = std::make_shared<Options>();
  show->add_option("NAME", options->network, "a shipped name or a file")->required();
  add_format(*show, options->format);
  for (CLI::App* each : {command, show}) {
    each->footer(
        "Example:\n  tilewise network show resnet18\n  tilewise network show my.yaml --json\n"
        "  tilewise network list");
  }
  add_list(*command, "The shipped networks and layers", list_networks, action);
  show->callback([options, &action] {
    action = [options] {
      const Network network = network_argument(options->network);
      print(network_report(network), options->format);
      return 0;
    };
  });
}

}  // namespace tilewise
