#pragma once

#include <vector>

#include "arch/architecture.hpp"
#include "sim/evaluate.hpp"
#include "sim/mapping.hpp"

namespace tilewise {

/// Which tensors of a level have their tiles at one place of the nest.
using KeptSetAt = EnumArray<Tensor, bool>;
/// The places of one level, outermost first; empty: it keeps its tensors as ever, all at one place.
using LevelPlaces = std::vector<KeptSetAt>;

/// Uneven tiles (docs/mapper.md): a level whose tensors have tiles at different places of the nest
/// is a row of levels without a fan-out between them, one a place, that share the memories, their
/// capacity and their ports. `places`: [level].
Architecture with_places(const Architecture& architecture, const std::vector<LevelPlaces>& places);

/// Whether a level of the mapping has more than one place.
bool has_places(const Mapping& mapping);
/// The places that a mapping has at each level.
std::vector<LevelPlaces> places_of(const Mapping& mapping);
/// The level of the architecture that an entry of the mapping belongs to.
std::size_t level_of(const Mapping& mapping, std::size_t entry);

/// The cost with the levels of the architecture that has no places of its own: transfers, ports and
/// mean tile times (those of the outermost place).
LayerCost in_levels_of(const Mapping& mapping, LayerCost cost);

}  // namespace tilewise
