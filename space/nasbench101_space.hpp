#pragma once

#include "space/search_space.hpp"

namespace tilewise {

/// NAS-Bench-101 (docs/spaces.md).
SearchSpace nasbench101_space();

}  // namespace tilewise
