#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/enum_array.hpp"
#include "workload/dim.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The axis of a fan-out that a spatial loop is laid along.
enum class Axis { X, Y };
template <>
inline constexpr std::size_t enum_size<Axis> = 2;

/// One counted loop. `bound` is at least 1.
struct Loop {
  Dim dim = Dim::N;
  std::int64_t bound = 1;
  auto operator<=>(const Loop&) const = default;
};

/// A loop whose iterations run side by side on the instances below a level.
struct SpatialLoop {
  Dim dim = Dim::N;
  std::int64_t bound = 1;
  Axis axis = Axis::X;
  auto operator<=>(const SpatialLoop&) const = default;
};

/// The loops of one level, outermost first, and the tensors that it keeps. Where tensors of a level
/// have places of their own in the nest, each place is an entry of its own (sim/tile_places.hpp).
struct LevelMapping {
  std::vector<Loop> temporal;
  std::vector<SpatialLoop> spatial;
  EnumArray<Tensor, bool> keep{{true, true, true}};
  std::size_t place = 0;  ///< of the level's, outermost first; 0 where all tensors share one
  auto operator<=>(const LevelMapping&) const = default;
};

/// How a layer runs on a hierarchy: levels outermost first. The comparison is the one that breaks
/// ties between mappings of equal cost.
struct Mapping {
  std::vector<LevelMapping> levels;
  auto operator<=>(const Mapping&) const = default;
};

/// Throws InputError where a bound is below 1, the loops of a dimension do not cover the layer,
/// their product overflows, or level 0 bypasses a tensor that does not lie `at_home`.
void check_mapping(const Layer& layer, const Mapping& mapping,
                   const EnumArray<Tensor, bool>& at_home = {});

}  // namespace tilewise
