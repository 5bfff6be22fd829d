#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/units.hpp"

namespace tilewise {

/// The two clocks of a pixel engine, in cycles of its array.
struct PixelClocks {
  Cycles beat;  ///< one beat of a port
  Cycles slot;  ///< one tap of one channel group in the array
};

/// A convolution on a pixel engine: for each tile of output channels, for each pixel tile, a pass
/// over all channel groups.
struct PixelPasses {
  PixelClocks clocks;
  std::int64_t groups = 1;      ///< channel groups of a pass
  Cycles group_work;            ///< of the array a group (FPGA I4)
  Cycles weight_load;           ///< of the weight port a tile of output channels (I8)
  Cycles output_store;          ///< of the output stage a pass (I5)
  std::int64_t lost_slots = 0;  ///< of loader and array a pass (I7)
  std::int64_t m_tiles = 1;     ///< tiles of output channels
  /// Beats between loader and array, freed as the array begins their group; empty: any number.
  std::optional<std::int64_t> input_ring = {};
};

/// When the output stage has taken the last pass: X of FPGA I5. Loader, array and output stage work
/// in tandem, the loader as far ahead as the ring lets it; all begin at 0. `beats`: one entry a
/// pixel tile. A group of a pass begins when its first beat is there, the last one when all are.
/// Throws InputError where the ring is smaller than a burst.
Cycles last_store(const PixelPasses& passes, std::span<const std::int64_t> beats);

}  // namespace tilewise
