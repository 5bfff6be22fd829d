#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "arch/architecture.hpp"
#include "mapper/factors.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The most storage levels that the search takes.
inline constexpr std::size_t kMostLevels = 8;
using PerLevel = std::array<std::int64_t, kMostLevels>;

/// Instances along X and along Y.
struct AxisPair {
  std::int64_t x = 1;
  std::int64_t y = 1;
  auto operator<=>(const AxisPair&) const = default;
};

/// A tile of one dimension at one boundary, in a tree that fixes one more boundary a step, from the
/// innermost outwards. Root: nothing fixed; leaf: every temporal bound is known.
struct TileNode {
  std::int64_t inner = 1;       ///< product of the temporal bounds from the boundary inwards
  std::size_t state = 0;        ///< index into SpatialSplit::states of that boundary
  std::size_t first_child = 0;  ///< index into SpatialSplit::nodes
  std::size_t children = 0;     ///< leaf: none
  PerLevel temporal{};          ///< leaf: the bound at each level
  /// Leaf: at the edge of the dimension some loop makes no turn: one tile stands alone there.
  bool stands_alone = false;
};

/// What the words at a boundary depend on: the tile's temporal extent, and the loops outside.
struct TileState {
  std::int64_t inner = 1;
  std::int64_t most_positions = 1;  ///< largest product of temporal bounds outside
  bool stands_alone = false;        ///< the last position outside may be one without turns
};

/// All ways to split one dimension that use the same instances at each level.
struct SpatialSplit {
  PerLevel instances{};  ///< X times Y below each level; ones beyond the last
  std::int64_t all_instances = 1;
  std::vector<std::vector<AxisPair>> axes;     ///< [level] ways to lay them out, of any split
  std::vector<std::vector<TileState>> states;  ///< [boundary], 1 to levels - 1; in any order
  std::vector<TileNode> nodes;                 ///< [0] is the root
  std::int64_t least_steps = 1;                ///< ceil(D / instances)
};

/// The splits of one dimension over the levels: innermost first, each level offers a loop along X,
/// one along Y and a temporal one; a loop of bound b leaves ceil(rest / b), and the outermost
/// temporal loop takes what is left.
struct DimSplits {
  bool too_many = false;              ///< more than were wished for: nothing is listed
  bool stopped = false;               ///< told to stop: nothing is listed
  std::vector<SpatialSplit> spatial;  ///< by rising instances, outermost level first
};

/// All splits of dimension `dim` of that size, unless there are more than `most`, or `stop`, which
/// is asked now and then, says so.
DimSplits make_splits(const Architecture& architecture, Dim dim, std::int64_t size, Factors factors,
                      std::int64_t most, const std::function<bool()>& stop = {});

/// The ways to lay `instances` along X and Y below `level` where the loops of `dim` inside leave
/// `rest`.
std::vector<AxisPair> axis_pairs(const Architecture& architecture, Dim dim, std::size_t level,
                                 std::int64_t rest, std::int64_t instances);

}  // namespace tilewise
