#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/tilewise.hpp"
#include "app/commands.hpp"
#include "app/duration.hpp"
#include "app/format_option.hpp"
#include "app/html_page.hpp"
#include "app/interrupt.hpp"
#include "app/network_argument.hpp"
#include "app/output.hpp"
#include "app/output_check.hpp"
#include "app/progress.hpp"
#include "app/sweep_options.hpp"
#include "app/terminal.hpp"
#include "base/enum_words.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/folder_lock.hpp"
#include "report/network_sweep_files.hpp"
#include "report/network_sweep_json.hpp"
#include "report/network_sweep_report.hpp"
#include "report/sweep_files.hpp"
#include "schedule/schedule_yaml.hpp"
#include "sweep/network_shares.hpp"

namespace tilewise {
namespace {

struct CostCommand {
  CostRequest request;
  std::vector<std::string> dims;
  SweepArguments how;  ///< devices, and how layers are mapped
  std::string by = "layer";
  std::string orders = "given";
  std::string images = "1";
  std::string budget;
  std::string output_schedule;
  bool strict = false;
  std::string folder;
  std::string page;
  FormatOption format;
};

/// Networks and devices whose total lacks something.
std::vector<std::string> partial_ones(const NetworkSweep& sweep) {
  std::vector<std::string> partial;
  for (std::size_t n = 0; n < sweep.networks.size(); ++n) {
    for (std::size_t d = 0; d < sweep.devices.size(); ++d) {
      if (!shares_of(sweep, n, d).partial()) continue;
      partial.push_back(fmt::format("{} on {}", sweep.networks[n].name, name(sweep.devices[d])));
    }
  }
  return partial;
}

NetworkSweep cost_with_bar(CostRequest request, double& done) {
  ProgressBar bar;
  const InterruptGuard guard;
  request.mapping.run.interrupted = InterruptGuard::interrupted;
  request.mapping.run.progress = [&](const std::string& phase, double share) {
    done = share;
    bar.show(phase, share);
  };
  return cost_networks(request);
}

/// The one schedule of a sweep as a file.
void write_schedule(const NetworkSweep& sweep, const std::string& path) {
  const bool one =
      has_schedule(sweep) && sweep.schedules.size() == 1 && sweep.schedules.front().size() == 1;
  if (!one || !std::holds_alternative<Architecture>(sweep.devices.front())) {
    throw InputError(
        "--output-schedule: expected one network on one device that a mapping is searched for, and "
        "--schedule kept or best, or --images");
  }
  write_file(path, schedule_yaml(sweep.schedules.front().front(), sweep.networks.front().network,
                                 std::get<Architecture>(sweep.devices.front())));
}

int refuse_interrupted(const CostCommand& given, double done) {
  refuse(fmt::format("interrupted: {:.0f} % of the layers are mapped; {}", 100.0 * done,
                     given.request.store.empty() ? "--store DIR keeps what is mapped for the next "
                                                   "call"
                                                 : "the same command goes on"));
  return InterruptGuard::exit_code();
}

void check_outputs(const CostCommand& given) {
  std::vector<std::string> read = given.request.networks;
  read.insert(read.end(), given.how.devices.begin(), given.how.devices.end());
  read.push_back(given.request.schedule.file);
  refuse_input("--output-schedule", given.output_schedule, read);
  refuse_input("--html", given.page, read);
}

/// The columns that names of layers and the picture of a schedule have.
std::size_t line_width(const FormatOption& format) {
  return format.wide ? kLineWidth : terminal_width(STDOUT_FILENO).value_or(kLineWidth);
}

int run_cost(CostCommand given, const std::string& command) {
  const auto by = parse_enum<CostRows>(given.by, "--by");
  // A word that ends as a file does is one.
  if (given.how.schedule.ends_with(".yaml")) {
    given.request.schedule.file = std::exchange(given.how.schedule, "separate");
  }
  const SweepOptions how = sweep_options(given.how);
  given.request.devices = how.devices;
  given.request.mapping = how.mapping;
  given.request.schedule.tell = given.format.format == Format::Table;
  read_dims(given.dims, given.request.import);
  if (!given.budget.empty()) given.request.schedule.budget_seconds = parse_duration(given.budget);
  given.request.schedule.kind = how.schedule;
  given.request.schedule.orders = parse_enum<Orders>(given.orders, "--orders");
  given.request.schedule.images = parse_images(given.images, "--images");
  check_outputs(given);
  std::optional<FolderLock> lock;
  if (!given.folder.empty()) {
    lock.emplace(given.folder);
    check_sweep_folder(given.folder);
    if (given.request.store.empty()) given.request.store = given.folder;
  }
  NetworkSweep sweep;
  double done = 0.0;
  try {
    sweep = cost_with_bar(given.request, done);
  } catch (const Interrupted&) {
    return refuse_interrupted(given, done);
  }
  for (const ListedNetwork& listed : sweep.networks) print_warnings(listed.warnings);
  if (!given.folder.empty()) {
    write_network_sweep(sweep, command, given.folder, given.format.guard);
  }
  if (!given.output_schedule.empty()) write_schedule(sweep, given.output_schedule);
  print(network_sweep_report(sweep, by, line_width(given.format)), given.format);
  if (!given.page.empty()) {
    write_page(given.page, {.json = network_sweep_json(sweep, CostRows::Layer)});
  }
  const std::vector<std::string> partial = partial_ones(sweep);
  if (!given.strict || partial.empty()) return 0;
  return refuse(fmt::format("--strict: {} partial: {}",
                            partial.size() == 1 ? "a total is" : "totals are",
                            fmt::join(partial, ", ")));
}

void add_what(CLI::App& command, CostCommand& given) {
  command
      .add_option("networks,--network", given.request.networks,
                  "shipped names, files, ONNX models, or a pattern of files in quotes; by comma")
      ->required();
  command.add_option("--device,--arch", given.how.devices, target_forms() + "; by comma")
      ->delimiter(',')
      ->required();
  command.add_option("--batch", given.request.import.batch, "images at a time")
      ->check(CLI::Range(std::int64_t{1}, kMostOfDimension));
  command.add_option("--dim", given.dims, "size of an open dimension of a model: NAME=SIZE");
  command.add_flag("--unfused", given.request.import.unfused,
                   "activations and moves of words in a model are layers of their own");
}

void add_how(CLI::App& command, CostCommand& given) {
  add_mapping(command, given.how);
  command.add_option("--store", given.request.store,
                     "a folder that keeps what is mapped for later calls; studies may share it; "
                     "default: as --out, where that is given");
  add_schedule(command, given.how, "; or the file of one to price");
  command
      .add_option("--orders", given.orders,
                  "of the layers in a schedule: given, or all in which each comes after those that "
                  "it reads")
      ->capture_default_str();
  command
      .add_option("--images", given.images,
                  "that run one after another, so that weights may stay on chip over them: a "
                  "number, or stream")
      ->capture_default_str();
  command.add_option("--output-schedule", given.output_schedule,
                     "a file for the schedule, which --schedule takes again");
  command.add_option(
      "--budget", given.budget,
      "time for each schedule: 10s, 1min; the answer then tells the gap that is left");
  command.add_option("--by", given.by, "a row is a layer, an operator or a memory level")
      ->capture_default_str();
  command.add_option("--out", given.folder, "a folder for the tables and run.yaml of a sweep");
  add_html(command, given.page);
  command.add_flag("--strict", given.strict, "exit code 2 where a total is partial");
  add_format(command, given.format);
}

}  // namespace

void add_cost(CLI::App& app, const std::string& command_line, Action& action) {
  CLI::App* command = app.add_subcommand("cost", "What whole networks cost, layer by layer");
  const auto given = std::make_shared<CostCommand>();
  add_what(*command, *given);
  add_how(*command, *given);
  command->footer(
      "A layer that does not fit a device is costed in parts. Where no part fits it is left out of "
      "the total,\nwhich then says that it is partial.\n"
      "Example:\n"
      "  tilewise cost --network resnet18 --device eyeriss,zc706\n"
      "  tilewise cost models/*.onnx --device eyeriss --batch 4 --store out/store\n"
      "  tilewise cost --network resnet18,mobilenetv2 --device zc706 --by operator --json\n"
      "  tilewise cost --network mobilenetv2 --device zc706 --schedule best --budget 10s\n"
      "  tilewise cost --network 'models/*.onnx' --device zc706 --schedule best --images stream\n"
      "  tilewise cost --network mobilenetv2 --device zc706 --schedule best --objective pareto\n"
      "  tilewise cost --network resnet50 --device eyeriss --objective latency --out out/resnet50");
  command->callback([given, command_line, &action] {
    action = [given, command_line] { return run_cost(*given, command_line); };
  });
}

}  // namespace tilewise
