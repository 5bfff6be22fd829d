#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "app/sweep_options.hpp"
#include "space/hwnasbench_model.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// An architecture of a search space, as `tilewise space` shows it.
struct ShownArchitecture {
  std::optional<std::int64_t> index;
  std::string text;  ///< as the user writes it
  /// The network on a data set; throws InputError where there is no such data set.
  std::function<Network(const std::string& dataset)> network;
  /// What a published model says of it; empty where none knows the space.
  std::function<HwnasbenchCost(const HwnasbenchModel& model, const std::string& dataset)>
      published = {};
};

/// Prints MACs, parameters and layers on each data set and, where devices are given, what the
/// network costs there. Returns the exit code.
int print_architecture(const ShownArchitecture& shown, const SweepArguments& arguments, bool json);

}  // namespace tilewise
