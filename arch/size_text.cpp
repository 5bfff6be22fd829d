#include "arch/size_text.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

namespace tilewise {

std::string size_text(Bits size) {
  struct Unit {
    std::string_view name;
    std::int64_t bits;
  };
  for (const Unit unit : {Unit{"MiB", 8 << 20}, Unit{"KiB", 8 << 10}, Unit{"B", 8}}) {
    if (size.count() != 0 && size.count() % unit.bits == 0) {
      return fmt::format("{} {}", size.count() / unit.bits, unit.name);
    }
  }
  return fmt::format("{} bit", size.count());
}

}  // namespace tilewise
