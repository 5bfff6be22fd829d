#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "workload/layer.hpp"

namespace CLI {
class App;
}

namespace tilewise {

/// A layer and what it runs on, as a command line names them.
struct LayerOptions {
  std::string device;  ///< as find_target takes it
  std::string network;
  std::string layer;
  std::optional<std::int64_t> batch;  ///< instead of the batch of the file
};
void add_layer_options(CLI::App& command, LayerOptions& options);

/// The layer of that name in the network, or, where none is named, the layer of a file or a shipped
/// one. Throws InputError that lists the names there are.
Layer chosen_layer(const LayerOptions& options);

}  // namespace tilewise
