#pragma once

#include <string>

#include "workload/network.hpp"

namespace tilewise {

/// The layers of a network as a table, below it MACs, parameters and peak memory.
std::string network_text(const Network& network);
/// The same as one JSON object.
std::string network_json(const Network& network);

}  // namespace tilewise
