#pragma once

#include <filesystem>

#include "base/yaml.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {

/// Kind `engine_designs`: a design of one or several tiled engines a row; with `search` a second
/// table of the best design within the same DSP. Reads the keys of this kind from `map` and
/// published.csv from `folder`. Throws InputError.
ValidationRun read_engine_designs_case(YamlMap& map, const std::filesystem::path& folder);

}  // namespace tilewise
