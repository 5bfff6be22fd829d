#pragma once

#include <filesystem>

#include "base/yaml.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {

/// Kind `device`: any device, a row the sum of its layers, each at its best. Reads the keys of this
/// kind from `map` and published.csv from `folder`. Throws InputError.
ValidationRun read_device_case(YamlMap& map, const std::filesystem::path& folder);

}  // namespace tilewise
