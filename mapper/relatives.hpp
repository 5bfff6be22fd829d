#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "mapper/relative_energy.hpp"
#include "mapper/relative_set.hpp"

namespace tilewise {

/// Two architectures of one key differ in the capacities of their memories, in the energies of the
/// first memories on the chip and in leakage alone (and in names, sources, areas).
std::string relatives_key(const Architecture& architecture);

/// Architectures of one relatives_key. A nest has the same counts and times on each; they differ in
/// which nests fit, and in the energy of an access and of a cycle. docs/mapper.md, "Relatives".
class Relatives {
 public:
  /// 1 to RelativeSet::kMost of one relatives_key.
  explicit Relatives(std::span<const Architecture> members);

  std::size_t size() const { return room_.size(); }
  RelativeSet all() const { return RelativeSet::first(size()); }
  /// Each memory as large as that of any; leakage, and the energy of each access, are the least of
  /// any: nothing fits or costs less on a member that does not here.
  const Architecture& widest() const { return widest_; }
  /// A number of each member; 0 behind them.
  using OfMembers = std::array<double, RelativeSet::kMost>;
  /// Leakage and clock in a cycle, in pJ.
  const OfMembers& static_pj() const { return static_pj_; }
  /// For each kind of access that members differ in (RelativeEnergy::accesses): the widest where
  /// one such access takes 1 pJ, and nothing else any energy.
  const std::vector<Architecture>& units() const { return units_; }
  /// What members pay for one access of a kind beyond the widest, in pJ.
  const OfMembers& more_pj(std::size_t kind) const { return more_pj_[kind]; }
  /// ... and for all of a nest.
  double more_pj(std::size_t member, const VaryingAccesses& accesses) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < units_.size(); ++i) sum += more_pj_[i][member] * accesses[i];
    return sum;
  }
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
    RelativeSet members;
  };

  void take_capacities(std::span<const Architecture> members);
  void take_energies(std::span<const Architecture> members);

  Architecture widest_;
  std::vector<Architecture> units_;
  std::vector<OfMembers> more_pj_;  ///< [kind]
  OfMembers static_pj_{};
  std::vector<double> room_;                           ///< [member] bits on the chip
  std::vector<std::vector<std::vector<Step>>> steps_;  ///< [level][memory] by rising bits
};

}  // namespace tilewise
