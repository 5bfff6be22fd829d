#pragma once

#include <filesystem>

#include "base/yaml.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {

/// Kind `gemmini_runs`: layers under given mappings on Gemmini (docs/gemmini.md), a run a row.
/// Reads the keys of this kind from `map` and published.csv from `folder`. Throws InputError.
ValidationRun read_gemmini_runs_case(YamlMap& map, const std::filesystem::path& folder);

}  // namespace tilewise
