#pragma once

#include "space/search_space.hpp"

namespace tilewise {

/// Adds to the space of configs/space/nasbench201.yaml what no file says: the networks without dead
/// layers, and streaming designs.
void complete_nasbench201(SearchSpace& space);

}  // namespace tilewise
