#pragma once

#include "base/yaml.hpp"
#include "space/file/space_item.hpp"

namespace tilewise {

/// Reads what only a space of indexed candidates may say, into a file whose form is known. Throws
/// InputError with place and cure.
void read_indexed_keys(YamlMap& map, SpaceFile& file);

}  // namespace tilewise
