#include "arch/check_architecture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "arch/home.hpp"
#include "base/error.hpp"

namespace tilewise {
namespace {

constexpr Bits kWidestWord{65536};  // beyond any port

/// Where in the architecture the check is, and how it refuses.
struct Place {
  std::string name;

  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(fmt::format("{}: {}", name, what));
  }
  void require(bool holds, const std::string& what) const {
    if (!holds) fail(what);
  }
};

bool is_cost(double value) { return std::isfinite(value) && value >= 0.0; }

void check_memory(const Memory& memory, const Place& place) {
  const bool holds_any =
      std::any_of(memory.holds.begin(), memory.holds.end(), [](bool held) { return held; });
  place.require(holds_any, "holds no tensor; name at least one in holds");
  place.require(!memory.capacity || *memory.capacity > Bits{0}, "expected a capacity above zero");
  place.require(memory.word_width > Bits{0} && memory.word_width <= kWidestWord,
                "expected a word width from 1 to 65536 bit");
  place.require(memory.read_bandwidth.count() > 0.0 && memory.write_bandwidth.count() > 0.0,
                "expected bandwidths above zero, or unlimited");
  place.require(is_cost(memory.start_up.count()) && memory.burst >= Bits{0},
                "expected a start-up and a burst of at least zero");
  place.require(is_cost(memory.energy.read.count()) && is_cost(memory.energy.write.count()) &&
                    is_cost(memory.leakage.count()) && is_cost(memory.area.count()),
                "expected energies, leakage and area of at least zero");
}

/// Each tensor that the memory holds is read at one port and written at one.
void check_ports(const Memory& memory, const Place& place) {
  for (const MemoryPort& port : memory.ports) {
    place.require(
        (!port.read || port.read->count() > 0.0) && (!port.write || port.write->count() > 0.0),
        "expected bandwidths of ports above zero, or unlimited");
    for (const Tensor t : kTensors) {
      place.require(!port.tensors[t] || memory.holds[t],
                    fmt::format("a port is for {}, which is not held here", name(t)));
    }
  }
  for (const Tensor t : kTensors) {
    if (memory.ports.empty() || !memory.holds[t]) continue;
    const auto serving = [&](bool write) {
      return std::count_if(memory.ports.begin(), memory.ports.end(), [&](const MemoryPort& port) {
        return port.tensors[t] && (write && !port.shared ? port.write : port.read);
      });
    };
    for (const bool write : {false, true}) {
      place.require(serving(write) == 1,
                    fmt::format("{} is {} at {} ports; name it at one", name(t),
                                write ? "written" : "read", serving(write)));
    }
  }
}

void check_tensors(const Level& level, const Place& place) {
  for (const Tensor t : kTensors) {
    std::vector<std::string> holders;
    for (const Memory& memory : level.memories) {
      if (memory.holds[t]) holders.push_back(memory.name);
    }
    place.require(
        holders.size() <= 1,
        fmt::format("{} is in two memories, {} and {}; a level keeps a tensor in one", name(t),
                    holders.empty() ? "" : holders.front(), holders.empty() ? "" : holders.back()));
  }
}

void check_memories(const Level& level, const Place& place) {
  place.require(!level.memories.empty(), "has no memory");
  std::set<std::string> names;
  for (const Memory& memory : level.memories) {
    place.require(!memory.name.empty(), "a memory has no name");
    place.require(names.insert(memory.name).second,
                  fmt::format("two memories are named {}", memory.name));
    const Place own{fmt::format("{}, memory {}", place.name, memory.name)};
    check_memory(memory, own);
    check_ports(memory, own);
  }
  check_tensors(level, place);
}

void check_place_of_memory(const Memory& memory, bool is_outermost, const Place& place) {
  for (const Tensor t : kTensors) {
    place.require(!memory.coded[t] || memory.holds[t],
                  fmt::format("{} is coded but not held here", name(t)));
  }
  place.require(is_outermost || !memory.coded[Tensor::Output],
                "Output is coded; only the outermost level holds complete sums to code");
  place.require(!memory.sum_width || (memory.holds[Tensor::Output] && *memory.sum_width > Bits{0}),
                "sum_width is for a memory of Output, and above zero");
  place.require(!memory.fresh_sums || (!is_outermost && memory.holds[Tensor::Output]),
                "fresh_sums is for a memory of Output below the outermost level");
}

void check_fan_out(const FanOut& fan_out, const Place& place) {
  place.require(!fan_out.fold || fan_out.x.dims[*fan_out.fold],
                "fold names a dimension that may not lie along X");
  for (const FanOutAxis* axis : {&fan_out.x, &fan_out.y}) {
    place.require(axis->size >= 1 && axis->size <= kLargestFanOut,
                  fmt::format("fan-out of {}: expected 1 to {}", axis->size, kLargestFanOut));
  }
  for (const Tensor t : kTensors) {
    const TensorNetwork& network = fan_out.networks[t];
    place.require(network.bandwidth.count() > 0.0 && is_cost(network.energy_per_hop.count()) &&
                      is_cost(network.hops),
                  fmt::format("network of {}: expected a bandwidth above zero, energy and hops of "
                              "at least zero",
                              name(t)));
  }
}

void check_rules(const EnumArray<Dim, FactorRule>& rules, const Place& place) {
  for (const Dim d : kDims) {
    const FactorRule& rule = rules[d];
    place.require(rule.least >= 1 && rule.least <= rule.most,
                  fmt::format("{}: expected 1 <= least <= most, found {} and {}", name(d),
                              rule.least, rule.most));
  }
}

void check_axis(const EnumArray<Dim, FactorRule>& rules, const FanOutAxis& axis, const Place& place,
                std::optional<Dim> fold = std::nullopt) {
  check_rules(rules, place);
  for (const Dim d : kDims) {
    if (d == fold) continue;
    const bool wanted = rules[d].least > 1 || (rules[d].full && rules[d].most > 1);
    place.require(!wanted || axis.dims[d],
                  fmt::format("{} must lie here but the fan-out does not allow it", name(d)));
    place.require(rules[d].least <= axis.size,
                  fmt::format("{} must be at least {} but the fan-out has {}", name(d),
                              rules[d].least, axis.size));
  }
}

void check_orders(const LevelConstraint& constraint, const Place& place) {
  for (const auto& order : constraint.orders) {
    for (const Dim d : kDims) {
      const auto times = std::count(order.begin(), order.end(), d);
      place.require(times <= 1, fmt::format("an order names {} twice", name(d)));
      place.require(times == 1 || constraint.temporal[d].most == 1,
                    fmt::format("an order does not name {}, which may have a loop here", name(d)));
    }
  }
}

void check_constraint(const LevelConstraint& constraint, const Level& level, bool is_outermost,
                      const Place& place) {
  check_rules(constraint.temporal, {place.name + ", temporal"});
  check_axis(constraint.spatial_x, level.fan_out.x, {place.name + ", spatial x"},
             level.fan_out.fold);
  check_axis(constraint.spatial_y, level.fan_out.y, {place.name + ", spatial y"});
  check_orders(constraint, place);
  for (const Tensor t : kTensors) {
    if (!constraint.keep[t]) continue;
    place.require(!*constraint.keep[t] || level.memory_of(t) != nullptr,
                  fmt::format("{} must be kept but no memory here holds it", name(t)));
    place.require(*constraint.keep[t] || !is_outermost,
                  fmt::format("{} cannot bypass the outermost level", name(t)));
  }
}

void check_outermost(const Level& level, const Place& place) {
  for (const Tensor t : kTensors) {
    place.require(level.memory_of(t) != nullptr,
                  fmt::format("the outermost level must hold {}", name(t)));
  }
  for (const Memory& memory : level.memories) {
    place.require(
        !memory.capacity,
        fmt::format("memory {} has a capacity; the outermost level is unbounded", memory.name));
    place.require(!memory.refetches, "nothing is loaded into the outermost level, nor again");
  }
}

void check_compute(const ComputeUnit& compute, const Place& place) {
  place.require(compute.operand_width > Bits{0}, "expected an operand width above zero");
  place.require(compute.interval >= Cycles{1.0} && is_cost(compute.pass_overhead.count()) &&
                    is_cost(compute.layer_overhead.count()),
                "expected an interval of at least 1 cycle and overheads of at least zero");
  place.require(compute.block.steps >= 1 && is_cost(compute.block.least.count()),
                "expected blocks of at least 1 step and of no less than zero cycles");
  place.require(is_cost(compute.energy.count()) && is_cost(compute.gated_energy.count()) &&
                    is_cost(compute.add_energy.count()) && is_cost(compute.leakage.count()) &&
                    is_cost(compute.area.count()),
                "expected energies, leakage and area of at least zero");
}

void check_letters(const Architecture& architecture, const Place& place) {
  for (const MappingLetter& letter : architecture.letters) {
    place.require(!letter.places.empty(), fmt::format("{} stands for no loop", letter.letter));
    for (const LoopPlace& loops : letter.places) {
      place.require(loops.level < architecture.levels.size(),
                    fmt::format("{} stands for loops of level {}, which is not there",
                                letter.letter, loops.level));
    }
  }
}

}  // namespace

