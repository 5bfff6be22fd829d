#pragma once

#include "space/search_space.hpp"

namespace tilewise {

/// FBNet (Wu et al., CVPR 2019) as HW-NAS-Bench has it: 9 choices at each of 22 positions.
SearchSpace fbnet_space();

}  // namespace tilewise
