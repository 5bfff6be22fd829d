#pragma once

#include <filesystem>

#include "base/yaml.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {

/// Kind `measured_layers`: times of many layers on several designs, in a table of the reference
/// folder that is not shipped; held against limits are the errors' median, mean and ninth decile,
/// of each design and of all. Where the table is absent the case is skipped, and says so. Throws
/// InputError.
ValidationRun read_measured_layers_case(YamlMap& map, const std::filesystem::path& folder);

}  // namespace tilewise
