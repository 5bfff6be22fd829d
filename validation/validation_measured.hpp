#pragma once

#include <filesystem>

#include "base/yaml.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {

/// Kind `measured_layers`: times of many layers on several designs, in tables of the reference
/// folder that are not shipped; held against limits are the errors' median, mean and ninth decile,
/// of each design and of all. The layers of a network are those that any design has; a design runs
/// all of them. Where no table is there the case is skipped, and says so; a table that is absent
/// beside others leaves out its designs. Throws InputError.
ValidationRun read_measured_layers_case(YamlMap& map, const std::filesystem::path& folder);

}  // namespace tilewise
