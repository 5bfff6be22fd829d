#pragma once

#include <cstdint>
#include <vector>

#include "mapper/problem.hpp"
#include "mapper/shapes.hpp"

namespace tilewise {

/// Spatial loops of all dimensions that fit every fan-out together, and the steps they need.
struct SpatialCandidate {
  SpatialChoice choice{};
  double steps = 0.0;  ///< no mapping with these loops takes fewer iterations
};

/// The spatial choices with more than `above` and at most `most` steps, in a fixed order; `more`
/// tells the least steps of those beyond `most` that it met (infinite: none).
std::vector<SpatialCandidate> spatial_choices(const Problem& problem, double above, double most,
                                              double& more);

/// How the instances of `choice` lie along X and Y, given what the loops inside leave at each
/// level: [level][dim]. Empty: they do not fit the fan-outs together.
std::vector<EnumArray<Dim, AxisPair>> lay_out(
    const Problem& problem, const SpatialChoice& choice,
    const std::vector<EnumArray<Dim, std::int64_t>>& rest);

}  // namespace tilewise
