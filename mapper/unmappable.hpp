#pragma once

#include <string>

#include "mapper/problem.hpp"

namespace tilewise {

/// What stands in the way where no mapping fits: the misfit of the mapping with the least tiles.
std::string reason_for_none(const Problem& problem);

}  // namespace tilewise
