#pragma once

#include <algorithm>
#include <cstdint>

#include "base/integers.hpp"
#include "workload/coordinates.hpp"

namespace tilewise {

/// One dimension at a boundary, seen by one tensor.
struct DimView {
  std::int64_t size = 1;       ///< D
  std::int64_t extent = 1;     ///< of the child's tile, not clipped
  std::int64_t tiles = 1;      ///< children's tiles in all: ceil(D / extent)
  std::int64_t outside = 1;    ///< instances of the child's level
  std::int64_t merged = 1;     ///< of these, under one parent and behind a merging network
  std::int64_t positions = 1;  ///< most temporal positions outside
  std::int64_t siblings = 1;   ///< instances directly below the level above
  bool stands_alone = false;   ///< the last temporal position may stand alone
  bool moves = false;          ///< there are temporal loops outside
  /// Fewest instances that work at the first temporal position.
  std::int64_t working() const { return ceil_div(tiles, positions); }
  /// What is left of the size without a last temporal position that stands alone: at that one
  /// position the loop does not turn, so that other tensors' loops may reuse the tile.
  std::int64_t turning() const {
    return stands_alone ? std::max<std::int64_t>(0, size - extent * outside) : size;
  }
  /// The view of all but the last temporal position.
  DimView without_last() const {
    DimView made = *this;
    made.size = turning();
    made.tiles = ceil_div(made.size, made.extent);
    made.stands_alone = false;
    return made;
  }
};

/// An axis of Input: rows from P and R, or columns from Q and S.
struct InputAxis {
  DimView output;
  DimView filter;
  AxisLoops step;             ///< stride and dilation
  std::int64_t all_taps = 1;  ///< of the layer, whatever is left out of `filter`
  std::int64_t real_low = 0;
  std::int64_t real_high = 0;
  /// Of the turns of its loops, those after which a tile surely has other coordinates.
  double sure_moves = 1.0;
  bool real = false;      ///< the parent holds real words only
  bool adjacent = false;  ///< the parent is one level up: its children's tiles touch
  bool merges = false;    ///< multicast there

  std::int64_t distinct(std::int64_t outputs, std::int64_t taps) const {
    if (outputs == 0 || taps == 0) return 0;
    return distinct_coordinates(outputs, taps, step.stride, step.dilation);
  }
  std::int64_t distinct_real(std::int64_t first_output, std::int64_t outputs,
                             std::int64_t first_tap, std::int64_t taps) const {
    if (outputs == 0 || taps == 0) return 0;
    const std::int64_t start = first_output * step.stride + first_tap * step.dilation;
    return distinct_coordinates({outputs, taps, step.stride, step.dilation}, real_low - start,
                                real_high - start);
  }

  /// Coordinates of all tiles of `outputs` x `taps`, each for itself.
  double sum_of_tiles(std::int64_t outputs, std::int64_t taps) const {
    const std::int64_t rest_outputs = output.size % outputs;
    const std::int64_t rest_taps = filter.size % taps;
    const auto whole_outputs = static_cast<double>(output.size / outputs);
    const auto whole_taps = static_cast<double>(filter.size / taps);
    return whole_outputs * whole_taps * static_cast<double>(distinct(outputs, taps)) +
           whole_taps * static_cast<double>(distinct(rest_outputs, taps)) +
           whole_outputs * static_cast<double>(distinct(outputs, rest_taps)) +
           static_cast<double>(distinct(rest_outputs, rest_taps));
  }
  /// The same of real coordinates: only tiles at the borders have others.
  double sum_of_real_tiles(std::int64_t outputs, std::int64_t taps) const {
    double sum = 0.0;
    for (std::int64_t r = 0; r < filter.size; r += taps) {
      const std::int64_t deep = std::min(taps, filter.size - r);
      const auto whole = static_cast<double>(distinct(outputs, deep));
      const std::int64_t low = real_low - r * step.dilation;
      const std::int64_t high = real_high - (r + deep - 1) * step.dilation;
      for (std::int64_t p = 0; p < output.size; p += outputs) {
        // All tiles from here on to the one that touches the upper border are alike.
        const bool inside = p * step.stride >= low && high > 0;
        const std::int64_t alike = inside ? ((high - 1) / step.stride + 1 - p) / outputs : 0;
        const std::int64_t all = std::min(alike, (output.size - p) / outputs);
        if (all > 0) {
          sum += static_cast<double>(all) * whole;
          p += (all - 1) * outputs;
          continue;
        }
        const std::int64_t wide = std::min(outputs, output.size - p);
        sum += static_cast<double>(distinct_real(p, wide, r, deep));
      }
    }
    return sum;
  }
  double once(std::int64_t outputs, std::int64_t taps, bool only_real) const {
    return static_cast<double>(only_real ? distinct_real(0, outputs, 0, taps)
                                         : distinct(outputs, taps));
  }
};

/// Words along an axis of Input.
struct AxisWords {
  double tiles = 0.0;          ///< each tile for itself
  double new_words = 0.0;      ///< of each tile what no neighbour has
  double once = 0.0;           ///< what each instance touches
  double changed_tiles = 0.0;  ///< as `tiles`, of those that surely differ from the one before
};

struct AxisBoth {
  AxisWords parent;
  AxisWords child;
};
/// Where outputs and taps both have temporal loops, tiles at two positions may be the same set, but
/// not when the innermost of these loops turns: at least every other time. Where no steps of the
/// outputs are as far as steps of the taps, two positions never have the same first coordinate.
double share_of_sure_moves(const InputAxis& axis);
/// No mapping with these tiles moves less (docs/mapper.md, "The lower bound", 4 to 7).
AxisBoth axis_words_of(const InputAxis& axis);
/// The same without a last position that stands alone: there the axis does not move.
AxisBoth turning_words_of(const InputAxis& axis);

}  // namespace tilewise
