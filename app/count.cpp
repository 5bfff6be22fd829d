#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "report/counts_report.hpp"
#include "sim/nest_file.hpp"

namespace tilewise {
namespace {

struct CountOptions {
  std::string file;
  FormatOption format{Format::Json, std::nullopt};
};

}  // namespace

void add_count(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("count", "Count the accesses of a loop nest");
  const auto options = std::make_shared<CountOptions>();
  command->add_option("FILE", options->file, "the layer and its loop nest, YAML or JSON")
      ->required();
  add_format(*command, options->format);
  command->footer("Example:\n  tilewise count nest.yaml");
  command->callback([options, &action] {
    action = [options] {
      const NestFile nest = load_nest(options->file);
      const AccessCounts counts = count_accesses(nest.layer, nest.mapping, nest.merges);
      print(counts_report(nest, counts), options->format);
      return 0;
    };
  });
}

}  // namespace tilewise