void check_architecture(const Architecture& architecture) {
  const Place whole{fmt::format("architecture {}", architecture.name)};
  whole.require(architecture.levels.size() >= 2, "expected at least two levels");
  whole.require(architecture.constraints.size() == architecture.levels.size(),
                "expected one constraint a level");
  whole.require(architecture.clock.count() > 0.0, "expected a clock above zero");
  whole.require(is_cost(architecture.energy_per_cycle.count()),
                "expected an energy per cycle of at least zero");
  std::set<std::string> names;
  for (std::size_t i = 0; i < architecture.levels.size(); ++i) {
    const Level& level = architecture.levels[i];
    const Place place{fmt::format("{}, level {} ({})", whole.name, i, level.name)};
    place.require(!level.name.empty(), "has no name");
    place.require(names.insert(level.name).second, "another level has this name");
    check_memories(level, place);
    for (const Memory& memory : level.memories) {
      check_place_of_memory(memory, i == 0, {place.name + ", memory " + memory.name});
    }
    check_fan_out(level.fan_out, place);
    place.require(level.fan_out.skew != Skew::Pass || i + 1 < architecture.levels.size(),
                  "skew: pass needs a level below the fan-out that keeps something from pass to "
                  "pass; take skew: layer, or add one");
    check_constraint(architecture.constraints[i], level, i == 0, place);
    if (i == 0) check_outermost(level, place);
  }
  check_letters(architecture, whole);
  check_compute(architecture.compute, {whole.name + ", compute"});
  compute_units(architecture);
  home_of(architecture);
}

}  // namespace tilewise
