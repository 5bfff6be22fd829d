#pragma once

#include "app/commands.hpp"

namespace tilewise {

/// `tilewise fpga what-if`: adds it to the group `fpga`.
void add_fpga_what_if(CLI::App& group, Action& action);

}  // namespace tilewise
