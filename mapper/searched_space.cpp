#include "mapper/searched_space.hpp"

#include "mapper/problem.hpp"
#include "sim/merged_dims.hpp"

namespace tilewise {

SpaceSize searched_space(const Architecture& architecture, const Layer& layer, Factors factors) {
  const MergedDims into = merged_dims(layer);
  if (into != own_dims()) {
    const Architecture for_merged = merge_dims(architecture, into);
    const Layer merged = merge_dims(layer, into);
    if (!make_problem(for_merged, merged, factors).too_many) {
      return space_size(for_merged, merged, factors);
    }
  }
  return space_size(architecture, layer, factors);
}

}  // namespace tilewise
