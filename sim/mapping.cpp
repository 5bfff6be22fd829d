#include "sim/mapping.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "sim/merged_dims.hpp"

namespace tilewise {
namespace {

/// What all sums of words stay below, with room for the few terms that are added.
constexpr std::int64_t kMostIterations = std::int64_t{1} << 58;

}  // namespace

void check_mapping(const Layer& of, const Mapping& mapping,
                   const EnumArray<Tensor, bool>& at_home) {
  const Layer layer = merge_dims(of, counted_dims(mapping, of));
  if (mapping.levels.empty()) throw InputError("mapping: no levels; give at least one");
  EnumArray<Dim, std::int64_t> covered{{1, 1, 1, 1, 1, 1, 1, 1}};
  std::int64_t all = 1;
  const auto add = [&](std::size_t level, Dim d, std::int64_t bound) {
    if (bound < 1) {
      throw InputError(fmt::format("mapping: levels[{}]: loop {} has bound {}; at least 1", level,
                                   name(d), bound));
    }
    covered[d] = checked_multiply(covered[d], bound, "mapping: loops of one dimension");
    all = checked_multiply(all, bound, "mapping: iterations");
  };
  for (std::size_t level = 0; level < mapping.levels.size(); ++level) {
    for (const Loop& loop : mapping.levels[level].temporal) add(level, loop.dim, loop.bound);
    for (const SpatialLoop& loop : mapping.levels[level].spatial) add(level, loop.dim, loop.bound);
  }
  for (const Dim d : kDims) {
    if (covered[d] < layer.bounds[d]) {
      throw InputError(
          fmt::format("mapping: the loops over {} cover {} of {}; raise a bound or add a loop",
                      name(d), covered[d], layer.bounds[d]));
    }
  }
  if (all > kMostIterations) {
    throw InputError("mapping: more than 2^58 iterations; make the bounds smaller");
  }
  for (const Tensor t : kTensors) {
    if (!mapping.levels.front().keep[t] && !at_home[t]) {
      throw InputError(
          fmt::format("mapping: level 0 must keep {}: off-chip memory holds all", name(t)));
    }
  }
}

}  // namespace tilewise
