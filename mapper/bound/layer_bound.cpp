#include "mapper/bound/layer_bound.hpp"

#include <algorithm>
#include <limits>

#include "mapper/bound/subtree_bounds.hpp"
#include "mapper/problem.hpp"
#include "mapper/search_tuning.hpp"
#include "mapper/spatial_choices.hpp"
#include "sim/merged_dims.hpp"

namespace tilewise {
namespace {

/// The subtrees of a space, one by one.
LayerBound least_of(const Problem& problem) {
  const SearchContext context(problem, Objective::Edp);
  SubtreeBounds bounds(context);
  constexpr double kMost = std::numeric_limits<double>::max();
  double energy = std::numeric_limits<double>::infinity();
  double latency = energy;
  double more = 0.0;
  for_each_spatial_choice(problem, 0.0, kMost, more, [&](const SpatialCandidate& choice) {
    for (std::size_t keep = 0; keep < problem.keeps.size(); ++keep) {
      Subtree subtree{keep, choice, {}, 0.0};
      bounds.bound(subtree);
      energy = std::min(energy, context.with_static(subtree.energy.pj, subtree.latency_cycles));
      latency = std::min(latency, subtree.latency_cycles);
    }
    return true;
  });
  return {Cycles{latency}, Picojoules{energy}};
}

std::optional<LayerBound> bound_of(const Architecture& architecture, const Layer& layer,
                                   std::optional<Factors> factors) {
  // Without given factors the answer is of either space: that of all bounds holds the other.
  if (!factors) {
    const Problem all = make_problem(architecture, layer, Factors::All, kMostAutomaticSplits);
    if (!all.too_many) {
      return all.why_empty.empty() ? std::optional(least_of(all)) : std::nullopt;
    }
  }
  const Problem problem = make_problem(architecture, layer, factors.value_or(Factors::Divisors));
  if (problem.too_many) return LayerBound{};
  return problem.why_empty.empty() ? std::optional(least_of(problem)) : std::nullopt;
}

}  // namespace

std::optional<LayerBound> layer_bound(const Architecture& architecture, const Layer& layer,
                                      std::optional<Factors> factors) {
  const MergedDims into = merged_dims(layer);
  if (into == own_dims()) return bound_of(architecture, layer, factors);
  return bound_of(merge_dims(architecture, into), merge_dims(layer, into), factors);
}

}  // namespace tilewise
