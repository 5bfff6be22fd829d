#pragma once

#include <filesystem>

#include "base/yaml.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {

/// Kind `fpga_resources`: what published builds take of their boards and their whole-board power, a
/// build a row. Reads the keys of this kind from `map` and published.csv from `folder`. Throws
/// InputError.
ValidationRun read_fpga_resources_case(YamlMap& map, const std::filesystem::path& folder);

}  // namespace tilewise
