#include "sim/sum_start.hpp"

#include <algorithm>

namespace tilewise {

std::int64_t SumStartWalk::next(std::size_t parent, std::size_t child) {
  if (layer_.start.operands == 0) return 0;
  const bool adds = architecture_.levels[parent].memory_of(Tensor::Output)->fresh_sums;
  if (adds) operands_ = 0;
  for (; level_ <= parent; ++level_) operands_ += lying_at(level_);
  // A memory that adds reads what was there with every update: the first finds an operand.
  const bool read_anyway = adds && child == architecture_.levels.size() && operands_ > 0;
  return (operands_ - (read_anyway ? 1 : 0)) * words(layer_, Tensor::Output);
}

std::int64_t SumStartWalk::lying_at(std::size_t level) const {
  if (level > 0) return architecture_.levels[level].starts_here;
  std::int64_t inside = 0;
  for (const Level& each : architecture_.levels) inside += each.starts_here;
  return layer_.start.operands - inside;
}

}  // namespace tilewise
