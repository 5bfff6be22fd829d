#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "arch/architecture.hpp"
#include "base/enum_array.hpp"
#include "mapper/map_space.hpp"
#include "sim/group_table.hpp"
#include "sim/nest.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// One choice for a dimension group: a factorization of each of its dimensions, with what capacity,
/// fan-out and bounds need to know of it. All of it multiplies over the groups.
struct Candidate {
  std::vector<Dim> dims;
  std::vector<const Factorization*> factors;          ///< one a dimension
  std::int64_t executed = 1;                          ///< temporal iterations of the whole nest
  std::vector<std::int64_t> x;                        ///< [level] instances along X
  std::vector<std::int64_t> y;                        ///< [level] instances along Y
  std::vector<EnumArray<Tensor, std::int64_t>> tile;  ///< [level] words of the tile
  std::vector<EnumArray<Tensor, bool>> refilled;      ///< [level] temporal loops outside replace it
  /// Words between the compute unit and the keeper at each level, a parent each: [level].
  std::vector<EnumArray<Tensor, std::int64_t>> operands;
  std::vector<std::int64_t> sums;  ///< [level] instances that split the same sums
};

/// All choices of a group, by rising number of executed iterations, then by factorization.
std::vector<Candidate> candidates_of(const Architecture& architecture, const Layer& layer,
                                     const MapSpace& space, DimGroup group);

/// The loops of a candidate, flattened; `first_dim_outside` tells for each level whether the loop
/// of the first dimension of the group is outside that of the second.
std::vector<NestLoop> candidate_nest(const Candidate& candidate,
                                     const std::vector<bool>& first_dim_outside);

/// The bounds of the tile of each level, with the compute unit last; other groups left at one.
std::vector<Extents> candidate_extents(const Candidate& candidate);

}  // namespace tilewise
