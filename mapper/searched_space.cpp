#include "mapper/searched_space.hpp"

#include <algorithm>

#include "mapper/search_tuning.hpp"
#include "mapper/splits.hpp"
#include "sim/merged_dims.hpp"

namespace tilewise {

SpaceSize searched_space(const Architecture& architecture, const Layer& layer, Factors factors) {
  const MergedDims into = merged_dims(layer);
  if (into != own_dims()) {
    const Architecture for_merged = merge_dims(architecture, into);
    const Layer merged = merge_dims(layer, into);
    const bool held = std::none_of(kDims.begin(), kDims.end(), [&](Dim d) {
      return std::count(into.begin(), into.end(), d) > 1 &&
             make_splits(for_merged, d, merged.bounds[d], factors, kMostSplits).too_many;
    });
    if (held) return space_size(for_merged, merged, factors);
  }
  return space_size(architecture, layer, factors);
}

}  // namespace tilewise
