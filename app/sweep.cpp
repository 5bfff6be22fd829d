#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "api/tilewise.hpp"
#include "app/busy_line.hpp"
#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "app/html_page.hpp"
#include "app/interrupt.hpp"
#include "app/output.hpp"
#include "app/progress.hpp"
#include "app/space_words.hpp"
#include "app/sweep_options.hpp"
#include "base/error.hpp"
#include "base/folder_lock.hpp"
#include "report/sweep_files.hpp"
#include "report/sweep_summary.hpp"

namespace tilewise {
namespace {

struct SweepCommand {
  SweepArguments arguments;
  std::string folder;
  std::string store;  ///< empty: as the folder
  FormatOption format;
};

int run_sweep(const SearchSpace& space, const SweepCommand& given, const std::string& command) {
  SweepOptions options = sweep_options(given.arguments);
  check_sweep_words(options);
  const FolderLock lock(given.folder);
  SweepWriter writer(given.folder);
  SweepColumns columns;
  const RowSink rows{[&](const SweepResult& swept, const RowBlock& block) {
    if (InterruptGuard::interrupted()) throw Interrupted();
    writer.add(swept, block);
    add_rows(columns, swept, block.rows);
  }};
  SweepResult result;
  double done = 0.0;
  try {
    ProgressBar bar;
    const InterruptGuard guard;
    options.mapping.run.interrupted = InterruptGuard::interrupted;
    options.mapping.run.progress = [&](const std::string& phase, double share) {
      done = share;
      bar.show(phase, share);
    };
    result =
        sweep_space(space.name, options, rows, given.store.empty() ? given.folder : given.store);
  } catch (const Interrupted&) {
    refuse(fmt::format(
        "interrupted: {:.0f} % done; what is mapped is kept in {}; the same command goes on",
        100.0 * done, given.store.empty() ? given.folder : given.store));
    return InterruptGuard::exit_code();
  }
  writer.finish(result, space, options, command, given.format.guard);
  if (const BlockForm* form = blocks(space)) {
    print(block_summary_report(result, *form), given.format);
  } else {
    columns.phases = result.phases;
    columns.notes = evidence_lines(result);
    print(sweep_report(columns), given.format);
  }
  return 0;
}

/// "tilewise sweep NAME --dataset ... --device ... --out ..." of each space.
std::string examples(const std::vector<NamedSpace>& spaces) {
  std::string text = "Ctrl-C and SIGTERM keep what is mapped: the same command goes on.\nExample:";
  for (const auto& [word, each] : spaces) {
    const SearchSpace& space = *each;
    text += "\n  tilewise sweep " + word + " --dataset " + space.datasets.front() +
            " --device eyeriss,zc706 --objective edp --out out/" + space.name;
  }
  return text;
}

}  // namespace

void add_sweep(CLI::App& app, const CommandLine& line, Action& action) {
  CLI::App* command = app.add_subcommand(
      "sweep", "Cost every architecture of a search space: a shipped one, or that of a file");
  const std::vector<NamedSpace> spaces = asked_spaces("sweep", line.words);
  command->require_subcommand(1);
  command->footer(examples(spaces));
  const auto given = std::make_shared<SweepCommand>();
  for (const auto& [word, each] : spaces) {
    const SearchSpace& space = *each;
    CLI::App* sweep = command->add_subcommand(word, space.summary);
    add_places(*sweep, space, given->arguments);
    sweep->get_option("--dataset")->required();
    sweep->get_option("--device")->required();
    add_mapping(*sweep, given->arguments);
    add_schedule(*sweep, given->arguments);
    sweep->add_option("--out", given->folder, "the folder for the tables and run.yaml")->required();
    sweep->add_option(
        "--store", given->store,
        "the folder of results.sqlite, which keeps what is mapped for later calls and "
        "studies; default: as --out");
    add_format(*sweep, given->format);
    sweep->footer(examples(spaces));
    sweep->callback([given, &space, text = line.text, &action] {
      action = [given, &space, text] { return run_sweep(space, *given, text); };
    });
  }
}

void add_report(CLI::App& app, Action& action) {
  struct Options {
    std::string folder;
    std::string page;
    std::string accuracy;
    FormatOption format;
  };
  CLI::App* command =
      app.add_subcommand("report", "Summarise the files of a sweep, or make a page of any answer");
  const auto options = std::make_shared<Options>();
  command
      ->add_option("DIR", options->folder,
                   "the folder that tilewise sweep wrote; with --html also that of cost, space or "
                   "explore, or a file with what cost or map --json printed")
      ->required();
  add_html(*command, options->page);
  command
      ->add_option("--accuracy", options->accuracy,
                   "of the page: CSV file index,accuracy or dataset,index,accuracy")
      ->needs("--html");
  add_format(*command, options->format);
  command->footer(
      "Example:\n"
      "  tilewise report out/nasbench201\n"
      "  tilewise report out/nasbench201 --html nasbench201.html");
  command->callback([options, &action] {
    action = [options] {
      if (!options->page.empty()) {
        write_page(options->page, {.folder = options->folder, .accuracy = options->accuracy});
        return 0;
      }
      const SweepColumns columns =
          while_busy("read " + options->folder, [&] { return read_sweep(options->folder); });
      print(sweep_report(columns), options->format);
      return 0;
    };
  });
}

}  // namespace tilewise
