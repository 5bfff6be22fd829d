#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arch/family/pixel_engine.hpp"
#include "base/units.hpp"
#include "sim/engine/pixel_engine.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The weights of a layer that could stay on chip from one image to the next.
struct KeepableWeights {
  std::int64_t room = 0;  ///< units of the memory
  Cycles saved;           ///< of the layer where they stay, not negative
};

/// Which weights stay in a memory of `capacity` units (FPGA I11), so that the most cycles are
/// saved: those that stay, and the largest of the others, which stream through it one layer after
/// the other, have room together. Exact. Where no time depends on it, what still fits stays.
std::vector<bool> keep_weights(std::span<const KeepableWeights> layers, std::int64_t capacity);

/// Where the weights of each layer of a network are. Exact up to 2^17 units of weight memory (of a
/// channel group and tap for M outputs), beyond with rooms rounded up to a 2^17th of it. A layer
/// that has no cost on the engine keeps nothing.
std::vector<WeightPlace> place_weights(const PixelEngine& engine, std::span<const Layer> network);

}  // namespace tilewise
