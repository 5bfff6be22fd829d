#include "sweep/hull_corners.hpp"

#include "base/units.hpp"
#include "sweep/network_shares.hpp"

namespace tilewise {
namespace {

double ms_per_cycle_of(const NetworkSweep& sweep, std::size_t network, std::size_t device) {
  if (const auto* on = std::get_if<Architecture>(&sweep.devices[device])) {
    return milliseconds(duration(Cycles{1.0}, on->clock)).count();
  }
  const CostShare total = shares_of(sweep, network, device).total;
  return total.cost.latency.count() / total.cycles.count();
}

}  // namespace

std::vector<HullCorner> hull_corners(const NetworkSweep& sweep, std::size_t network,
                                     std::size_t device) {
  const CostHull& totals = sweep.schedules[network][device].corners;
  if (totals.empty()) return {};
  std::vector<HullCorner> corners;
  const double ms_per_cycle = ms_per_cycle_of(sweep, network, device);
  for (const TotalCost& total : totals) {
    HullCorner& made = corners.emplace_back();
    made.cycles = total.latency_cycles;
    made.energy_pj = total.energy_pj;
    made.cost = {Milliseconds{ms_per_cycle * total.latency_cycles},
                 millijoules(Picojoules{total.energy_pj}), total.off_chip_bits / 8.0};
    made.edp_mj_ms = made.cost.energy.count() * made.cost.latency.count();
  }
  return corners;
}

}  // namespace tilewise
