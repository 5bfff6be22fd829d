#include "arch/area.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace tilewise {

ChipArea chip_area(const Architecture& architecture) {
  ChipArea chip;
  const auto add = [&](ChipPart part, SquareMillimeters& sum) {
    sum += part.area;
    chip.leakage += part.leakage;
    chip.parts.push_back(std::move(part));
  };
  for (std::size_t i = 0; i < architecture.levels.size(); ++i) {
    const Level& level = architecture.levels[i];
    const std::int64_t instances = instances_of(architecture, i);
    for (const Memory& memory : level.memories) {
      const std::string place = fmt::format("{}.{}", level.name, memory.name);
      if (i > 0 && memory.area == SquareMillimeters{0.0}) chip.unknown.push_back(place);
      add({place, instances, instances * memory.area, instances * memory.leakage}, chip.memories);
    }
  }
  const ComputeUnit& unit = architecture.compute;
  const std::int64_t units = compute_units(architecture);
  if (unit.area == SquareMillimeters{0.0}) chip.unknown.emplace_back("compute");
  add({"compute", units, units * unit.area, units * unit.leakage}, chip.compute);
  return chip;
}

}  // namespace tilewise
