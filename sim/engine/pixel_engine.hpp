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

/// What a layer costs in the fixed control: convolutions by FPGA I1 to I8, pools, fully connected
/// layers and sums by I9. Images and groups follow one another; a matrix product is a pointwise
/// convolution whose pixels are its rows; both are estimates, nobody measured them. Throws
/// InputError for a layer of more than 2^28 passes, and where the input ring is smaller than a
/// burst.
LayerCost pixel_engine_cost(const PixelEngine& engine, const Layer& layer);

}  // namespace tilewise
