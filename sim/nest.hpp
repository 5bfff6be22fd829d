#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/enum_array.hpp"
#include "sim/mapping.hpp"
#include "workload/dim.hpp"

namespace tilewise {

/// One loop of a flattened nest.
struct NestLoop {
  Dim dim = Dim::N;
  std::int64_t bound = 1;
  std::int64_t step = 1;  ///< product of the bounds of the loops of `dim` inside this one
  std::size_t level = 0;
  bool spatial = false;
};

/// Bounds of the tile of a level: the product of the loops of each dimension there and inside,
/// not clipped at the layer.
using Extents = EnumArray<Dim, std::int64_t>;

/// A mapping flattened, outermost first: level 0 temporal, level 0 spatial, level 1 temporal, ...
/// Loops of bound 1 are left out.
std::vector<NestLoop> flatten(const Mapping& mapping);

/// `extents[l]` is the tile of level l; the last entry, that of the compute unit, is all ones.
std::vector<Extents> tile_extents(const Mapping& mapping);

/// Dimensions whose words move together: rows of the image belong to P and R, columns to Q and S.
/// Counts factor over these groups (docs/model.md, Eq. 3).
enum class DimGroup { N, G, M, C, Rows, Columns };
template <>
inline constexpr std::size_t enum_size<DimGroup> = 6;
inline constexpr auto kDimGroups = all_of<DimGroup>();

constexpr DimGroup group_of(Dim d) {
  switch (d) {
    case Dim::N: return DimGroup::N;
    case Dim::G: return DimGroup::G;
    case Dim::M: return DimGroup::M;
    case Dim::C: return DimGroup::C;
    case Dim::P:
    case Dim::R: return DimGroup::Rows;
    case Dim::Q:
    case Dim::S: return DimGroup::Columns;
  }
  return DimGroup::N;
}

/// For each tensor the levels that keep it, outermost first, ending in the compute unit (whose
/// index is the number of levels).
using KeeperChains = EnumArray<Tensor, std::vector<std::size_t>>;
KeeperChains keeper_chains(const Mapping& mapping);

}  // namespace tilewise
