#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "api/tilewise.hpp"
#include "app/candidate_report.hpp"
#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "app/listings.hpp"
#include "app/output.hpp"
#include "app/progress.hpp"
#include "app/space_words.hpp"
#include "app/sweep_options.hpp"
#include "base/error.hpp"
#include "base/folder_lock.hpp"
#include "report/sweep_files.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostSamples = 1'000'000;  // more do not fit in a table to read

struct SpaceCommand {
  std::optional<std::int64_t> index;
  std::string candidate;
  std::int64_t sample = 0;
  std::int64_t seed = 0;
  std::string folder;
  SweepArguments arguments;
  FormatOption format;
};

int run_one(const SearchSpace& space, const SpaceCommand& given) {
  SweepOptions options = sweep_options(given.arguments);
  const CandidateCosts costs = [&] {
    ProgressBar bar;
    options.mapping.run.progress = bar.shower();
    if (given.index) return cost_candidate(space, *given.index, options);
    return cost_candidate(space, given.candidate, options);
  }();
  print(candidate_report(costs), given.format);
  return 0;
}

int run_sample(const SearchSpace& space, const SpaceCommand& given,
               const std::string& command_line) {
  if (given.format.asked.value_or(Format::Csv) != Format::Csv) {
    throw InputError(fmt::format("--format {}: a sample is costs.csv; leave --format out",
                                 name(*given.format.asked)));
  }
  SweepOptions options = sweep_options(given.arguments);
  std::optional<FolderLock> lock;
  if (!given.folder.empty()) {
    lock.emplace(given.folder);
    check_sweep_folder(given.folder);
  }
  const SweepResult result = [&] {
    ProgressBar bar;
    options.mapping.run.progress = bar.shower();
    return sweep_sample(space.name, options, static_cast<std::uint64_t>(given.seed), given.sample);
  }();
  if (given.folder.empty()) {
    print(costs_csv(result));
  } else {
    write_sweep(result, space, options, command_line, given.folder);
    print(fmt::format("{}: {} rows in costs.csv\n", given.folder, result.rows.size()));
  }
  return 0;
}

/// How users name one candidate. The older names of the option stay: an "architecture" is also
/// hardware.
void add_candidate(CLI::Option_group& which, const SearchSpace& space, SpaceCommand& given) {
  which.add_option("--candidate,--arch,--arch-string", given.candidate, space.text_help);
}

/// A space of blocks has samples.
void add_sample(CLI::App& command, CLI::Option_group& which, SpaceCommand& given) {
  CLI::Option* sample =
      which.add_option("--sample", given.sample, "so many random candidates, as costs.csv")
          ->check(CLI::Range(std::int64_t{1}, kMostSamples));
  command.add_option("--seed", given.seed, "of the sample")
      ->needs(sample)
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
      ->capture_default_str();
  command.add_option("--out", given.folder, "a folder for the sample, as that of a sweep")
      ->needs(sample);
}

void add_space_options(CLI::App& command, const SearchSpace& space, SpaceCommand& given) {
  given.arguments.datasets = {space.datasets.front()};
  CLI::Option_group* which = command.add_option_group("candidate");
  if (const IndexedForm* form = indexed(space)) {
    which->add_option("--index", given.index, fmt::format("its index, 0 to {}", form->size - 1));
  }
  add_candidate(*which, space, given);
  if (blocks(space) != nullptr) add_sample(command, *which, given);
  which->require_option(1);
  add_places(command, space, given.arguments);
  command.get_option("--dataset")->capture_default_str();
  add_mapping(command, given.arguments);
  add_format(command, given.format);
}

/// Lines of --help, each behind the end of the line before.
std::string examples(const std::vector<NamedSpace>& spaces) {
  std::string text;
  for (const auto& [word, each] : spaces) {
    const SearchSpace& space = *each;
    if (indexed(space) != nullptr) text += "\n  tilewise space " + word + " --index 0";
    text +=
        fmt::format("\n  tilewise space {} --candidate '{}' --device zc706", word, space.example);
    if (blocks(space) == nullptr) continue;
    text += fmt::format("\n  tilewise space {} --sample 1000 --seed 1 --device zc706 --out out/{}",
                        word, space.name);
  }
  return text;
}

}  // namespace

void add_space(CLI::App& app, const CommandLine& line, Action& action) {
  CLI::App* command = app.add_subcommand(
      "space", "Look up a candidate of a search space: a shipped one, or that of a file");
  const std::vector<NamedSpace> spaces = asked_spaces("space", line.words);
  command->require_subcommand(1);
  command->footer("Example:\n  tilewise space list" + examples(spaces));
  add_list(*command, "The shipped search spaces", list_spaces, action);
  for (const auto& [word, each] : spaces) {
    const SearchSpace& space = *each;
    CLI::App* one = command->add_subcommand(word, space.title);
    const auto given = std::make_shared<SpaceCommand>();
    add_space_options(*one, space, *given);
    one->footer("Example:" + examples(spaces));
    one->callback([given, &space, text = line.text, &action] {
      action = [given, &space, text] {
        return given->sample > 0 ? run_sample(space, *given, text) : run_one(space, *given);
      };
    });
  }
}

}  // namespace tilewise
