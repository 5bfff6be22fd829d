#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "space/search_space.hpp"

namespace tilewise {

/// The group that a position is in; null: it is in none.
const PositionGroup* group_of(const BlockForm& form, std::size_t position);

/// The first position of a group from which on its count cannot be right; empty: it is right.
std::optional<std::size_t> wrong_in_group(const BlockForm& form, const PositionGroup& group,
                                          std::span<const std::uint8_t> row);
/// What is wrong with the count, and the cure: "normal3: 3 of the positions 3, 4, 5 are taken;
/// ...".
std::string group_error(const BlockForm& form, const PositionGroup& group,
                        std::span<const std::uint8_t> row);

/// The ways to choose at the positions of a group: a table of [place][positions still to take].
class GroupWays {
 public:
  /// Throws InputError where there are more than 2^63 - 1, or none.
  GroupWays(const BlockForm& form, const PositionGroup& group);

  std::uint64_t count() const { return ways_.front().back(); }
  /// Writes a way below `count` to the positions of the group.
  void write(std::uint64_t way, std::span<std::uint8_t> row) const;
  /// Adds the share of ways that have each choice to [position * choices + choice].
  void add_shares(std::size_t choices, std::span<double> shares) const;

 private:
  PositionGroup group_;
  std::uint8_t absent_;
  std::vector<std::vector<std::uint8_t>> taken_;  ///< [place] choices other than absent
  std::vector<std::uint64_t> absences_;           ///< [place] 1: it may be absent, else 0
  std::vector<std::vector<std::uint64_t>> ways_;  ///< [place][still to take] from there on
};

}  // namespace tilewise
