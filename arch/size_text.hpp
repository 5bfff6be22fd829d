#pragma once

#include <string>

#include "base/units.hpp"

namespace tilewise {

/// A size as people write it: the largest of MiB, KiB, B, bit that divides it ("4 KiB", "24 B").
std::string size_text(Bits size);

}  // namespace tilewise
