#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "sim/mapping.hpp"
#include "sim/nest.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Distinct coordinates of a tensor's tile of the given extents, clipped at the layer: the words
/// that one instance must hold, padding included (docs/model.md, Eq. 2).
std::int64_t tile_words(const Layer& layer, Tensor t, const Extents& extents);

/// Bits that `words` of a tensor take in a memory, a whole number: Output has the width of a
/// partial sum if anything is summed; what is coded takes its mean share, rounded up (Eq. 2, 18).
double held_bits(const Memory& memory, const Layer& layer, Tensor t, double words);

/// Bits that the tensor's tile takes in a memory: twice where the memory is double-buffered and
/// loops outside replace the tile.
std::int64_t tile_bits(const Memory& memory, const Layer& layer, Tensor t, const Extents& extents,
                       bool refilled);

/// Why a mapping does not fit an architecture: an answer, not an error.
struct Misfit {
  std::string place;   ///< "GLB.buffer", "fan-out X below GLB", ...
  std::string reason;  ///< with numbers and units
};

/// Empty if the mapping fits: level count, kept tensors, fan-outs, allowed dimensions, capacity.
std::optional<Misfit> find_misfit(const Architecture& architecture, const Layer& layer,
                                  const Mapping& mapping);

/// Bits that the tiles of a level leave free in each of its memories; empty: it is unbounded. Of a
/// mapping that fits.
std::vector<std::optional<Bits>> free_bits(const Architecture& architecture, const Layer& layer,
                                           const Mapping& mapping, std::size_t level);

}  // namespace tilewise
