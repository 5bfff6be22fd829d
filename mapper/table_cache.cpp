#include "mapper/table_cache.hpp"

#include "sim/cost_terms.hpp"

namespace tilewise {

TableCache::TableCache(const Architecture& architecture, const Layer& layer,
                       const EnumArray<DimGroup, std::vector<Candidate>>& candidates,
                       std::size_t keeps)
    : architecture_(architecture),
      layer_(layer),
      candidates_(candidates),
      merges_(merge_rules(architecture)),
      keeps_(keeps) {
  for (const DimGroup g : kDimGroups) {
    for (std::size_t i = 0; i < candidates[g].size(); ++i) {
      slots_[g].push_back(std::make_unique<Slot>());
    }
  }
}

const TableCache::Tables& TableCache::tables(DimGroup group, std::size_t index, std::size_t keep,
                                             const std::vector<Parents>& parents,
                                             std::size_t order) {
  Slot& slot = *slots_[group][index];
  const std::scoped_lock lock(slot.mutex);
  const auto [at, fresh] = slot.made.try_emplace(order * keeps_ + keep);
  if (fresh) {
    const Candidate& candidate = candidates_[group][index];
    const std::size_t levels = architecture_.levels.size();
    std::vector<bool> first_outside(levels);
    for (std::size_t level = 0; level < levels; ++level) {
      first_outside[level] = (order >> level & 1U) == 0;
    }
    const std::vector<NestLoop> nest = candidate_nest(candidate, first_outside);
    const std::vector<Extents> extents = candidate_extents(candidate);
    at->second.resize(levels + 1);
    for (std::size_t child = 1; child <= levels; ++child) {
      at->second[child] =
          group_moves(layer_, group, nest, extents[child], parents[child], merges_, child);
    }
  }
  return at->second;
}

}  // namespace tilewise
