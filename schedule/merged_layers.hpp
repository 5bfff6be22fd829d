#pragma once

#include <cstddef>
#include <vector>

#include "arch/architecture.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// Layers of which all but the first run in the drain of the first (docs/schedule.md).
struct MergedLayers {
  std::vector<std::size_t> layers;  ///< of the network, each the only reader of the one before
  Layer layer;                      ///< all of them as one; named after them
  /// Layers whose outputs the sums start from; fewer than `layer.start.operands` where no layer
  /// makes the others.
  std::vector<std::size_t> operands;
};

/// All that hardware which merges these may merge, by the first layer, then by how many. `apart`:
/// layers that do not run as one.
std::vector<MergedLayers> merged_layers(const Network& network,
                                        const EnumArray<Merge, bool>& merges,
                                        const std::vector<bool>& apart);
/// Whether they follow one another in the order of the network: all else that they read is made
/// before.
bool in_a_row(const MergedLayers& merged);

}  // namespace tilewise
