#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "space/position_groups.hpp"
#include "space/search_space.hpp"

namespace tilewise {

/// Whether a candidate may have this choice at this position.
bool may_take(const BlockForm& form, std::size_t position, std::size_t choice);

/// The first position whose choice no candidate with the choices before it has; empty: the row is a
/// candidate.
std::optional<std::size_t> wrong_position(const BlockForm& form, std::span<const std::uint8_t> row);

/// [position * choices + choice] the share of all candidates that have it.
std::vector<double> shares_of_all(const BlockForm& form);

/// Random candidates: each of the space as likely as any other, the same for the same seed and
/// index. SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), a generator whose state is a counter.
class CandidateSampler {
 public:
  explicit CandidateSampler(const BlockForm& form);
  void sample(std::uint64_t seed, std::uint64_t index, std::span<std::uint8_t> row) const;

  /// A position, the positions of a stage that may end, or those of a PositionGroup, and the ways
  /// to choose there.
  struct Group {
    std::size_t first = 0;
    std::size_t length = 1;
    std::optional<std::uint8_t> end = {};               ///< the choice that ends it
    std::vector<std::vector<std::uint8_t>> going = {};  ///< [position of the group] the others
    std::vector<std::uint64_t> ways = {};  ///< [position of the group] from there on, not ended yet
    std::optional<GroupWays> counted = {};  ///< of a PositionGroup; then `ways` has their number
  };
  /// Groups that one random number tells.
  struct Draw {
    std::uint64_t ways = 1;
    std::vector<Group> groups;
  };

 private:
  std::vector<Draw> draws_;
};

/// The choices of numbers or names by comma; blanks, and brackets around them, do not matter.
/// A genotype where there are groups (space/genotype.hpp). Throws InputError that tells the place.
std::vector<std::uint8_t> parse_choices(const BlockForm& form, std::string_view text);
/// "0,0,3,...,8".
std::string choices_text(std::span<const std::uint8_t> row);

}  // namespace tilewise
