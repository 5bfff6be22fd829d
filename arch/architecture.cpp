#include "arch/architecture.hpp"

#include "base/integers.hpp"

namespace tilewise {

std::int64_t compute_units(const Architecture& architecture) {
  return instances_of(architecture, architecture.levels.size());
}

std::int64_t instances_of(const Architecture& architecture, std::size_t level) {
  std::int64_t instances = 1;
  for (std::size_t i = 0; i < level; ++i) {
    const FanOut& fan_out = architecture.levels[i].fan_out;
    instances = checked_product({instances, fan_out.x.size, fan_out.y.size},
                                "instances of architecture " + architecture.name);
  }
  return instances;
}

}  // namespace tilewise
