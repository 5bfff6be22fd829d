#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "app/listings.hpp"
#include "app/output.hpp"
#include "arch/family/families.hpp"
#include "base/quote.hpp"
#include "base/text_table.hpp"
#include "sweep/evidence.hpp"
#include "sweep/target.hpp"

namespace tilewise {
namespace {

int list_families(bool wide) {
  std::vector<std::vector<std::string>> rows{{"family", "description"}};
  for (const Family& family : families()) rows.push_back({family.name, family.summary});
  print_tables(text_table(rows), wide);
  return 0;
}

/// The parameters of one, what studies call them, and where to read on.
int show_family(const std::string& name, bool wide) {
  const Family& family = find_family(name);
  std::string text = family.name + "\n" + family.summary + "\n\n";
  text += text_table(parameter_rows(family)) + "\n";
  std::vector<std::vector<std::string>> rows{{"in a study", "sets"}};
  for (const FamilyAlias& alias : family.aliases) {
    std::string sets;
    for (const std::string& parameter : alias.parameters) {
      sets += (sets.empty() ? "" : " or ") + parameter;
    }
    if (!sets.empty()) rows.push_back({alias.name, sets});
  }
  print_tables(text + text_table(rows) + "\nread on: " + family.page + "\n", wide);
  return 0;
}

void add_families(CLI::App& command, Action& action) {
  CLI::App* families =
      command.add_subcommand("families", "The families of hardware, or the parameters of one");
  const auto name = std::make_shared<std::string>();
  const auto wide = std::make_shared<bool>(false);
  families->add_option("NAME", *name, "a family");
  add_wide(*families, *wide);
  families->footer("Example:\n  tilewise arch families\n  tilewise arch families eyeriss");
  families->callback([name, wide, &action] {
    action = [name, wide] {
      return name->empty() ? list_families(*wide) : show_family(*name, *wide);
    };
  });
}

}  // namespace

void add_arch(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("arch", "Show or list architectures");
  command->require_subcommand(1);
  command->footer("Example:\n  tilewise arch list\n  tilewise arch show eyeriss");
  CLI::App* show = command->add_subcommand("show", "One architecture, with every number's source");
  const auto file = std::make_shared<std::string>();
  show->add_option("FILE", *file, "a shipped name or a file")->required();
  show->footer("Example:\n  tilewise arch show eyeriss");
  const auto wide = std::make_shared<bool>(false);
  add_wide(*show, *wide);
  show->callback([file, wide, &action] {
    action = [file, wide] {
      const Target target = find_target(*file);
      print_tables(printable_lines(describe(target) + "\n" + evidence_text(target) + "\n"), *wide);
      return 0;
    };
  });
  add_list(*command, "The shipped architectures", list_architectures, action);
  add_families(*command, action);
}

void add_device(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("device", "List what --device takes");
  command->require_subcommand(1);
  command->footer("Example:\n  tilewise device list");
  add_list(*command, "Shipped architectures, boards and published models", list_devices, action);
}

}  // namespace tilewise
