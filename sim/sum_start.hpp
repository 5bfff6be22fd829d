#pragma once

#include <cstddef>
#include <cstdint>

#include "arch/architecture.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The operands that sums start from (SumStart) on their way to the compute unit. Each word passes
/// every boundary of Output inside the place where it lies once: on the first visit of a tile it
/// comes as a partial sum that returns would. Of the instances that share a sum, one starts from
/// it. Memories that add on the spot (`fresh_sums`) start from zero: there it is read where sums
/// join above them, and goes no further.
class SumStartWalk {
 public:
  SumStartWalk(const Architecture& architecture, const Layer& layer)
      : architecture_(architecture), layer_(layer) {}

  /// Words that pass the next boundary of Output, outermost first.
  std::int64_t next(std::size_t parent, std::size_t child);

 private:
  std::int64_t lying_at(std::size_t level) const;

  const Architecture& architecture_;
  const Layer& layer_;
  std::size_t level_ = 0;      ///< operands that lie outside it are on their way
  std::int64_t operands_ = 0;  ///< that are on their way
};

}  // namespace tilewise
