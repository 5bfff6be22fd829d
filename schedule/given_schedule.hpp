#pragma once

#include <vector>

#include "schedule/schedule_yaml.hpp"

namespace tilewise {

/// What a given schedule costs: each layer under the mapping that is given, or under the best one
/// for what is kept while it runs. Throws InputError where a tensor cannot lie there or a mapping
/// does not fit.
Schedule price_schedule(const Network& network, const Architecture& architecture,
                        const std::vector<LayerAlone>& alone, const GivenSchedule& given,
                        const ScheduleOptions& options, const MappingMemory& memory = {});

}  // namespace tilewise
