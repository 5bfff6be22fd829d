#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arch/family/family.hpp"

namespace tilewise {

/// All families of hardware there are.
std::span<const Family> families();
/// Their names, in the same order.
std::vector<std::string> family_names();

/// The family of that name. Throws InputError that lists them.
const Family& find_family(std::string_view name);
/// The family of an architecture file; null: its levels are written out one by one. Throws
/// InputError with the place where there is no such family.
const Family* family_of(const YamlNode& file);

/// What an architecture file takes of its board. Empty: nothing is known, its area is that of
/// chip_area. Throws InputError with the place.
std::optional<FpgaDemand> fpga_demand(const YamlNode& file, const FamilyContext& context);

}  // namespace tilewise
