#pragma once

#include "arch/architecture.hpp"
#include "base/enum_array.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// For each dimension the one that counts it: itself, or another that no word tells from it.
using MergedDims = EnumArray<Dim, Dim>;
/// Each dimension for itself.
MergedDims own_dims();

/// Which dimensions of a layer are one (docs/mapper.md, "Names do not matter"). Windows of one
/// output, of one tap or that lie apart, without padding, do not slide: outputs of that axis count
/// as N, and its taps as C. Without weights G counts as N too.
MergedDims merged_dims(const Layer& layer);

/// The layer with one dimension for those that are one; its stride, dilation and image follow.
Layer merge_dims(const Layer& layer, const MergedDims& into);
/// The dimensions that count any of `dims`.
EnumArray<Dim, bool> merge_dims(const EnumArray<Dim, bool>& dims, const MergedDims& into);
/// The architecture for that layer: a merged dimension may lie wherever one of its own may, with
/// bounds up to the product of theirs, in an order that has it in the place of one of them; blocks
/// of steps lie along it if along one of them.
Architecture merge_dims(const Architecture& architecture, const MergedDims& into);

/// The dimensions that the loops of `mapping` count: those of `merged_dims`, where all of a merged
/// dimension is covered by loops over the one that counts; else the layer's own.
MergedDims counted_dims(const Mapping& mapping, const Layer& layer);

/// The mapping with loops over the layer's own dimensions, at the same cost, if its bounds can be
/// shared out so that the constraints of `architecture` hold; else as it is.
Mapping in_own_dims(const Mapping& mapping, const Layer& layer, const Architecture& architecture);

}  // namespace tilewise
