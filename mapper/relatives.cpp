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

/// Calls visit(energy) for each direction of each memory that relatives may differ in: of the first
/// kMostVarying / 2 on the chip.
template <class Visit>
void for_each_varying(Architecture& architecture, const Visit& visit) {
  std::size_t left = kMostVarying / 2;
  for (std::size_t level = 1; level < architecture.levels.size(); ++level) {
    for (Memory& memory : architecture.levels[level].memories) {
      if (left-- == 0) return;
      visit(memory.energy.read);
      visit(memory.energy.write);
    }
  }
}

/// The architecture where only the accesses of that number take energy, 1 pJ each.
Architecture only(Architecture architecture, std::size_t varying) {
  for (Level& level : architecture.levels) {
    for (Memory& memory : level.memories) memory.energy = {};
    for (const Tensor t : kTensors) level.fan_out.networks[t].energy_per_hop = {};
  }
  std::size_t at = 0;
  for_each_varying(architecture, [&](Picojoules& energy) {
    if (at++ == varying) energy = Picojoules{1.0};
  });
  return architecture;
}

}  // namespace

std::string relatives_key(const Architecture& architecture) {
  Architecture alike = architecture;
  for_each_varying(alike, [](Picojoules& energy) { energy = {}; });
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
  assert(!members.empty() && members.size() <= RelativeSet::kMost);
  for (std::size_t i = 0; i < members.size(); ++i) {
    static_pj_[i] = static_energy_per_cycle(members[i]).count();
  }
  const auto all_static = std::span(static_pj_).first(members.size());
  const auto least = std::min_element(all_static.begin(), all_static.end());
  widest_ = members[static_cast<std::size_t>(least - all_static.begin())];
  take_capacities(members);
  take_energies(members);
}

void Relatives::take_capacities(std::span<const Architecture> members) {
  room_.resize(members.size());
  steps_.resize(widest_.levels.size());
  for (std::size_t level = 0; level < widest_.levels.size(); ++level) {
    for (std::size_t memory = 0; memory < widest_.levels[level].memories.size(); ++memory) {
      std::map<double, RelativeSet> of_size;
      for (std::size_t i = 0; i < members.size(); ++i) {
        const double bits = bits_of(members[i].levels[level].memories[memory]);
        of_size[bits].add(i);
        if (level > 0) room_[i] += bits;
      }
      auto& steps = steps_[level].emplace_back();
      RelativeSet left = all();
      for (const auto& [bits, exactly] : of_size) {
        steps.push_back({bits, left});
        left = left.without(exactly);
      }
      Memory& largest = widest_.levels[level].memories[memory];
      if (largest.capacity) largest.capacity = Bits{static_cast<std::int64_t>(steps.back().bits)};
    }
  }
}

void Relatives::take_energies(std::span<const Architecture> members) {
  std::vector<std::vector<double>> paid;  // [member][varying access] pJ
  for (Architecture each : members) {
    auto& own = paid.emplace_back();
    for_each_varying(each, [&](Picojoules& energy) { own.push_back(energy.count()); });
  }
  std::vector<double> least = paid.front();
  std::vector<double> most = paid.front();
  for (const auto& own : paid) {
    for (std::size_t i = 0; i < own.size(); ++i) {
      least[i] = std::min(least[i], own[i]);
      most[i] = std::max(most[i], own[i]);
    }
  }
  std::size_t at = 0;
  for_each_varying(widest_, [&](Picojoules& energy) { energy = Picojoules{least[at++]}; });
  for (std::size_t i = 0; i < least.size(); ++i) {
    if (least[i] == most[i]) continue;
    OfMembers& more = more_pj_.emplace_back();
    for (std::size_t m = 0; m < members.size(); ++m) more[m] = paid[m][i] - least[i];
    units_.push_back(only(widest_, i));
  }
}

RelativeSet Relatives::holding(std::size_t level, std::size_t memory, double bits) const {
  for (const Step& step : steps_[level][memory]) {
    if (bits <= step.bits) return step.members;
  }
  return {};
}

RelativeSet Relatives::at_least(std::size_t member) const {
  RelativeSet larger = all();
  for (const auto& memories : steps_) {
    for (const std::vector<Step>& steps : memories) {
      // The last step that the member is part of has its own size.
      const auto own = std::find_if(steps.rbegin(), steps.rend(), [&](const Step& step) {
        return step.members.contains(member);
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
