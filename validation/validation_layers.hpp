#pragma once

#include <filesystem>

#include "base/yaml.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {

/// Kind `layers`: one architecture, a layer a row, each under its published mapping or the best
/// one. Reads the keys of this kind from `map` and published.csv from `folder`. Throws InputError.
ValidationRun read_layers_case(YamlMap& map, const std::filesystem::path& folder);

}  // namespace tilewise
