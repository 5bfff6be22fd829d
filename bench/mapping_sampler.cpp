#include "bench/mapping_sampler.hpp"

#include <algorithm>

#include "base/integers.hpp"
#include "mapper/loop_orders.hpp"
#include "mapper/spatial_choices.hpp"
#include "sim/validity.hpp"

namespace tilewise {

std::size_t MappingSampler::below(std::size_t n) {
  return static_cast<std::size_t>(random_() % static_cast<std::uint64_t>(n));
}

std::optional<SampledMapping> MappingSampler::next(int tries) {
  for (int i = 0; i < tries; ++i) {
    if (auto drawn = draw()) return drawn;
  }
  return std::nullopt;
}

std::optional<SampledMapping> MappingSampler::draw() {
  SampledMapping made;
  made.keep = below(problem_.keeps.size());
  std::vector<EnumArray<Dim, std::int64_t>> rest(problem_.levels);
  for (const Dim d : kDims) {
    const auto& all = problem_.splits[static_cast<std::size_t>(d)].spatial;
    made.spatial[d] = static_cast<std::uint32_t>(below(all.size()));
    const SpatialSplit& split = all[made.spatial[d]];
    std::size_t at = 0;
    while (split.nodes[at].children > 0) {
      at = split.nodes[at].first_child + below(split.nodes[at].children);
    }
    made.tiles[d] = static_cast<std::uint32_t>(at);
    std::int64_t left = problem_.layer.bounds[d];
    for (std::size_t level = problem_.levels; level-- > 0;) {
      rest[level][d] = left;
      left = ceil_div(ceil_div(left, split.instances[level]), split.nodes[at].temporal[level]);
    }
  }
  const auto layout = lay_out(problem_, made.spatial, rest);
  if (layout.empty()) return std::nullopt;
  made.mapping.levels.resize(problem_.levels);
  for (std::size_t level = 0; level < problem_.levels; ++level) {
    LevelMapping& at = made.mapping.levels[level];
    at.keep = problem_.keeps[made.keep].keep[level];
    std::vector<Dim> dims;
    const auto bound = [&](Dim d) {
      return problem_.splits[static_cast<std::size_t>(d)]
          .spatial[made.spatial[d]]
          .nodes[made.tiles[d]]
          .temporal[level];
    };
    for (const Dim d : kDims) {
      if (bound(d) > 1) dims.push_back(d);
    }
    const auto& allowed = problem_.architecture.constraints[level].orders;
    if (allowed.empty()) {
      std::shuffle(dims.begin(), dims.end(), random_);
    } else {
      const auto orders = listed_orders(allowed, dims);
      if (orders.empty()) return std::nullopt;
      dims = orders[below(orders.size())];
    }
    made.orders.push_back(dims);
    for (const Dim d : dims) at.temporal.push_back({d, bound(d)});
    for (const Axis axis : {Axis::Y, Axis::X}) {
      for (const Dim d : kDims) {
        const AxisPair& pair = layout[level][d];
        const std::int64_t size = axis == Axis::Y ? pair.y : pair.x;
        if (size > 1) at.spatial.push_back({d, size, axis});
      }
    }
  }
  if (find_misfit(problem_.architecture, problem_.layer, made.mapping)) return std::nullopt;
  return made;
}

LeanNest lean_nest(const Problem& problem, const SampledMapping& sampled, const NestPricer& pricer,
                   NestTableCache& tables) {
  LeanNest nest;
  EnumArray<Dim, bool> loops{};
  EnumArray<DimGroup, std::uint32_t> turned{};
  std::size_t count = 0;
  for (const Dim d : kDims) {
    const SpatialSplit& split =
        problem.splits[static_cast<std::size_t>(d)].spatial[sampled.spatial[d]];
    nest.runs_short |= split.nodes[sampled.tiles[d]].stands_alone;
  }
  for (std::size_t level = 0; level < problem.levels; ++level) {
    for (const Loop& loop : sampled.mapping.levels[level].temporal) {
      nest.loops[count++] = lean_loop(loop.dim);
      if (level + 1 < problem.levels) loops[loop.dim] = true;
    }
    nest.outside[level + 1] = count;
    const auto& order = sampled.orders[level];
    const auto inside = [&](Dim a, Dim b) {
      const auto first = std::find(order.begin(), order.end(), a);
      const auto second = std::find(order.begin(), order.end(), b);
      return first != order.end() && second < first;
    };
    if (inside(Dim::P, Dim::R)) turned[DimGroup::Rows] |= 1U << level;
    if (inside(Dim::Q, Dim::S)) turned[DimGroup::Columns] |= 1U << level;
  }
  TemporalBounds temporal;
  for (const Dim d : kDims) {
    temporal[d] = problem.splits[static_cast<std::size_t>(d)]
                      .spatial[sampled.spatial[d]]
                      .nodes[sampled.tiles[d]]
                      .temporal;
  }
  nest.block_overhead = block_overhead(problem, sampled.spatial, temporal);
  nest.axes_sure = !(loops[Dim::P] && loops[Dim::R]) && !(loops[Dim::Q] && loops[Dim::S]);
  for (std::size_t boundary = 1; boundary <= problem.levels; ++boundary) {
    for (const DimGroup g : kDimGroups) {
      nest.moves[boundary][static_cast<std::size_t>(g)] =
          &tables.moves(pricer.parents(boundary), pricer.plan(boundary), g, boundary,
                        sampled.spatial, temporal, turned[g]);
    }
  }
  return nest;
}

}  // namespace tilewise
