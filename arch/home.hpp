#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "arch/architecture.hpp"

namespace tilewise {

/// Where activations may lie between the layers of a network (docs/schedule.md): a level of one
/// instance whose Input and Output are in one memory, or in two that exchange their roles.
struct Home {
  std::size_t level = 0;
  std::size_t input_memory = 0;   ///< of the level's
  std::size_t output_memory = 0;  ///< the same, unless the two exchange roles
  bool exchanges() const { return input_memory != output_memory; }
};

/// No level can be home.
struct NoHome {
  std::string why;  ///< ends a sentence: "no level on chip holds Input and Output in one memory"
};

/// The word for a level in `home: none`: nothing is kept between layers.
inline constexpr const char* kNoHome = "none";

/// The level that the architecture names, else the outermost on chip that can be home. Throws
/// InputError where the one that is named cannot.
std::variant<Home, NoHome> home_of(const Architecture& architecture);

/// The memory of the home in which a layer's weights may lie as a whole; empty: it has none.
std::optional<std::size_t> weight_memory(const Architecture& architecture, const Home& home);

/// [memory of the home] its room; without a capacity more than any network needs.
std::vector<Bits> home_room(const Architecture& architecture, const Home& home);

/// What of a layer is at home while it runs, and what room is taken there.
struct HomeUse {
  EnumArray<Tensor, bool> kept{};  ///< Input and Weight begin at home, Output ends there
  bool exchanged = false;          ///< the memories of Input and Output play each other's role
  /// Of an Input that is several operands, not all of them at home: how many are not, and how many
  /// there are; 0: the Input is in one place.
  std::int64_t operands_off_chip = 0;
  std::int64_t operands = 0;
  std::int64_t starts = 0;  ///< operands that sums start from at home; the others are off chip
  std::vector<Bits> taken;  ///< [memory of the home] by all that lies there whole
  auto operator<=>(const HomeUse&) const = default;
};

/// The hardware as a layer meets it: what is kept has no level outside its home, its tile there is
/// the whole tensor, and the memories are smaller by what is taken. What takes more than there is
/// leaves none.
Architecture at_home(const Architecture& architecture, const Home& home, const HomeUse& use);

/// The tensors that level 0 does not hold: they begin or end at home.
EnumArray<Tensor, bool> tensors_at_home(const Architecture& architecture);

}  // namespace tilewise
