#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/output.hpp"
#include "app/progress.hpp"
#include "arch/architecture_yaml.hpp"
#include "base/file.hpp"
#include "mapper/search.hpp"
#include "report/cost_json.hpp"
#include "report/cost_text.hpp"
#include "sim/mapping_yaml.hpp"

namespace tilewise {
namespace {

struct MapOptions {
  std::string architecture;
  std::string network;
  std::string layer;
  std::string objective = "edp";
  std::string factors = "divisors";
  int threads = 0;
  bool json = false;
  std::string output_mapping;
};

std::string_view objective_unit(Objective objective) {
  switch (objective) {
    case Objective::Latency: return "cycles";
    case Objective::Energy: return "pJ";
    case Objective::Edp: return "pJ x cycles";
  }
  return "";
}

std::string search_text(const SearchResult& result, const SearchOptions& options) {
  return fmt::format(
      "Search\n"
      "objective: {} = {:.6g} {}\n"
      "space: {:.6g} mappings (factors: {})\n"
      "evaluated: {} mappings\n"
      "proven: {}\n",
      name(options.objective), result.objective_value, objective_unit(options.objective),
      result.space_size, name(options.factors), result.evaluated,
      result.proven ? "yes, no mapping of the space is better" : "no, the search was cut short");
}

int run_map(const MapOptions& options) {
  SearchOptions search_options;
  search_options.objective = parse_objective(options.objective);
  search_options.factors = parse_factors(options.factors);
  search_options.threads = options.threads;
  const Architecture architecture = find_architecture(options.architecture);
  const Layer layer = chosen_layer(options.network, options.layer);
  const SearchResult result = [&] {
    ProgressBar bar;
    search_options.progress = [&bar](double share) { bar.show("mapping", share); };
    return search(architecture, layer, search_options);
  }();
  if (!result.best) {
    return refuse(fmt::format("no mapping of {} fits {}: {}", layer.name, architecture.name,
                              result.why_none));
  }
  if (!options.output_mapping.empty()) {
    write_file(options.output_mapping, mapping_yaml(*result.best, architecture));
  }
  if (options.json) {
    print(search_json(result, search_options, layer, architecture));
    return 0;
  }
  print(fmt::format("{}\n{}\n{}\n{}", layer_line(layer),
                    nest_text(*result.best, layer, architecture),
                    cost_text(result.cost, architecture), search_text(result, search_options)));
  return 0;
}

}  // namespace

void add_map(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("map", "Find the best mapping of a layer, with a proof");
  const auto options = std::make_shared<MapOptions>();
  command->add_option("--arch", options->architecture, "architecture: a shipped name or a file")
      ->required();
  command
      ->add_option("--layer", options->layer,
                   "layer: a shipped name, a file, or with --network "
                   "its name there")
      ->required();
  command->add_option("--network", options->network, "network: a shipped name or a file");
  command->add_option("--objective", options->objective, "edp, energy or latency")
      ->capture_default_str();
  command->add_option("--factors", options->factors, "loop bounds: divisors, or all")
      ->capture_default_str();
  command->add_option("--threads", options->threads, "threads; 0: one a core")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  command->add_flag("--json", options->json, "print one JSON object");
  command->add_option("--output-mapping", options->output_mapping,
                      "write the mapping to this file, for tilewise evaluate");
  command->footer(
      "Where no mapping fits, the exit code is 2.\n"
      "Example:\n"
      "  tilewise map --arch eyeriss --layer alexnet_conv3\n"
      "  tilewise map --arch eyeriss --network resnet18 --layer conv1 --objective latency --json");
  command->callback([options, &action] { action = [options] { return run_map(*options); }; });
}

}  // namespace tilewise
