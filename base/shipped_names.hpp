#pragma once

#include <string>
#include <vector>

namespace tilewise {

/// The names of the shipped configs of a folder of configs/ ("arch", "workload"), sorted.
std::vector<std::string> shipped_names(const std::string& folder);

}  // namespace tilewise
