#include "mapper/search_context.hpp"

#include <algorithm>

#include "mapper/bound/compulsory.hpp"
#include "sim/cost_terms.hpp"
#include "sim/energy.hpp"
#include "sim/step_interval.hpp"

namespace tilewise {
namespace {

/// Whether a partial sum is somewhere narrower than a complete one.
bool has_narrow_sums(const Problem& problem) {
  const WordWidths& widths = problem.layer.widths;
  const auto narrow = [&](const Memory& memory) {
    return memory.holds[Tensor::Output] &&
           sum_width(memory, problem.layer) < widths.tensor[Tensor::Output];
  };
  return std::any_of(problem.architecture.levels.begin(), problem.architecture.levels.end(),
                     [&](const Level& level) {
                       return std::any_of(level.memories.begin(), level.memories.end(), narrow);
                     });
}

}  // namespace

SearchContext::SearchContext(const Problem& of, Objective aim) : problem(of), objective(aim) {
  AccessCounts operations;
  operations.macs = iterations(of.layer);
  operation_energy_pj = dynamic_energy_total(of.architecture, of.layer, operations).count();
  static_pj_per_cycle = static_energy_per_cycle(of.architecture).count();
  narrow_sums = has_narrow_sums(of);
  const Compulsory least = compulsory(of);
  least_energy_pj = operation_energy_pj + least.energy;
  least_latency_cycles = least.latency;
}

double SearchContext::latency_of(double steps) const {
  return std::max(steps * step_interval(problem.architecture, problem.layer).count(),
                  least_latency_cycles);
}

}  // namespace tilewise
