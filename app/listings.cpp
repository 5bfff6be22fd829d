#include "app/listings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <utility>

#include "app/format_option.hpp"
#include "arch/fpga/fpga_board.hpp"
#include "base/file.hpp"
#include "base/shipped_names.hpp"
#include "design/board_engine.hpp"
#include "report/list_report.hpp"
#include "space/published/hwnasbench_model.hpp"
#include "space/search_spaces.hpp"
#include "sweep/target.hpp"
#include "workload/network.hpp"
#include "workload/onnx/onnx_import.hpp"

namespace tilewise {

Listing list_architectures() {
  Listing rows{{"name", "description"}};
  for (const std::string& name : shipped_names("arch")) {
    rows.push_back({name, description(find_target(name))});
  }
  return rows;
}

Listing list_devices() {
  Listing rows{{"name", "kind", "description"}};
  for (const std::string& name : shipped_names("arch")) {
    const Target target = find_target(name);
    const bool searched = std::holds_alternative<Architecture>(std::get<Device>(target));
    rows.push_back({name, searched ? "architecture" : "fixed control", description(target)});
  }
  for (const std::string& name : board_names()) {
    rows.push_back(
        {std::string(kBoardPrefix) + name, "board",
         fmt::format("the engine found for the layers on the {}", find_board(name).part)});
  }
  for (const std::string_view name : hwnasbench_names()) {
    rows.push_back(
        {std::string(name), "published model", description(find_target(std::string(name)))});
  }
  return rows;
}

Listing list_networks() {
  Listing rows{{"name", "layers", "MACs", "weights"}};
  for (const std::string& name : shipped_names("workload")) {
    const Network network = find_network_or_model(name).network;
    rows.push_back({name, fmt::format("{}", network.size()), fmt::format("{}", macs(network)),
                    fmt::format("{}", parameters(network))});
  }
  return rows;
}

Listing list_spaces() {
  Listing rows{{"name", "data sets", "summary"}};
  for (const SearchSpace* space : search_spaces()) {
    rows.push_back(
        {space->name, fmt::format("{}", fmt::join(space->datasets, ", ")), space->summary});
  }
  return rows;
}

void add_list(CLI::App& command, const std::string& description, Listing (*listing)(),
              Action& action) {
  CLI::App* list = command.add_subcommand("list", description);
  list->footer(
      fmt::format("Example:\n  tilewise {0} list\n  tilewise {0} list --json", command.get_name()));
  const auto format = std::make_shared<FormatOption>();
  add_format(*list, *format);
  list->callback([format, listing, &action] {
    action = [format, listing] {
      print(list_report(listing()), *format);
      return 0;
    };
  });
}

}  // namespace tilewise
