#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "app/busy_line.hpp"
#include "app/format_option.hpp"
#include "app/fpga_design.hpp"
#include "app/interrupt.hpp"
#include "app/network_argument.hpp"
#include "app/output.hpp"
#include "app/output_check.hpp"
#include "app/progress.hpp"
#include "app/thread_option.hpp"
#include "base/enum_words.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "design/design_file.hpp"
#include "design/network_design.hpp"
#include "report/design_report.hpp"
#include "space/search_spaces.hpp"
#include "study/stored_layers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kWidestWord = 32;
constexpr Bits kSpaceWord{8};

struct FpgaDesignArguments {
  std::string board;
  std::string network;
  std::string space;
  std::string dataset;
  std::string objective = "latency";
  std::string organisation = "any";
  std::string bits;
  std::string output;
  std::string store;
  double clock = 200.0;
  std::optional<std::int64_t> dsp;
  bool channel_lanes = false;
  bool whole_device = false;
  bool all_edges = false;
  bool convolutions = false;
  int threads = 0;
  FormatOption format;
};

/// "fp32", or the width of integers.
std::optional<FpgaPrecision> parse_bits(const std::string& word) {
  if (word.empty()) return std::nullopt;
  if (word == "fp32") return float32();
  const auto bits = parse_integer(word);
  if (!bits || *bits < 1 || *bits > kWidestWord) {
    throw InputError(fmt::format("--bits {}: expected fp32, or the width of integers, 1 to {}",
                                 word, kWidestWord));
  }
  return fixed_point(Bits{*bits});
}

std::vector<Organisation> parse_organisations(const std::string& word) {
  if (const auto one = find_enum<Organisation>(word)) return {*one};
  const auto all = all_of<Organisation>();
  if (word == "any") return {all.begin(), all.end()};
  std::vector<std::string_view> known = enum_names<Organisation>();
  known.emplace_back("any");
  throw InputError(fmt::format("--organisation {}: expected one of {}{}", word,
                               fmt::join(known, ", "), did_you_mean(word, known)));
}

DesignTarget target_of(const FpgaDesignArguments& arguments, const FpgaPrecision& precision) {
  DesignTarget target =
      design_target(find_board(arguments.board), precision, Megahertz{arguments.clock});
  if (arguments.whole_device) target.available = whole_device(target.board);
  if (arguments.dsp) target.available.dsp = std::min(target.available.dsp, *arguments.dsp);
  return target;
}

/// The network without all but convolutions, a chain: what published engines count.
Network convolutions_of(const Network& network) {
  Network chain(network.name());
  for (const std::size_t index : topological_order(network)) {
    const Layer& layer = network.layer(index);
    if (layer.op != Operator::Convolution && layer.op != Operator::Depthwise) continue;
    std::vector<std::size_t> inputs;
    if (chain.size() > 0) inputs.push_back(chain.size() - 1);
    chain.add(layer, inputs);
  }
  if (chain.size() == 0) {
    throw InputError(
        fmt::format("{}: it has no convolution; leave --convolutions out", network.name()));
  }
  return chain;
}

/// The best design on `board`, as the user names it, as a file, where one is asked for.
void write_design(const std::string& path, const std::string& board, const NetworkDesigns& designs,
                  const DesignTarget& target, const NetworkDesignOptions& options) {
  if (path.empty()) return;
  if (!designs.best) throw InputError("--output: no organisation fits; there is nothing to write");
  DesignFile file = design_file(designs, designs.designs[*designs.best], target, options);
  // A board of the user's own is found by its path, wherever the design is read.
  std::error_code ignored;
  if (std::filesystem::is_regular_file(board, ignored)) {
    file.board.name = std::filesystem::absolute(board).string();
  }
  write_file(path, design_yaml(file, designs.whole_units));
}

/// The latency of one engine under the best mappings of the layers.
void map_designs(const FpgaDesignArguments& arguments, const DesignTarget& target,
                 NetworkDesigns& designs) {
  std::optional<ResultStore> store;
  MappingMemory memory;
  if (!arguments.store.empty()) {
    store.emplace(arguments.store);
    memory = memory_of(*store, Objective::Latency, std::nullopt);
  }
  ProgressBar bar;
  const InterruptGuard guard;
  const RunOptions run{arguments.threads, bar.shower(), InterruptGuard::interrupted};
  for (OrganisationDesign& each : designs.designs) {
    if (each.organisation != Organisation::Single || !each.engines) continue;
    each.mapped =
        mapped_latency(*each.engines, designs.layers, designs.whole_units, target, run, memory);
  }
}

