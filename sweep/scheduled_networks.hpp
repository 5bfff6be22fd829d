#pragma once

#include <cstdint>

#include "mapper/mapping_memory.hpp"
#include "schedule/schedule.hpp"
#include "sweep/network_sweep.hpp"

namespace tilewise {

/// What schedules are asked for.
struct ScheduleRequest {
  ScheduleKind kind = ScheduleKind::Separate;
  std::string file = {};        ///< of the one schedule to price instead; empty: the best is found
  double budget_seconds = 0.0;  ///< of the search of each; 0: none
  Orders orders = Orders::Given;
  std::int64_t images = 1;  ///< one after another, over which weights may stay; kStream: no end
  bool tell = false;        ///< of Separate: find the best ones all the same, as a hint
};

/// Finds, or reads, the schedule of each network on each device and puts what layers cost under it
/// in the place of what they cost alone. Layers that run in parts stay as they are. A search that
/// is interrupted leaves the best so far, with its gap. Throws InputError where a file is given for
/// more than one network and device, or is wrong. What is only told changes no costs.
void schedule_networks(NetworkSweep& sweep, const ScheduleRequest& request,
                       const MappingMemory& memory = {});

}  // namespace tilewise
