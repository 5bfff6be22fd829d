#pragma once

#include <string>

#include "api/tilewise.hpp"

namespace tilewise {

/// MACs, parameters and layers of a candidate on each data set and, where devices are given, what
/// the network costs there.
std::string candidate_text(const CandidateCosts& candidate);
/// The same as a JSON array, an object a data set.
std::string candidate_json(const CandidateCosts& candidate);

}  // namespace tilewise
