#include "arch/architecture.hpp"

#include <algorithm>
#include <cmath>

#include "base/integers.hpp"

namespace tilewise {

double coded_share(const RunLengthCode& code, double density, Bits width) {
  const std::int64_t pairs = (code.packet.count() - 1) / (code.run.count() + width.count());
  if (pairs < 1) return 1.0;
  // A pair for each value, and for each run that is longer than its field can tell.
  const double longest = std::ldexp(1.0, static_cast<int>(code.run.count()));
  const double pairs_per_word = std::max(density, 1.0 / longest);
  const auto packet = static_cast<double>(code.packet.count());
  const double coded = pairs_per_word * packet / static_cast<double>(pairs);
  return std::min(1.0, coded / static_cast<double>(width.count()));
}

std::int64_t FanOut::most_along_x(Dim d) const {
  if (!x.dims[d]) return 1;
  return fold == d ? instances() : x.size;
}

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
