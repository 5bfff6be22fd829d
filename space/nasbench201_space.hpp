#pragma once

#include "space/search_space.hpp"

namespace tilewise {

/// NAS-Bench-201 (Dong and Yang, ICLR 2020): all cells of four nodes, by their public indices.
SearchSpace nasbench201_space();

}  // namespace tilewise
