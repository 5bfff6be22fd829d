#include "app/fpga_what_if.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "app/interrupt.hpp"
#include "app/layer_options.hpp"
#include "app/progress.hpp"
#include "app/thread_option.hpp"
#include "arch/family/fpga_engine_yaml.hpp"
#include "report/what_if_report.hpp"

namespace tilewise {
namespace {

struct WhatIfOptions {
  LayerOptions on;
  std::vector<std::string> changes;
  std::optional<std::int64_t> depth;
  std::optional<std::int64_t> add_latency;
  int threads = 0;
  FormatOption format;
  bool verify = false;
  std::int64_t limit = 3600;  ///< of one synthesis, in seconds
};

/// The same question to the Python package.
int run_verify(const WhatIfOptions& options) {
  std::vector<std::string> words{"--device",  options.on.device,
                                 "--layer",   options.on.layer,
                                 "--threads", fmt::format("{}", options.threads),
                                 "--limit",   fmt::format("{}", options.limit),
                                 "--format",  std::string(name(options.format.format))};
  const auto add = [&](const char* option, const std::string& word) {
    if (!word.empty()) words.insert(words.end(), {option, word});
  };
  const auto add_number = [&](const char* option, const std::optional<std::int64_t>& number) {
    if (number) add(option, fmt::format("{}", *number));
  };
  add("--network", options.on.network);
  add_number("--batch", options.on.batch);
  add_number("--depth", options.depth);
  add_number("--add-latency", options.add_latency);
  for (const std::string& change : options.changes) add("--change", change);
  return verify_what_if(words);
}

int run_what_if(const WhatIfOptions& options) {
  if (options.verify) return run_verify(options);
  HlsEngine design;
  design.engine = find_fpga_engine(options.on.device);
  design.depth = options.depth;
  design.add_latency = options.add_latency;
  const Layer layer = chosen_layer(options.on);
  const WhatIf answer = [&] {
    ProgressBar bar;
    const InterruptGuard guard;
    SearchOptions search_options;
    search_options.mapping.run.threads = options.threads;
    search_options.mapping.run.interrupted = InterruptGuard::interrupted;
    search_options.mapping.run.progress = bar.shower();
    const auto changes = options.changes.empty() ? default_changes(design) : options.changes;
    return what_if(design, layer, changes, search_options);
  }();
  print(what_if_report(answer), options.format);
  return 0;
}

}  // namespace

void add_fpga_what_if(CLI::App& group, Action& action) {
  CLI::App* command = group.add_subcommand(
      "what-if", "How latency, II and resources of a layer move when a pragma is toggled");
  const auto options = std::make_shared<WhatIfOptions>();
  add_layer_options(*command, options->on);
  command->add_option("--change", options->changes,
                      "KEY=VALUE, several at once joined by commas; again for another row. None: "
                      "each pragma once");
  const auto cycles = CLI::Range(std::int64_t{1}, std::int64_t{1} << 20);
  command->add_option("--depth", options->depth, "cycles of the loop body, instead of the estimate")
      ->check(cycles);
  command
      ->add_option("--add-latency", options->add_latency,
                   "cycles of an accumulation; default: fp32 8, fixed point 1")
      ->check(cycles);
  CLI::Option* verify = command->add_flag(
      "--verify", options->verify,
      "generate, simulate and synthesise each design, and print both beside the predictions (needs "
      "the Python package, Verilator and Yosys)");
  command
      ->add_option("--limit", options->limit,
                   "with --verify: seconds after which a synthesis is given up; default: 3600")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 31))
      ->needs(verify);
  add_threads(*command, options->threads);
  add_format(*command, options->format);
  command->footer(
      "Keys: pipeline, flatten, dataflow (on, off); Tm, Tn, Tp, Tq, window, interval; precision "
      "(fp32, 8,\n8/4/16); dsp_packing; clock; board; port; banks.T, buffer.T, double_buffer.T "
      "for T input, weight,\noutput; banks=fixed. Counts and clock may be relative: x2, /2.\n"
      "Example:\n"
      "  tilewise fpga what-if --arch zc706 --layer alexnet_conv3\n"
      "  tilewise fpga what-if --arch zc706 --network resnet18 --layer conv1 --change pipeline=off "
      "--change Tm=x2,banks=fixed --json\n"
      "  tilewise fpga what-if --arch engine.yaml --layer layer.yaml --change Tm=x2 --verify");
  command->callback([options, &action] { action = [options] { return run_what_if(*options); }; });
}

}  // namespace tilewise
