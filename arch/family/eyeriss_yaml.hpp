#pragma once

#include "arch/family/family.hpp"

namespace tilewise {

/// `eyeriss`: the spatial array of build_eyeriss (docs/eyeriss.md).
Family eyeriss_family();

}  // namespace tilewise
