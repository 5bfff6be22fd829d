#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "mapper/problem.hpp"

namespace tilewise {

/// Spatial loops of all dimensions that fit every fan-out together, and the steps they need.
struct SpatialCandidate {
  SpatialChoice choice{};
  double steps = 0.0;  ///< no mapping with these loops takes fewer iterations
};

/// Visits the spatial choices with more than `above` and at most `most` steps, in a fixed order,
/// until `visit` says false or `stop`, which is asked now and then, says true; either gives false.
/// `more` tells the least steps of those beyond `most` that it met (infinite: none).
bool for_each_spatial_choice(const Problem& problem, double above, double most, double& more,
                             const std::function<bool(const SpatialCandidate&)>& visit,
                             const std::function<bool()>& stop = {});

/// How the instances of `choice` lie along X and Y, given what the loops inside leave at each
/// level: [level][dim]. Empty: they do not fit the fan-outs together.
std::vector<EnumArray<Dim, AxisPair>> lay_out(
    const Problem& problem, const SpatialChoice& choice,
    const std::vector<EnumArray<Dim, std::int64_t>>& rest);

}  // namespace tilewise
