#pragma once

#include "arch/architecture.hpp"
#include "base/yaml.hpp"

namespace tilewise {

/// {x: {size, dims}, y: {size, dims}, networks: {Input: {...}, ...}}; what is absent has the
/// defaults of FanOut. Throws InputError with the place.
FanOut read_fan_out(const YamlNode& yaml, Megahertz clock);

}  // namespace tilewise
