#pragma once

#include "api/tilewise.hpp"
#include "report/format.hpp"

namespace tilewise {

/// MACs, parameters and layers of a candidate on each data set and, where devices are given, what
/// the network costs there. JSON: an object a data set. CSV: the columns of costs.csv
/// (docs/formats.md, Sweep).
Report candidate_report(const CandidateCosts& candidate);

}  // namespace tilewise
