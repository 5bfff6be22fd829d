#include "app/fpga_what_if.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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
};

int run_what_if(const WhatIfOptions& options) {
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
  add_threads(*command, options->threads);
  add_format(*command, options->format);
  command->footer(
      "Keys: pipeline, flatten, dataflow (on, off); Tm, Tn, Tp, Tq, window, interval; precision "
      "(fp32, 8,\n8/4/16); dsp_packing; clock; board; port; banks.T, buffer.T, double_buffer.T "
      "for T input, weight,\noutput; banks=fixed. Counts and clock may be relative: x2, /2.\n"
      "Example:\n"
      "  tilewise fpga what-if --arch zc706 --layer alexnet_conv3\n"
      "  tilewise fpga what-if --arch zc706 --network resnet18 --layer conv1 --change pipeline=off "
      "--change Tm=x2,banks=fixed --json");
  command->callback([options, &action] { action = [options] { return run_what_if(*options); }; });
}

}  // namespace tilewise
