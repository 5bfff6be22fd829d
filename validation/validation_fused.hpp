#pragma once

#include <filesystem>

#include "base/yaml.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {

/// Kind `fused_layers`: layers of a network in groups that run in strips of one row, a way to group
/// them a row. Reads the keys of this kind from `map` and published.csv from `folder`. Throws
/// InputError.
ValidationRun read_fused_layers_case(YamlMap& map, const std::filesystem::path& folder);

}  // namespace tilewise
