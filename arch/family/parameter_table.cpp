#include "arch/family/parameter_table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "arch/size_text.hpp"

namespace tilewise {
namespace {

constexpr Bits kWidestWord{256};  // up to it people count bits, beyond it bytes

}  // namespace

std::optional<std::string> value_text(std::int64_t value) { return fmt::format("{}", value); }

std::optional<std::string> value_text(Bits size) {
  return size <= kWidestWord ? fmt::format("{} bit", size.count()) : size_text(size);
}

std::optional<std::string> value_text(Megahertz frequency) {
  return fmt::format("{:g} MHz", frequency.count());
}

std::optional<std::string> value_text(BitsPerCycle bandwidth) {
  if (std::isinf(bandwidth.count())) return "unlimited";
  return fmt::format("{:g} bit/cycle", bandwidth.count());
}

std::optional<std::string> value_text(Microseconds time) {
  return fmt::format("{:g} ns", nanoseconds(time).count());
}

std::optional<std::string> value_text(const TechnologyPoint& point) {
  return fmt::format("{{node: {} nm, voltage: {:g} V, devices: {}}}", point.node.count(),
                     point.voltage.count(),
                     point.devices == Devices::HighPerformance ? "hp" : "lp");
}

std::string count_type(std::int64_t least, std::int64_t most) {
  return fmt::format("{} to {}", least, most);
}

}  // namespace tilewise
