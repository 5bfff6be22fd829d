#pragma once

#include <span>
#include <string_view>

#include "space/search_space.hpp"

namespace tilewise {

/// All search spaces, in the order in which they are listed. What offers spaces (command line,
/// studies, data sets, Python) iterates this.
std::span<const SearchSpace> search_spaces();

/// The space of that name. Throws InputError that lists the names and offers the nearest.
const SearchSpace& find_space(std::string_view name);

}  // namespace tilewise
