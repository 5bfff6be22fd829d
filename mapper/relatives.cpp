#include "mapper/relatives.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <map>
#include <numeric>

#include "base/units.hpp"
#include "mapper/problem_key.hpp"
#include "sim/energy.hpp"

namespace tilewise {
namespace {

/// What a memory holds; the outermost is unbounded.
double bits_of(const Memory& memory) {
  return memory.capacity ? static_cast<double>(memory.capacity->count())
                         : std::numeric_limits<double>::infinity();
}

}  // namespace

std::string relatives_key(const Architecture& architecture) {
  Architecture alike = architecture;
  for (Level& level : alike.levels) {
    for (Memory& memory : level.memories) {
      if (memory.capacity) memory.capacity = Bits{1};
      memory.leakage = {};
      memory.area = {};
    }
  }
  alike.compute.leakage = {};
  alike.compute.area = {};
  return architecture_key(alike);
}

Relatives::Relatives(std::span<const Architecture> members) {
  assert(!members.empty() && members.size() <= kMostRelatives);
  for (const Architecture& each : members) {
    static_pj_.push_back(static_energy_per_cycle(each).count());
  }
  const auto least = std::min_element(static_pj_.begin(), static_pj_.end());
  widest_ = members[static_cast<std::size_t>(least - static_pj_.begin())];
  room_.resize(members.size());
  steps_.resize(widest_.levels.size());
  for (std::size_t level = 0; level < widest_.levels.size(); ++level) {
    for (std::size_t memory = 0; memory < widest_.levels[level].memories.size(); ++memory) {
      std::map<double, RelativeSet> of_size;
      for (std::size_t i = 0; i < members.size(); ++i) {
        const double bits = bits_of(members[i].levels[level].memories[memory]);
        of_size[bits] |= RelativeSet{1} << i;
        if (level > 0) room_[i] += bits;
      }
      auto& steps = steps_[level].emplace_back();
      RelativeSet left = all();
      for (const auto& [bits, exactly] : of_size) {
        steps.push_back({bits, left});
        left &= ~exactly;
      }
      Memory& largest = widest_.levels[level].memories[memory];
      if (largest.capacity) largest.capacity = Bits{static_cast<std::int64_t>(steps.back().bits)};
    }
  }
}

RelativeSet Relatives::holding(std::size_t level, std::size_t memory, double bits) const {
  for (const Step& step : steps_[level][memory]) {
    if (bits <= step.bits) return step.members;
  }
  return 0;
}

RelativeSet Relatives::at_least(std::size_t member) const {
  RelativeSet larger = all();
  for (const auto& memories : steps_) {
    for (const std::vector<Step>& steps : memories) {
      // The last step that the member is part of has its own size.
      const auto own = std::find_if(steps.rbegin(), steps.rend(), [&](const Step& step) {
        return (step.members >> member & 1U) != 0;
      });
      larger &= own->members;
    }
  }
  return larger;
}

std::vector<std::size_t> Relatives::by_room() const {
  std::vector<std::size_t> order(size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return room_[a] < room_[b]; });
  return order;
}

}  // namespace tilewise
