#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "app/given_mapping.hpp"
#include "app/layer_options.hpp"

namespace tilewise {
namespace {

struct EvaluateOptions {
  LayerOptions on;
  std::string mapping;
  FormatOption format;
};

}  // namespace

void add_evaluate(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("evaluate", "Cost of a layer on an architecture under a given mapping");
  const auto options = std::make_shared<EvaluateOptions>();
  add_layer_options(*command, options->on);
  command->add_option("--mapping", options->mapping, kMappingHelp)->required();
  add_format(*command, options->format);
  command->footer(
      "A mapping that does not fit is refused with exit code 2.\n"
      "Example:\n"
      "  tilewise evaluate --arch eyeriss --layer alexnet_conv3 --mapping best.yaml\n"
      "  tilewise evaluate --arch eyeriss --network alexnet --layer conv1 --mapping m.yaml --json\n"
      "  tilewise evaluate --arch eyeriss --layer alexnet_conv3 --batch 4 "
      "--mapping m=64,n=4,e=13,p=16,q=3,r=2,t=2");
  command->callback([options, &action] {
    action = [options] {
      return print_given_mapping(options->on, options->mapping, options->format);
    };
  });
}

}  // namespace tilewise
