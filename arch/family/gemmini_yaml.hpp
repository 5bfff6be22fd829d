#pragma once

#include "arch/family/family.hpp"

namespace tilewise {

/// `gemmini`: the mapped architecture of build_gemmini (docs/gemmini.md).
Family gemmini_family();

}  // namespace tilewise
