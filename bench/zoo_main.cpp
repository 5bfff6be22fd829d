#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arch/architecture_yaml.hpp"
#include "base/file.hpp"
#include "base/parallel.hpp"
#include "bench/layer_zoo.hpp"
#include "bench/search_times.hpp"
#include "mapper/factors.hpp"
#include "mapper/search.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {
namespace {

struct Options {
  std::vector<std::string> devices{"eyeriss", "eyeriss_free", "zc706"};
  std::vector<std::string> sets;
  std::vector<std::string> layers;
  std::string factors = "divisors";
  std::size_t limit = 0;
  int threads = 1;
  double budget = 0.0;
  std::string layer_table;
};

/// Of all threads of the process so far.
double cpu_milliseconds() {
  timespec at{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) * 1e3 + static_cast<double>(at.tv_nsec) * 1e-6;
}

SearchTime timed_search(const Architecture& device, const std::string& set, const Layer& layer,
                        const Options& options) {
  using Clock = std::chrono::steady_clock;
  const double cpu_start = cpu_milliseconds();
  const auto start = Clock::now();
  const SearchResult result = search(device, layer,
                                     {.mapping = {.objective = Objective::Edp,
                                                  .factors = parse_factors_or_auto(options.factors),
                                                  .run = {.threads = options.threads}},
                                      .budget_seconds = options.budget});
  const std::chrono::duration<double, std::milli> took = Clock::now() - start;
  SearchTime time{device.name,
                  set,
                  layer.name,
                  took.count(),
                  std::nullopt,
                  result.proven,
                  cpu_milliseconds() - cpu_start,
                  result.gap,
                  result.certificate.evaluated};
  if (best_mapping(result)) time.objective_value = result.objective_value;
  return time;
}

/// The most memory that the process has had at once.
double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void run(const Options& options) {
  std::vector<Architecture> devices;
  for (const std::string& name : options.devices) devices.push_back(find_architecture(name));
  std::vector<LayerSet> sets;
  if (!options.layers.empty()) {
    sets.push_back({"layers", {}});
    for (const std::string& name : options.layers) sets.front().layers.push_back(find_layer(name));
  }
  const bool all_sets = options.sets.empty() && options.layers.empty();
  for (const std::string& name : all_sets ? layer_set_names() : options.sets) {
    sets.push_back(layer_set(name));
  }

  std::vector<SearchTime> all;
  for (const Architecture& device : devices) {
    const std::size_t first = all.size();
    for (const LayerSet& set : sets) {
      for (const Layer& layer : spread(set.layers, options.limit)) {
        all.push_back(timed_search(device, set.name, layer, options));
      }
    }
    fmt::print("### {}\n{}\n", device.name, times_table(std::span(all).subspan(first)));
    std::fflush(stdout);
  }
  fmt::print("Peak memory: {:.0f} MiB\n", peak_mebibytes());
  if (!options.layer_table.empty()) write_file(options.layer_table, times_csv(all));
}

int run_command_line(int argc, char** argv) {
  Options options;
  CLI::App app("How long the search for the mapping of least EDP takes, layer by layer",
               "tilewise_zoo");
  app.add_option("--device", options.devices, "architectures: shipped names or files; by comma")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--only", options.sets, "sets of layers; by comma; nothing: all")->delimiter(',');
  app.add_option("--layer", options.layers, "layers: shipped names or files; by comma")
      ->delimiter(',');
  app.add_option("--factors", options.factors, "divisors, all or auto")->capture_default_str();
  app.add_option("--limit", options.limit, "layers a set, evenly spread; 0: all")
      ->capture_default_str();
  app.add_option("--budget", options.budget, "stop each search after these seconds; 0: never")
      ->check(CLI::Range(0.0, 1e6));
  app.add_option("--threads", options.threads, "threads of a search; 0: one a core")
      ->check(CLI::Range(0, kMostThreads))
      ->capture_default_str();
  app.add_option("--layer-table", options.layer_table, "a CSV file for one row a search");
  app.footer(
      "Examples:\n  tilewise_zoo --device eyeriss,zc706 --only alexnet --limit 3\n"
      "  tilewise_zoo --device eyeriss --layer alexnet_conv3 --factors all --budget 10");
  CLI11_PARSE(app, argc, argv);
  run(options);
  return 0;
}

}  // namespace
}  // namespace tilewise

int main(int argc, char** argv) {
  try {
    return tilewise::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 2;
  }
}
