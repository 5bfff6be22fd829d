#pragma once

#include <filesystem>

#include "base/yaml.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {

/// Kind `area`: the area of parts of architectures, a part a row. Reads the keys of this kind from
/// `map` and published.csv from `folder`. Throws InputError.
ValidationRun read_area_case(YamlMap& map, const std::filesystem::path& folder);

}  // namespace tilewise
