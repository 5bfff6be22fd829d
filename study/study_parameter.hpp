#pragma once

#include <string>
#include <vector>

#include "base/yaml.hpp"
#include "study/study.hpp"

namespace tilewise {

inline constexpr const char* kPrecisionParameter = "precision";
inline constexpr const char* kBoardParameter = "board";

/// Where in the file of `base` the parameter `key` is set, items by their place: a path as written,
/// one through the only memory of a level, or what an alias (pe_array.X, pe_array.Y, clock,
/// precision, board) means in its family. Throws InputError at `place` where there is nothing such.
std::vector<std::string> parameter_paths(const StudyBase& base, const std::string& key,
                                         const YamlNode& place);

/// The axes of a map of parameters: one a key, and under `together` one for each group of
/// parameters that move together. Adds them to `base`, and their names to `names` where they are
/// new; the key `skipped` is none of them. Throws InputError with the place, also where two axes
/// set the same.
void read_axes(YamlMap map, StudyBase& base, std::vector<std::string>& names,
               const std::string& skipped = "");

}  // namespace tilewise
