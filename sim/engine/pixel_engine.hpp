#pragma once

#include <cstdint>
#include <vector>

#include "arch/family/pixel_engine.hpp"
#include "sim/evaluate.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Beats of one channel group for each tile of P output pixels of one image (FPGA I1 to I3): rows
/// are read whole, from the first pixel that the tile's first window wants to the last of its last,
/// halos again for each tile. `layer` is a convolution or a pool. Throws InputError beyond 2^24
/// tiles.
std::vector<std::int64_t> burst_beats(const PixelEngine& engine, const Layer& layer);

/// Where the weights of a convolution are when it begins (FPGA I11).
enum class WeightPlace { OffChip, OnChip };

/// What a layer costs in the fixed control: convolutions by FPGA I1 to I8, I10 and I11, pools,
/// fully connected layers and sums by I9. Images and groups follow one another; a matrix product is
/// a pointwise convolution whose pixels are its rows; both are estimates, nobody measured them.
/// Throws InputError for a layer of more than 2^28 passes, and where the input ring is smaller than
/// a burst.
LayerCost pixel_engine_cost(const PixelEngine& engine, const Layer& layer, WeightPlace weights);

/// The same of a layer alone: its weights are on chip where they fit the weight memory.
LayerCost pixel_engine_cost(const PixelEngine& engine, const Layer& layer);

/// Room of the weights of a convolution on chip, with the lanes and channels that are filled up;
/// none for other layers.
Bits weight_room(const PixelEngine& engine, const Layer& layer);

}  // namespace tilewise
