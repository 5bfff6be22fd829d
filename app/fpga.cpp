#include <CLI/CLI.hpp>

#include "app/commands.hpp"
#include "app/fpga_design.hpp"
#include "app/fpga_what_if.hpp"

namespace tilewise {

void add_fpga(CLI::App& app, Action& action) {
  CLI::App* group = app.add_subcommand("fpga", "What an FPGA design costs and takes of its board");
  group->require_subcommand(1);
  group->footer(
      "Example:\n"
      "  tilewise fpga what-if --arch zc706 --layer alexnet_conv3\n"
      "  tilewise fpga design --board zc706 --network resnet18 --objective latency");
  add_fpga_what_if(*group, action);
  add_fpga_design(*group, action);
  add_fpga_cost(*group, action);
  add_fpga_python_commands(*group, action);
}

}  // namespace tilewise
