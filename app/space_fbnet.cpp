#include "app/space_fbnet.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "app/architecture_costs.hpp"
#include "app/output.hpp"
#include "app/progress.hpp"
#include "report/sweep_files.hpp"
#include "space/fbnet_sweep.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostSamples = 1'000'000;  // more do not fit in a table to read

struct FbnetCommand {
  std::string architecture;
  std::int64_t sample = 0;
  std::int64_t seed = 0;
  std::string folder;
  SweepArguments arguments;
  bool json = false;
  FbnetCommand() { arguments.datasets = {"cifar100"}; }
};

int run_one(const FbnetCommand& given) {
  const FbnetArchitecture architecture = parse_fbnet_architecture(given.architecture);
  const auto network = [&](const std::string& dataset) {
    return fbnet_network(parse_fbnet_dataset(dataset), architecture);
  };
  const auto published = [&](const HwnasbenchModel& model, const std::string& dataset) {
    return cost(model.fbnet(parse_fbnet_dataset(dataset)), architecture.ops);
  };
  return print_architecture({{}, to_string(architecture), network, published}, given.arguments,
                            given.json);
}

int run_sample(const FbnetCommand& given, const std::string& command_line) {
  SweepOptions options = sweep_options(given.arguments);
  if (!given.folder.empty()) check_sweep_folder(given.folder);
  SweepResult result = [&] {
    ProgressBar bar;
    options.progress = [&bar](const std::string& phase, double share) { bar.show(phase, share); };
    const FbnetSweep space = sweep_fbnet(options);
    return fbnet_rows(
        space, sample_fbnet(static_cast<std::uint64_t>(given.seed), given.sample, options.threads),
        options.threads);
  }();
  result.settings.push_back(fmt::format("sample: {}", given.sample));
  result.settings.push_back(fmt::format("seed: {}", given.seed));
  if (given.folder.empty()) {
    print(costs_csv(result));
  } else {
    write_sweep(result, options, command_line, given.folder);
    print(fmt::format("{}: {} rows in costs.csv\n", given.folder, result.rows.size()));
  }
  return 0;
}

}  // namespace

CLI::App* add_space_fbnet(CLI::App& command, const std::string& command_line, Action& action) {
  CLI::App* fbnet = command.add_subcommand("fbnet", "The 9^22 architectures of FBNet");
  const auto given = std::make_shared<FbnetCommand>();
  CLI::Option_group* which = fbnet->add_option_group("architecture");
  CLI::Option* one =
      which->add_option("--arch", given->architecture, "22 operations, 0 to 8 or names; by comma");
  CLI::Option* sample =
      which->add_option("--sample", given->sample, "so many random architectures, as costs.csv")
          ->check(CLI::Range(std::int64_t{1}, kMostSamples));
  which->require_option(1);
  fbnet->add_option("--seed", given->seed, "of the sample")
      ->needs(sample)
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
      ->capture_default_str();
  fbnet->add_option("--out", given->folder, "a folder for the sample, as that of a sweep")
      ->needs(sample);
  add_places(*fbnet, "cifar100, ImageNet", given->arguments);
  fbnet->get_option("--dataset")->capture_default_str();
  add_mapping(*fbnet, given->arguments);
  fbnet->add_flag("--json", given->json, "print a JSON array, an object a data set")->needs(one);
  fbnet->callback([given, command_line, &action] {
    action = [given, command_line] {
      return given->sample > 0 ? run_sample(*given, command_line) : run_one(*given);
    };
  });
  return fbnet;
}

}  // namespace tilewise
