#pragma once

#include <string>
#include <vector>

#include "space/search_space.hpp"
#include "sweep/sweep.hpp"

namespace CLI {
class App;
}

namespace tilewise {

/// What a command line says about data sets, devices and how layers are mapped.
struct SweepArguments {
  std::vector<std::string> datasets;
  std::vector<std::string> devices;
  std::string objective = "edp";
  std::string factors = "auto";
  int threads = 0;
  bool prune_dead = false;
  std::string schedule = "separate";
};

/// Adds --dataset and --device, and --prune-dead where the space has dead layers; the caller says
/// whether they must be there.
void add_places(CLI::App& command, const SearchSpace& space, SweepArguments& arguments);
/// Adds --objective, --factors and --threads.
void add_mapping(CLI::App& command, SweepArguments& arguments);

/// Adds --schedule; `more` ends its help.
void add_schedule(CLI::App& command, SweepArguments& arguments, const std::string& more = "");

/// Throws InputError where a word is unknown.
SweepOptions sweep_options(const SweepArguments& arguments);

}  // namespace tilewise
