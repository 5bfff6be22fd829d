#pragma once

#include <variant>

#include "arch/architecture.hpp"
#include "arch/family/convolver_engine.hpp"
#include "arch/family/nvdla_engine.hpp"
#include "arch/family/pixel_engine.hpp"

namespace tilewise {

/// What an architecture file describes: a hierarchy that the mapper searches, or an engine whose
/// control is fixed.
using Hardware = std::variant<Architecture, PixelEngine, ConvolverEngine, NvdlaEngine>;

}  // namespace tilewise
