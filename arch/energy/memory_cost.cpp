#include "arch/energy/memory_cost.hpp"

#include <fmt/format.h>

namespace tilewise {

MemoryCost of_banks(MemoryCost one, std::int64_t banks) {
  one.leakage = one.leakage * banks;
  one.area = one.area * banks;
  if (banks > 1) one.source += fmt::format(", {} banks", banks);
  return one;
}

}  // namespace tilewise
