#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/layer_options.hpp"
#include "app/output.hpp"
#include "arch/architecture_yaml.hpp"
#include "report/cost_json.hpp"
#include "report/cost_text.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping_yaml.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

struct EvaluateOptions {
  LayerOptions on;
  std::string mapping;
  bool json = false;
};

int run_evaluate(const EvaluateOptions& options) {
  const Architecture architecture = find_architecture(options.on.architecture);
  const Layer layer = chosen_layer(options.on);
  const Mapping mapping = load_mapping(options.mapping, architecture);
  check_mapping(layer, mapping);
  if (const auto misfit = find_misfit(architecture, layer, mapping)) {
    return refuse(fmt::format("the mapping does not fit {}: {}: {}", architecture.name,
                              misfit->place, misfit->reason));
  }
  const LayerCost cost = evaluate(architecture, layer, mapping);
  if (options.json) {
    print(cost_json(cost, mapping, layer, architecture));
    return 0;
  }
  print(fmt::format("{}\n{}\n{}", layer_line(layer), nest_text(mapping, layer, architecture),
                    cost_text(cost, architecture)));
  return 0;
}

}  // namespace

void add_evaluate(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("evaluate", "Cost of a layer on an architecture under a given mapping");
  const auto options = std::make_shared<EvaluateOptions>();
  add_layer_options(*command, options->on);
  command->add_option("--mapping", options->mapping, "mapping: a file")->required();
  command->add_flag("--json", options->json, "print one JSON object");
  command->footer(
      "A mapping that does not fit is refused with exit code 2.\n"
      "Example:\n"
      "  tilewise evaluate --arch eyeriss --layer alexnet_conv3 --mapping best.yaml\n"
      "  tilewise evaluate --arch eyeriss --network alexnet --layer conv1 --mapping m.yaml --json");
  command->callback([options, &action] { action = [options] { return run_evaluate(*options); }; });
}

}  // namespace tilewise
