#include "arch/home.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "base/enum_words.hpp"
#include "base/error.hpp"

namespace tilewise {
namespace {

/// The memory of `level` that holds `t`.
std::optional<std::size_t> memory_index(const Level& level, Tensor t) {
  const Memory* memory = level.memory_of(t);
  if (memory == nullptr) return std::nullopt;
  return static_cast<std::size_t>(memory - level.memories.data());
}

bool has_one_instance(const Architecture& architecture, std::size_t level) {
  for (std::size_t outer = 0; outer < level; ++outer) {
    if (architecture.levels[outer].fan_out.instances() > 1) return false;
  }
  return true;
}

/// The level as home, or what stands against it.
std::variant<Home, NoHome> as_home(const Architecture& architecture, std::size_t index) {
  const Level& level = architecture.levels[index];
  const auto input = memory_index(level, Tensor::Input);
  const auto output = memory_index(level, Tensor::Output);
  if (!input || !output) {
    return NoHome{fmt::format("{} has no memory for {}", level.name,
                              name(input ? Tensor::Output : Tensor::Input))};
  }
  if (!has_one_instance(architecture, index)) {
    return NoHome{fmt::format("{} has more than one instance", level.name)};
  }
  if (*input != *output && !level.exchanges_roles) {
    return NoHome{fmt::format("{} holds Input and Output in memories that do not exchange roles",
                              level.name)};
  }
  return Home{index, *input, *output};
}

Home named_home(const Architecture& architecture) {
  std::vector<std::string_view> words{kNoHome};
  for (std::size_t level = 1; level < architecture.levels.size(); ++level) {
    if (architecture.levels[level].name != *architecture.home) {
      words.emplace_back(architecture.levels[level].name);
      continue;
    }
    const auto found = as_home(architecture, level);
    if (const auto* none = std::get_if<NoHome>(&found)) {
      throw InputError(fmt::format("home: {}; name another level or {}", none->why, kNoHome));
    }
    return std::get<Home>(found);
  }
  refuse_word(*architecture.home, "home", words);
}

/// What the memory did for Input it does for Output, and the other way.
void exchange_roles(Memory& memory) {
  const auto exchange = [](EnumArray<Tensor, bool>& tensors) {
    std::swap(tensors[Tensor::Input], tensors[Tensor::Output]);
  };
  exchange(memory.holds);
  for (MemoryPort& port : memory.ports) exchange(port.tensors);
}

}  // namespace

std::variant<Home, NoHome> home_of(const Architecture& architecture) {
  if (architecture.home == kNoHome) return NoHome{"its file says home: none"};
  if (architecture.home) return named_home(architecture);
  for (std::size_t level = 1; level < architecture.levels.size(); ++level) {
    const auto found = as_home(architecture, level);
    if (std::holds_alternative<Home>(found)) return found;
  }
  return NoHome{
      "no level on chip has one instance and holds Input and Output in one memory, or in two that "
      "exchange roles"};
}

std::optional<std::size_t> weight_memory(const Architecture& architecture, const Home& home) {
  if (architecture.constraints[home.level].keep[Tensor::Weight] == false) return std::nullopt;
  return memory_index(architecture.levels[home.level], Tensor::Weight);
}

std::vector<Bits> home_room(const Architecture& architecture, const Home& home) {
  constexpr Bits kUnbounded{std::numeric_limits<std::int64_t>::max() / 4};
  std::vector<Bits> room;
  for (const Memory& memory : architecture.levels[home.level].memories) {
    room.push_back(memory.capacity.value_or(kUnbounded));
  }
  return room;
}

Architecture at_home(const Architecture& architecture, const Home& home, const HomeUse& use) {
  Architecture made = architecture;
  Level& level = made.levels[home.level];
  if (use.exchanged) {
    exchange_roles(level.memories[home.input_memory]);
    exchange_roles(level.memories[home.output_memory]);
  }
  for (std::size_t m = 0; m < use.taken.size(); ++m) {
    Memory& memory = level.memories[m];
    if (memory.capacity) memory.capacity = std::max(Bits{0}, *memory.capacity - use.taken[m]);
  }
  if (use.operands_off_chip > 0) {
    // What is off chip comes to the home from there alone, with all operands in one tile.
    level.part[Tensor::Input] =
        static_cast<double>(use.operands_off_chip) / static_cast<double>(use.operands);
    for (std::size_t outer = 0; outer < home.level; ++outer) {
      if (outer > 0) made.constraints[outer].keep[Tensor::Input] = false;
      // What is counted as one dimension with C has no loops either.
      for (const Dim d : {Dim::C, Dim::R, Dim::S}) {
        made.constraints[outer].temporal[d] = FactorRule{1, 1, false};
      }
    }
    made.constraints[home.level].keep[Tensor::Input] = true;
  }
  if (use.starts > 0) {
    level.starts_here = use.starts;
    made.constraints[home.level].keep[Tensor::Output] = true;
  }
  for (const Tensor t : kTensors) {
    if (!use.kept[t]) continue;
    for (std::size_t outer = 0; outer < home.level; ++outer) {
      for (Memory& memory : made.levels[outer].memories) memory.holds[t] = false;
      made.constraints[outer].keep[t] = false;
    }
    made.constraints[home.level].keep[t] = true;
    level.whole[t] = true;
  }
  return made;
}

EnumArray<Tensor, bool> tensors_at_home(const Architecture& architecture) {
  EnumArray<Tensor, bool> at_home{};
  for (const Tensor t : kTensors) {
    at_home[t] = architecture.levels.front().memory_of(t) == nullptr;
  }
  return at_home;
}

}  // namespace tilewise
