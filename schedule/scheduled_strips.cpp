#include "schedule/scheduled_strips.hpp"

#include <variant>

#include "sim/sum_costs.hpp"

namespace tilewise {

ScheduledStrips scheduled_strips(const Network& network, const Architecture& architecture,
                                 const Home& home, const StripJoint& joint,
                                 const std::vector<HomeUse>& uses,
                                 const std::vector<Mapping>& mappings) {
  ScheduledStrips made{joint.layers, joint.choice, joint.stay > Bits{0}, {}, {}};
  for (std::size_t r = 0; r < joint.runs.size(); ++r) {
    const StripRun& run = joint.runs[r];
    made.runs.push_back({joint.layers[run.layer], run.part, uses[r], mappings[r],
                         evaluate(at_home(architecture, home, uses[r]), run.part, mappings[r]),
                         run.times});
  }
  for (const StripLoad& load : joint.loads) {
    const std::size_t layer = joint.layers[load.layer];
    made.loads.push_back(
        {layer, load_cost(network.layer(layer), load, architecture, home), load.times});
  }
  return made;
}

LayerCost ScheduledStrips::cost_of(std::size_t layer, const Architecture& architecture) const {
  LayerCost sum;
  for (const Run& run : runs) {
    if (run.layer == layer) add_runs(sum, run.cost, static_cast<double>(run.times));
  }
  for (const Load& load : loads) {
    if (load.layer == layer) add_runs(sum, load.cost, static_cast<double>(load.times));
  }
  finish_sum(sum, architecture);
  return sum;
}

}  // namespace tilewise
