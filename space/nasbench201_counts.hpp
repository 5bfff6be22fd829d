#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "space/nasbench201.hpp"
#include "space/search_space.hpp"

namespace tilewise {

/// The distinct layers (by canonical_key) of all 15,625 architectures on one data set, and where
/// they are used: a network is its fixed part plus five cells a stage. Layers of one key have the
/// same folded parameters too, so that parameters sum up like any other metric.
struct Nasbench201Layers {
  /// Of one stage, indices into `layers`.
  struct Stage {
    EnumArray<Nasbench201Op, std::optional<std::size_t>> op;  ///< empty: the operation is no layer
    std::size_t add_two = 0;
    std::size_t add_three = 0;
  };
  std::vector<Layer> layers;        ///< in order of first appearance: the fixed part, then by stage
  std::vector<std::int64_t> fixed;  ///< times each layer runs outside of the cells
  std::vector<std::int64_t> tail;   ///< the same where pruning leaves nothing before the pooling
  std::array<Stage, kNasbench201Stages> stages;
};
Nasbench201Layers nasbench201_layers(Dataset dataset);

/// The layers that the network of an architecture runs, by rising index, without building it.
std::vector<LayerUse> nasbench201_layer_uses(const Nasbench201Layers& space,
                                             const CellArchitecture& architecture,
                                             PruneDead prune = PruneDead::No);

}  // namespace tilewise
