#pragma once

#include <string>
#include <vector>

#include "app/commands.hpp"

namespace CLI {
class App;
}

namespace tilewise {

/// A list of what is shipped: rows whose first one heads the columns.
using Listing = std::vector<std::vector<std::string>>;

/// What completes after --device: shipped architectures, boards as engines and published models.
std::vector<std::string> device_names();

Listing list_architectures();
/// All that --device takes: architectures, boards and published models.
Listing list_devices();
Listing list_networks();
Listing list_spaces();

/// Adds the subcommand `list` that prints one.
void add_list(CLI::App& command, const std::string& description, Listing (*listing)(),
              Action& action);

}  // namespace tilewise
