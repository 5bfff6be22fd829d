#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/format_option.hpp"
#include "app/output.hpp"
#include "arch/family/families.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/quote.hpp"
#include "base/text_table.hpp"
#include "report/list_report.hpp"
#include "sweep/evidence.hpp"
#include "sweep/target.hpp"

namespace tilewise {
namespace {

int list_architectures(const FormatOption& format) {
  const std::filesystem::path folder = config_folder() / "arch";
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  if (error) throw InputError(folder.string() + ": " + error.message());
  std::sort(names.begin(), names.end());
  std::vector<std::vector<std::string>> rows{{"name", "description"}};
  for (const std::string& name : names) {
    rows.push_back({name, description(load_device(folder / (name + ".yaml")))});
  }
  print(list_report(rows), format);
  return 0;
}

int list_families() {
  std::vector<std::vector<std::string>> rows{{"family", "description"}};
  for (const Family& family : families()) rows.push_back({family.name, family.summary});
  print(text_table(rows));
  return 0;
}

/// The parameters of one, what studies call them, and where to read on.
int show_family(const std::string& name) {
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
  print(text + text_table(rows) + "\nread on: " + family.page + "\n");
  return 0;
}

void add_families(CLI::App& command, Action& action) {
  CLI::App* families =
      command.add_subcommand("families", "The families of hardware, or the parameters of one");
  const auto name = std::make_shared<std::string>();
  families->add_option("NAME", *name, "a family");
  families->footer("Example:\n  tilewise arch families\n  tilewise arch families eyeriss");
  families->callback([name, &action] {
    action = [name] { return name->empty() ? list_families() : show_family(*name); };
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
  show->callback([file, &action] {
    action = [file] {
      const Target target = find_target(*file);
      print(printable_lines(describe(target) + "\n" + evidence_text(target) + "\n"));
      return 0;
    };
  });
  CLI::App* list = command->add_subcommand("list", "The shipped architectures");
  list->footer("Example:\n  tilewise arch list");
  const auto format = std::make_shared<FormatOption>();
  add_format(*list, *format);
  list->callback([format, &action] { action = [format] { return list_architectures(*format); }; });
  add_families(*command, action);
}

}  // namespace tilewise
