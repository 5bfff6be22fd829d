#pragma once

#include <span>
#include <string_view>

#include "base/yaml.hpp"

namespace tilewise {

/// Of a map that has none of these keys: throws InputError, as YamlMap::at does, where one of them
/// stands there mistyped. Call it before an error that says what else is wanted.
void refuse_slips(YamlMap& map, std::span<const std::string_view> meant);

}  // namespace tilewise
