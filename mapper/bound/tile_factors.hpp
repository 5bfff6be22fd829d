#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/enum_array.hpp"
#include "mapper/problem.hpp"

namespace tilewise {

/// The ways to count the words at a boundary that a lower bound tells apart. `Stationary`: all
/// loops over what the tensor does not depend on reuse its tile. Input may also slide along rows or
/// columns, but never moves less than each of its words once, and where it slides along rows only,
/// each row once for every tile of columns.
enum class Count {
  Weight,
  WeightStationary,
  Output,
  OutputStationary,
  Input,
  InputRows,
  InputColumns,
  InputStationary,
  InputStationaryRows,
  InputStationaryColumns,
  InputOnce,
  InputRowsOnce,
  InputColumnsOnce,
};
template <>
inline constexpr std::size_t enum_size<Count> = 13;
using Counts = EnumArray<Count, double>;

/// What a tile contributes to the words at a boundary: it multiplies over the dimension groups, and
/// no mapping with this tile moves less (docs/mapper.md, "The lower bound").
struct TileFactors {
  Counts parent;    ///< seen from the parents: unions, real words
  Counts last_hop;  ///< Input, Weight: seen from the level above the children
  Counts child;     ///< seen from the children
  EnumArray<Tensor, double> tile_words{};        ///< words of one child's largest tile
  EnumArray<Tensor, double> fill_words{};        ///< first words of the children of one parent
  EnumArray<Tensor, double> tight_fill_words{};  ///< the same, those of a parent further out too
  EnumArray<Tensor, bool> refilled{};            ///< temporal loops outside change the tile
  /// Fewest transitions, the cold start among them, at which a child gets new words of the tensor.
  EnumArray<Tensor, double> arrivals{};
  double tile_share = 1.0;  ///< of the run that one tile takes: 1 / temporal positions

  static TileFactors one();
};
TileFactors operator*(const TileFactors& a, const TileFactors& b);
/// The smaller of each factor.
TileFactors smaller_of_each(const TileFactors& a, const TileFactors& b);

/// A tile of one dimension, for the spatial loops of `split`.
struct DimTile {
  const SpatialSplit* split = nullptr;
  std::int64_t inner = 1;
  std::int64_t most_positions = 1;
  bool stands_alone = false;
};

/// The factors of a group at `boundary` (the number of levels: the compute unit).
TileFactors tile_factors(const Problem& problem, const Parents& parents, DimGroup group,
                         std::size_t boundary, const std::array<DimTile, 2>& tiles);

/// Bits that tiles of that many words take of the memories of `level`: of the tensors kept there,
/// those that are `refilled` twice where the memory is double-buffered.
EnumArray<Tensor, double> held_bits(const Problem& problem, const KeepChoice& kept,
                                    std::size_t level, const EnumArray<Tensor, double>& tile,
                                    const EnumArray<Tensor, bool>& refilled);
/// Of a set of relatives those whose memories of `level` hold them beside what its places further
/// inside hold.
RelativeSet tiles_fit(const Problem& problem, std::size_t level,
                      const EnumArray<Tensor, double>& bits,
                      const EnumArray<Tensor, double>& inside, const RelativeSet& of);

}  // namespace tilewise
