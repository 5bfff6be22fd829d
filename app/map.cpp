#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "api/tilewise.hpp"
#include "app/commands.hpp"
#include "app/duration.hpp"
#include "app/format_option.hpp"
#include "app/given_mapping.hpp"
#include "app/html_page.hpp"
#include "app/interrupt.hpp"
#include "app/layer_options.hpp"
#include "app/output.hpp"
#include "app/output_check.hpp"
#include "app/progress.hpp"
#include "app/thread_option.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/unit_table.hpp"
#include "mapper/objective.hpp"
#include "report/cost_report.hpp"
#include "report/search_text.hpp"
#include "sim/mapping_yaml.hpp"

namespace tilewise {
namespace {

struct MapOptions {
  LayerOptions on;
  std::string objective = "edp";
  std::string factors = "auto";
  std::string tiles = "even";
  std::string budget;
  std::string gap;
  int threads = 0;
  FormatOption format;
  std::string output_mapping;
  std::string mapping;
  std::string page;
};

/// "1%" or "0.01" as a share.
double parse_gap(const std::string& word) {
  if (const auto given = parse_unit_value(word); given && given->number >= 0.0) {
    if (given->unit.empty()) return given->number;
    if (given->unit == "%") return given->number / 100.0;
  }
  throw InputError(fmt::format("--gap \"{}\": expected a share such as 1% or 0.01", word));
}

int print_with_page(const Report& report, const MapOptions& options) {
  print(report, options.format);
  if (!options.page.empty()) write_page(options.page, {.json = report.json()});
  return 0;
}

/// The cost of a layer where there is no mapping to search.
int print_fixed(const MapOptions& options, const MappedLayer& mapped) {
  if (!options.output_mapping.empty()) {
    throw InputError(fmt::format("--output-mapping: {} has {}, no mapping; leave it out",
                                 name(mapped.device), kFixedControl));
  }
  if (parse_tiles(options.tiles) != Tiles::Even) {
    throw InputError(fmt::format("--tiles {}: {} has {}, no tiles to choose; leave it out",
                                 options.tiles, name(mapped.device), kFixedControl));
  }
  return print_with_page(fixed_cost_report(mapped.found, mapped.layer, mapped.device), options);
}

int run_map(const MapOptions& options) {
  for (const auto& [option, file] :
       {std::pair{"--output-mapping", options.output_mapping}, std::pair{"--html", options.page}}) {
    refuse_input(option, file, {options.on.device, options.on.network, options.on.layer});
  }
  if (!options.mapping.empty()) {
    return print_given_mapping(options.on, options.mapping, options.format);
  }
  SearchOptions search_options;
  search_options.mapping.objective = parse_objective(options.objective);
  search_options.mapping.factors = parse_factors_or_auto(options.factors);
  search_options.mapping.tiles = parse_tiles(options.tiles);
  search_options.mapping.run.threads = options.threads;
  if (!options.budget.empty()) search_options.budget_seconds = parse_duration(options.budget);
  if (!options.gap.empty()) search_options.gap = parse_gap(options.gap);
  const Layer layer = chosen_layer(options.on);
  const MappedLayer mapped = [&] {
    ProgressBar bar;
    const InterruptGuard guard;
    search_options.mapping.run.interrupted = InterruptGuard::interrupted;
    search_options.mapping.run.progress = bar.shower();
    return map(layer, options.on.device, search_options);
  }();
  const SearchResult& result = mapped.found;
  if (std::holds_alternative<Fixed>(result.answer)) return print_fixed(options, mapped);
  const auto& architecture = std::get<Architecture>(mapped.device);
  if (!options.output_mapping.empty()) {
    write_file(options.output_mapping, mapping_yaml(*best_mapping(result), architecture));
  }
  return print_with_page(search_report(result, search_options, layer, architecture), options);
}

}  // namespace

void add_map(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("map", "Find the best mapping of a layer, with a proof");
  const auto options = std::make_shared<MapOptions>();
  add_layer_options(*command, options->on);
  command
      ->add_option("--objective", options->objective,
                   "what the mapping makes least: " + objective_list())
      ->capture_default_str();
  command
      ->add_option("--factors", options->factors,
                   "temporal bounds: divisors, all, or auto: all where the proof is short")
      ->capture_default_str();
  command
      ->add_option("--tiles", options->tiles,
                   "even: the tensors of a level share a place in the nest; by_tensor: each has "
                   "its own")
      ->capture_default_str();
  command->add_option("--budget", options->budget,
                      "stop after this time, such as 2s or 500ms, with the best found and its gap");
  command->add_option("--gap", options->gap,
                      "stop when the best is proven to be that near to the optimum, such as 1%");
  add_threads(*command, options->threads);
  add_format(*command, options->format);
  add_html(*command, options->page);
  command->add_option("--output-mapping", options->output_mapping,
                      "write the mapping to this file, for tilewise evaluate");
  command
      ->add_option("--mapping", options->mapping,
                   std::string("instead of a search, the cost of this ") + kMappingHelp)
      ->excludes("--objective", "--factors", "--tiles", "--budget", "--gap", "--output-mapping",
                 "--html");
  command->footer(
      "Where no mapping fits, the exit code is 2. Ctrl-C stops the search like --budget.\n"
      "Example:\n"
      "  tilewise map --arch eyeriss --layer alexnet_conv3\n"
      "  tilewise map --arch eyeriss --network resnet18 --layer conv1 --objective latency --json\n"
      "  tilewise map --arch eyeriss_free --layer alexnet_conv3 --budget 2s --gap 1%\n"
      "  tilewise map --arch eyeriss --layer alexnet_conv3 --objective pareto\n"
      "  tilewise map --arch edge_free --network resnet18 --layer conv1 --tiles by_tensor "
      "--budget 10s\n"
      "  tilewise map --arch eyeriss --layer alexnet_conv3 --batch 4 "
      "--mapping m=64,n=4,e=13,p=16,q=3,r=2,t=2");
  command->callback([options, &action] { action = [options] { return run_map(*options); }; });
}

}  // namespace tilewise
