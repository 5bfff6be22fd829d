#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sweep/network_sweep.hpp"

namespace tilewise {

/// How long each part of a device is busy with a layer, compute first.
std::vector<PartLoad> loads_of(const LayerCost& cost, const Device& device);

/// The place of its off-chip memory, as loads and energies name it.
std::string off_chip_place(const Device& device);

/// The costs that stand for a layer of a network on a device: its own, or those of its parts; none
/// where it fits in no way.
std::vector<const LayerCost*> costs_of_layer(const NetworkSweep& sweep, std::size_t network,
                                             std::size_t layer, std::size_t device);

}  // namespace tilewise
