#pragma once

#include <vector>

#include "schedule/schedule.hpp"
#include "schedule/strip_joints.hpp"

namespace tilewise {

/// A group as it runs: `uses` and `mappings` are those of its runs.
ScheduledStrips scheduled_strips(const Network& network, const Architecture& architecture,
                                 const Home& home, const StripJoint& joint,
                                 const std::vector<HomeUse>& uses,
                                 const std::vector<Mapping>& mappings);

}  // namespace tilewise
