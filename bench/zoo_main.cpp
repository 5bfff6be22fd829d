#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
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
#include "mapper/search.hpp"

namespace tilewise {
namespace {

struct Options {
  std::vector<std::string> devices{"eyeriss", "eyeriss_free", "zc706"};
  std::vector<std::string> sets = layer_set_names();
  std::size_t limit = 0;
  int threads = 1;
  double budget = 0.0;
  std::string layer_table;
};

SearchTime timed_search(const Architecture& device, const std::string& set, const Layer& layer,
                        int threads, double budget) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const SearchResult result = search(device, layer,
                                     {.mapping = {.objective = Objective::Edp,
                                                  .factors = Factors::Divisors,
                                                  .run = {.threads = threads}},
                                      .budget_seconds = budget});
  const std::chrono::duration<double, std::milli> took = Clock::now() - start;
  SearchTime time{device.name, set, layer.name, took.count(), std::nullopt, result.proven};
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
  for (const std::string& name : options.sets) sets.push_back(layer_set(name));

  std::vector<SearchTime> all;
  for (const Architecture& device : devices) {
    const std::size_t first = all.size();
    for (const LayerSet& set : sets) {
      for (const Layer& layer : spread(set.layers, options.limit)) {
        all.push_back(timed_search(device, set.name, layer, options.threads, options.budget));
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
  app.add_option("--only", options.sets, "sets of layers; by comma")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--limit", options.limit, "layers a set, evenly spread; 0: all")
      ->capture_default_str();
  app.add_option("--budget", options.budget, "stop each search after these seconds; 0: never")
      ->check(CLI::Range(0.0, 1e6));
  app.add_option("--threads", options.threads, "threads of a search; 0: one a core")
      ->check(CLI::Range(0, kMostThreads))
      ->capture_default_str();
  app.add_option("--layer-table", options.layer_table, "a CSV file for one row a search");
  app.footer("Example:\n  tilewise_zoo --device eyeriss,zc706 --only alexnet --limit 3");
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
