#include "space/published/hwnasbench.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"

namespace tilewise {

HwnasbenchCost& HwnasbenchCost::operator+=(const HwnasbenchCost& other) {
  latency += other.latency;
  energy += other.energy;
  macs += other.macs;
  off_chip_bytes += other.off_chip_bytes;
  return *this;
}

void throw_unknown_switch(std::string_view name, std::span<const std::string_view> names) {
  throw InputError(
      fmt::format("unknown switch \"{}\": expected one of {}", name, fmt::join(names, ", ")));
}

HwnasbenchCost cost(const FbnetCostTable& table, const std::array<FbnetOp, kFbnetPositions>& ops) {
  HwnasbenchCost total = table.fixed;
  for (std::size_t at = 0; at < kFbnetPositions; ++at) total += table.blocks[at][ops[at]];
  return total;
}

}  // namespace tilewise
