#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/output.hpp"
#include "report/counts_json.hpp"
#include "sim/nest_file.hpp"

namespace tilewise {

void add_count(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("count", "Count the accesses of a loop nest, as JSON");
  const auto file = std::make_shared<std::string>();
  command->add_option("FILE", *file, "the layer and its loop nest, YAML or JSON")->required();
  command->footer("Example:\n  tilewise count nest.yaml");
  command->callback([file, &action] {
    action = [file] {
      const NestFile nest = load_nest(*file);
      print(counts_json(nest, count_accesses(nest.layer, nest.mapping, nest.merges)));
      return 0;
    };
  });
}

}  // namespace tilewise
