#include "app/listings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <utility>
#include <variant>

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
namespace {

std::string kind_of(const Target& target) {
  const auto* device = std::get_if<Device>(&target);
  if (device == nullptr) return "published model";
  return std::holds_alternative<Architecture>(*device) ? "architecture" : "fixed control";
}

}  // namespace

std::vector<std::string> device_names() {
  std::vector<std::string> names = shipped_names("arch");
  for (const std::string& board : board_names()) {
    names.push_back(std::string(kBoardPrefix) + board);
  }
  for (const std::string_view model : hwnasbench_names()) names.emplace_back(model);
  return names;
}

Listing list_architectures() {
  Listing rows{{"name", "description"}};
  for (const std::string& name : shipped_names("arch")) {
    rows.push_back({name, description(find_target(name))});
  }
  return rows;
}

Listing list_devices() {
  Listing rows{{"name", "kind", "description"}};
  for (const std::string& name : device_names()) {
    if (name.starts_with(kBoardPrefix)) {
      const FpgaBoard board = find_board(name.substr(kBoardPrefix.size()));
      rows.push_back(
          {name, "board", fmt::format("the engine found for the layers on the {}", board.part)});
      continue;
    }
    const Target target = find_target(name);
    rows.push_back({name, kind_of(target), description(target)});
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