int design_for_network(const FpgaDesignArguments& arguments) {
  refuse_input("--output", arguments.output, {arguments.network, arguments.board});
  NetworkDesignOptions options;
  options.objective = parse_design_objective(arguments.objective);
  options.organisations = parse_organisations(arguments.organisation);
  options.pixels = arguments.channel_lanes ? PixelLanes::No : PixelLanes::Yes;
  const auto precision = parse_bits(arguments.bits);
  Network network = network_argument(arguments.network);
  if (arguments.convolutions) network = convolutions_of(network);
  if (precision) network = with_precision(network, *precision);
  const DesignHeading heading{network.name(),
                              target_of(arguments, precision.value_or(widest_precision(network))),
                              options.objective};
  options.precision = precision;
  NetworkDesigns designs = [&] {
    const BusyLine busy("find designs of " + network.name());
    return design_network(network, heading.target, options);
  }();
  try {
    map_designs(arguments, heading.target, designs);
  } catch (const Interrupted&) {
    refuse(fmt::format("interrupted; {}",
                       arguments.store.empty()
                           ? std::string("--store DIR keeps what is mapped for the next call")
                           : fmt::format("what is mapped is kept in {}; the same command goes on",
                                         arguments.store)));
    return InterruptGuard::exit_code();
  }
  write_design(arguments.output, arguments.board, designs, heading.target, options);
  print(design_report(heading, designs), arguments.format);
  return 0;
}

/// The board itself and the three whose counts are compared with others.
std::vector<NamedBudget> budgets_of(const DesignTarget& target) {
  std::vector<NamedBudget> budgets{{target.board.name, target.available}};
  for (const std::string name : {"zc706", "ultra96", "pynq_z2"}) {
    if (name != target.board.name) budgets.push_back({name, usable_device(find_board(name))});
  }
  return budgets;
}

/// The spaces that have streaming designs.
std::string spaces_with_designs() {
  std::string names;
  for (const SearchSpace* space : search_spaces()) {
    if (space->streaming) names += (names.empty() ? "" : ", ") + space->name;
  }
  return names;
}

int design_for_space(const FpgaDesignArguments& arguments) {
  const SearchSpace& space = find_space(arguments.space);
  if (!space.streaming) {
    throw InputError(
        fmt::format("--space {}: expected {}", arguments.space, spaces_with_designs()));
  }
  if (!arguments.output.empty()) {
    throw InputError("--output: a design file is for one network; leave it out, or give --network");
  }
  if (arguments.organisation == "multi") {
    throw InputError(
        "--organisation multi: several engines are assigned to the layers of one network; for a "
        "space, choose single, streaming or any");
  }
  parse_organisations(arguments.organisation);
  SpaceDesignOptions options;
  options.objective = parse_design_objective(arguments.objective);
  options.pixels = arguments.channel_lanes ? PixelLanes::No : PixelLanes::Yes;
  options.space.prune_dead = !arguments.all_edges;
  options.dataset = arguments.dataset.empty() ? space.datasets.front() : arguments.dataset;
  options.threads = arguments.threads;
  const FpgaPrecision precision = parse_bits(arguments.bits).value_or(fixed_point(kSpaceWord));
  if (precision.arithmetic == Arithmetic::Float32) {
    throw InputError("--bits fp32: streaming stages are of fixed point; choose 8 or 16");
  }
  const DesignHeading heading{
      fmt::format("{}, {}, {}", space.title, options.dataset,
                  arguments.all_edges ? "all edges" : "dead operations left out"),
      target_of(arguments, precision), options.objective};
  StageLibrary library;
  const auto groups =
      space.streaming->groups(options.dataset, precision.width[Tensor::Input], options.space);
  SpaceReport report;
  report.architectures = std::get<IndexedForm>(space.form).size;
  {
    const BusyLine busy("find designs of " + space.title);
    report.fits = count_streaming_fits(groups, budgets_of(heading.target), library);
    report.designs = design_space(space, heading.target, groups, options, library);
  }
  print(space_design_report(heading, report), arguments.format);
  return 0;
}

