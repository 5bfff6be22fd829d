#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "arch/architecture.hpp"
#include "base/enum_array.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Whether the tensors of a level share one place in the nest.
enum class Tiles {
  Even,      ///< one set of loops inside a level for all tensors that it keeps
  ByTensor,  ///< each tensor has a place of its own among the loops
};
template <>
inline constexpr std::size_t enum_size<Tiles> = 2;
std::string_view name(Tiles tiles);
/// "even" or "by_tensor". Throws InputError otherwise.
Tiles parse_tiles(std::string_view word);

/// The hierarchies whose map spaces together are the space of a layer: the architecture itself,
/// and by tensor also each way of giving the tensors that a level may keep places of their own
/// (sim/tile_places.hpp), the levels combined in all ways; no mapping is in two of them.
/// Levels have one place where the dataflow fixes the loops there or outside, where the array above
/// is skewed by passes, and where it stands still for refills. Throws InputError by tensor where no
/// level is left, or a hierarchy has more levels than the search takes.
std::vector<Architecture> spaces_of(const Architecture& architecture, const Layer& layer,
                                    Tiles tiles);

}  // namespace tilewise
