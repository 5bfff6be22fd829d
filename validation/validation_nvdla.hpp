#pragma once

#include <filesystem>

#include "base/yaml.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {

/// Kind `nvdla_layers`: a layer a row on an engine of family `nvdla`, its buffer divided as
/// published. Reads the keys of this kind from `map` and published.csv from `folder`. Throws
/// InputError.
ValidationRun read_nvdla_layers_case(YamlMap& map, const std::filesystem::path& folder);

}  // namespace tilewise
