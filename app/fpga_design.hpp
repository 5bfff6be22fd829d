#pragma once

#include "app/commands.hpp"

namespace tilewise {

// One function a subcommand of `tilewise fpga`.
void add_fpga_design(CLI::App& fpga, Action& action);
void add_fpga_cost(CLI::App& fpga, Action& action);

}  // namespace tilewise