void add_design_options(CLI::App& command, FpgaDesignArguments& arguments) {
  command.add_option("--board", arguments.board, "a shipped board or a file")->required();
  CLI::Option* network =
      command.add_option("--network", arguments.network, "network: a shipped name or a file");
  CLI::Option* space = command.add_option(
      "--space", arguments.space, fmt::format("a search space, such as {}", space_names().front()));
  network->excludes(space);
  command.add_option("--dataset", arguments.dataset, "of the space; default: its first");
  command.add_option("--objective", arguments.objective, design_objective_list())
      ->capture_default_str();
  command.add_option("--organisation", arguments.organisation, "single, multi, streaming or any")
      ->capture_default_str();
  command.add_option("--bits", arguments.bits,
                     "fp32, or width of all words; default: the network's own, 8 for a space");
  command.add_option("--clock", arguments.clock, "MHz")
      ->check(CLI::Range(1.0, 2000.0))
      ->capture_default_str();
  command.add_option("--dsp", arguments.dsp, "DSP at most; default: the usable part of the board")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 24));
  command.add_option("--output", arguments.output, "write the best design to this file");
  command
      .add_option("--store", arguments.store,
                  "a folder that keeps what is mapped for later calls; studies may share it")
      ->excludes(space);
  command.add_flag("--channel-lanes", arguments.channel_lanes, "keep Tp = Tq = 1 (single)");
  command.add_flag("--whole-device", arguments.whole_device, "may take all of the board");
  command.add_flag("--all-edges", arguments.all_edges, "of a space: keep dead operations");
  command.add_flag("--convolutions", arguments.convolutions, "of a network: leave the rest out");
  add_threads(command, arguments.threads);
  add_format(command, arguments.format);
}

}  // namespace

void add_fpga_design(CLI::App& fpga, Action& action) {
  CLI::App* command =
      fpga.add_subcommand("design", "Find the best design of a network or a search space");
  const auto arguments = std::make_shared<FpgaDesignArguments>();
  add_design_options(*command, *arguments);
  command->footer(
      "Example:\n"
      "  tilewise fpga design --board zc706 --network resnet18 --objective latency\n"
      "  tilewise fpga design --board zc706 --network alexnet --bits 16 --output design.yaml\n"
      "  tilewise fpga design --board ultra96 --space " +
      std::string(space_names().front()) + " --objective energy");
  command->callback([arguments, &action] {
    action = [arguments] {
      if (arguments->network.empty() == arguments->space.empty()) {
        throw InputError("fpga design: expected --network or --space");
      }
      return arguments->space.empty() ? design_for_network(*arguments)
                                      : design_for_space(*arguments);
    };
  });
}

void add_fpga_cost(CLI::App& fpga, Action& action) {
  struct Options {
    std::string design;
    std::string network;
    bool convolutions = false;
    FormatOption format;
  };
  CLI::App* command = fpga.add_subcommand("cost", "Evaluate a design file on a network");
  const auto options = std::make_shared<Options>();
  command->add_option("--design", options->design, "a file that fpga design --output wrote")
      ->required();
  command->add_option("--network", options->network, "network: a shipped name or a file")
      ->required();
  command->add_flag("--convolutions", options->convolutions, "leave other layers out");
  add_format(*command, options->format);
  command->footer("Example:\n  tilewise fpga cost --design design.yaml --network alexnet");
  command->callback([options, &action] {
    action = [options] {
      const DesignFile file = load_design(options->design);
      Network network = network_argument(options->network);
      if (options->convolutions) network = convolutions_of(network);
      if (file.precision) network = with_precision(network, *file.precision);
      const FpgaPrecision precision = file.precision.value_or(widest_precision(network));
      const DesignHeading heading{network.name(), design_target(file.board, precision, file.clock),
                                  DesignObjective::Latency};
      const NetworkDesigns designs = evaluate_design(file, network, heading.target);
      print(design_report(heading, designs), options->format);
      return 0;
    };
  });
}

}  // namespace tilewise
