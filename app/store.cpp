#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "app/output.hpp"
#include "base/file_writer.hpp"
#include "base/quote.hpp"
#include "base/text_table.hpp"
#include "study/result_store.hpp"

namespace tilewise {
namespace {

constexpr int kDamaged = 1;  ///< the exit code of a check or export that found damaged rows

struct StoreOptions {
  std::string folder;
  std::string output;
  FormatOption format{Format::Table, std::nullopt};
};

void add_folder(CLI::App& command, StoreOptions& options) {
  command.add_option("FOLDER", options.folder, "the folder of results.sqlite")->required();
}

Report check_report(const StoreCheck& check) {
  return {[&check] {
            return text_table({{"rows", "count"},
                               {"results", std::to_string(check.results)},
                               {"of other models", std::to_string(check.other_models)},
                               {"damaged", std::to_string(check.damaged)}});
          },
          [&check] {
            return fmt::format("{{\"results\": {}, \"other_models\": {}, \"damaged\": {}}}\n",
                               check.results, check.other_models, check.damaged);
          },
          [&check] {
            return fmt::format("results,other_models,damaged\n{},{},{}\n", check.results,
                               check.other_models, check.damaged);
          }};
}

int check_store(const StoreOptions& options) {
  const StoreCheck check = ResultStore::read_only(options.folder).check();
  print(check_report(check), options.format);
  return check.damaged == 0 ? 0 : kDamaged;
}

int vacuum_store(const StoreOptions& options) {
  // Of a folder without a store none is made.
  ResultStore::read_only(options.folder);
  ResultStore store(options.folder);
  const StoreCheck before = store.vacuum();
  print(fmt::format("kept: results {}; removed: of other models {}, damaged {}\n", before.results,
                    before.other_models, before.damaged));
  return 0;
}

std::string layer_row(const Key& configuration, const Key& key, const StoredLayer& layer) {
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\n", hexadecimal(configuration),
                     hexadecimal(key), layer.cycles, layer.latency_ms, layer.energy_pj,
                     layer.dram_bytes, layer.utilisation, csv_cell(layer.mapping),
                     csv_cell(layer.factors), layer.evaluated, layer.proven ? "yes" : "no",
                     csv_cell(layer.why_none));
}

int export_store(const StoreOptions& options) {
  const ResultStore store = ResultStore::read_only(options.folder);
  StoreCheck found;
  const auto write_to = [&](const auto& write) {
    write(
        "configuration,layer,cycles,latency_ms,energy_pj,dram_bytes,utilisation,mapping,factors,"
        "evaluated,proven,why_none\n");
    found =
        store.each_layer([&](const Key& configuration, const Key& key, const StoredLayer& layer) {
          write(layer_row(configuration, key, layer));
        });
  };
  if (options.output.empty()) {
    write_to([](std::string_view text) { print(text); });
  } else {
    FileWriter file(options.output);
    write_to([&file](std::string_view text) { file.write(text); });
    file.finish();
  }
  if (found.damaged == 0) return 0;
  complain(
      fmt::format("warning: {}: damaged rows are left out: {}; a command that needs them "
                  "computes them anew",
                  options.folder, found.damaged));
  return kDamaged;
}

}  // namespace

void add_store(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("store", "Check, clean or export a result store");
  command->require_subcommand(1);
  command->footer(
      "Example:\n"
      "  tilewise store check engines\n"
      "  tilewise store vacuum engines\n"
      "  tilewise store export engines -o layers.csv");
  const auto options = std::make_shared<StoreOptions>();
  const auto add = [&](const char* name, const char* description,
                       int (*work)(const StoreOptions&)) {
    CLI::App* each = command->add_subcommand(name, description);
    add_folder(*each, *options);
    each->callback(
        [options, work, &action] { action = [options, work] { return work(*options); }; });
    return each;
  };
  add_format(*add("check",
                  "Count the results, the rows of other models and the damaged rows; exit code 1 "
                  "where any row is damaged, 2 where the file is",
                  check_store),
             options->format);
  add("vacuum", "Remove the rows of other models and the damaged rows, and give their room back",
      vacuum_store);
  add("export", "Write the layers as CSV; exit code 1 where damaged rows are left out",
      export_store)
      ->add_option("-o,--output", options->output, "the file to write; default: standard output");
}

}  // namespace tilewise
