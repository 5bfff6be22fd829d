#pragma once

#include "mapper/mapping_memory.hpp"
#include "schedule/schedule.hpp"
#include "sweep/network_sweep.hpp"

namespace tilewise {

/// The best schedule of one network of a sweep on one device; a device whose schedule is fixed has
/// no home.
Schedule best_schedule(const NetworkSweep& sweep, std::size_t network, std::size_t device,
                       double budget_seconds, const MappingMemory& memory);

/// Finds the schedule of each network on each device and puts what layers cost under it in the
/// place of what they cost alone. Layers that run in parts stay as they are. `budget_seconds`: of
/// each schedule; 0: none. Throws Interrupted as try_layers does.
void schedule_networks(NetworkSweep& sweep, ScheduleKind kind, double budget_seconds,
                       const MappingMemory& memory = {});

}  // namespace tilewise
