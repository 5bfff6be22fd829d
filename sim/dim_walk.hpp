#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/nest.hpp"

namespace tilewise {

/// A loop of one dimension outside the child level of a boundary.
struct Digit {
  std::int64_t bound = 1;
  std::int64_t step = 1;
  std::size_t level = 0;
  bool spatial = false;
  std::size_t order = 0;  ///< place among the temporal loops of its dimension group
};

/// One dimension seen from a boundary: the loops outside the child, whose index is a number in a
/// mixed radix, and the extent of the child's tile.
struct DimWalk {
  std::int64_t size = 1;    ///< D, the layer's bound
  std::int64_t extent = 1;  ///< of the child's tile, not clipped
  bool reduction = false;
  std::vector<Digit> digits;  ///< outermost first
};

/// Which transition is meant: temporal loops of the group with `order` below `split` hold, those
/// from `split` on are reset; with `advances`, the loop at `split` goes from i - 1 to i.
struct Move {
  enum class Kind { First, Transition };
  Kind kind = Kind::Transition;
  std::size_t split = 0;
  bool advances = false;
};

/// Temporal positions of one dimension that behave alike at a transition.
struct TemporalClass {
  std::int64_t count = 0;        ///< how many positions
  std::int64_t first_count = 0;  ///< of these, the ones that no reduction loop has been through
  std::int64_t now = 0;          ///< base index after the transition, one representative
  std::int64_t before = 0;       ///< base index before it
};

/// The classes of `walk` at `move`. With `absolute`, positions are not taken together (padding
/// makes border tiles differ). At most three classes a held loop otherwise: the digit of D - 1 at
/// its place splits the indices into those below, equal and above.
std::vector<TemporalClass> temporal_classes(const DimWalk& walk, const Move& move, bool absolute);

/// Offsets that the spatial loops with `wanted(digit)` add to the base index.
template <class Wanted>
std::vector<std::int64_t> spatial_offsets(const DimWalk& walk, const Wanted& wanted) {
  std::vector<std::int64_t> offsets{0};
  for (const Digit& digit : walk.digits) {
    if (!digit.spatial || !wanted(digit)) continue;
    std::vector<std::int64_t> longer;
    longer.reserve(offsets.size() * static_cast<std::size_t>(digit.bound));
    for (const std::int64_t offset : offsets) {
      for (std::int64_t i = 0; i < digit.bound; ++i) longer.push_back(offset + i * digit.step);
    }
    offsets = std::move(longer);
  }
  return offsets;
}

/// How many index combinations of the digits with `spatial` as given stay below the size.
std::int64_t positions_below_size(const DimWalk& walk, bool spatial);

/// Whether no tile of the walk is clipped: the loops divide the dimension.
bool divides(const DimWalk& walk);

/// The dimension `d` of a flattened nest seen from the boundary above level `child`.
DimWalk walk_of(std::span<const NestLoop> nest, Dim d, std::int64_t size, std::int64_t extent,
                std::size_t child);

}  // namespace tilewise
