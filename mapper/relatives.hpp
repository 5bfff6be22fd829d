#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "arch/architecture.hpp"

namespace tilewise {

/// Some of a number of relatives: bit i stands for the i-th.
using RelativeSet = std::uint64_t;
inline constexpr std::size_t kMostRelatives = 64;
/// The set of one architecture that is searched alone.
inline constexpr RelativeSet kAlone = 1;

/// Calls visit(i) for each of a set.
template <class Visit>
void for_each_relative(RelativeSet of, const Visit& visit) {
  for (; of != 0; of &= of - 1) visit(static_cast<std::size_t>(std::countr_zero(of)));
}

/// Two architectures of one key differ in the capacities of their memories and in leakage alone
/// (and in names, sources, areas).
std::string relatives_key(const Architecture& architecture);

/// Architectures of one relatives_key. A nest has the same counts, times and dynamic energies on
/// each; they differ in which nests fit, and in the energy of a cycle. docs/mapper.md, "Relatives".
class Relatives {
 public:
  /// 1 to kMostRelatives of one relatives_key.
  explicit Relatives(std::span<const Architecture> members);

  std::size_t size() const { return static_pj_.size(); }
  RelativeSet all() const { return ~RelativeSet{0} >> (kMostRelatives - size()); }
  /// Each memory as large as that of any; leakage is the least of any: nothing fits or costs less
  /// on a member that does not here.
  const Architecture& widest() const { return widest_; }
  /// Leakage and clock of a member in a cycle, in pJ.
  double static_pj(std::size_t member) const { return static_pj_[member]; }
  /// The members whose memory holds so many bits.
  RelativeSet holding(std::size_t level, std::size_t memory, double bits) const;
  /// The members all of whose memories are at least as large as those of one.
  RelativeSet at_least(std::size_t member) const;
  /// All members, those with less room on the chip first.
  std::vector<std::size_t> by_room() const;

 private:
  /// Members whose memory has at least that many bits.
  struct Step {
    double bits = 0.0;
    RelativeSet members = 0;
  };

  Architecture widest_;
  std::vector<double> static_pj_;
  std::vector<double> room_;                           ///< [member] bits on the chip
  std::vector<std::vector<std::vector<Step>>> steps_;  ///< [level][memory] by rising bits
};

}  // namespace tilewise
