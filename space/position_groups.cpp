#include "space/position_groups.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "space/block_rules.hpp"

namespace tilewise {
namespace {

constexpr std::string_view kGroupWays = "ways of a group of positions";

std::uint64_t product_and(std::uint64_t a, std::uint64_t b, std::uint64_t more) {
  const std::int64_t product =
      checked_multiply(static_cast<std::int64_t>(a), static_cast<std::int64_t>(b), kGroupWays);
  return static_cast<std::uint64_t>(
      checked_add(product, static_cast<std::int64_t>(more), kGroupWays));
}

}  // namespace

const PositionGroup* group_of(const BlockForm& form, std::size_t position) {
  for (const PositionGroup& group : form.groups) {
    if (std::binary_search(group.positions.begin(), group.positions.end(), position)) return &group;
  }
  return nullptr;
}

std::optional<std::size_t> wrong_in_group(const BlockForm& form, const PositionGroup& group,
                                          std::span<const std::uint8_t> row) {
  std::size_t left = group.count;
  std::size_t open = group.positions.size();
  for (const std::size_t position : group.positions) {
    const bool taken = row[position] != form.absent;
    --open;
    if ((taken && left == 0) || (!taken && left > open)) return position;
    if (taken) --left;
  }
  return std::nullopt;
}

std::string group_error(const BlockForm& form, const PositionGroup& group,
                        std::span<const std::uint8_t> row) {
  std::vector<std::size_t> numbers;
  std::size_t taken = 0;
  for (const std::size_t position : group.positions) {
    numbers.push_back(position + 1);
    if (row[position] != form.absent) ++taken;
  }
  return fmt::format("{}: {} of the positions {} are taken; expected exactly {}, {} at the others",
                     group.name, taken, fmt::join(numbers, ", "), group.count,
                     form.names[form.absent]);
}

GroupWays::GroupWays(const BlockForm& form, const PositionGroup& group)
    : group_(group), absent_(form.absent) {
  const std::size_t places = group.positions.size();
  for (const std::size_t position : group.positions) {
    auto& taken = taken_.emplace_back();
    for (std::size_t c = 0; c < form.choices; ++c) {
      if (c != absent_ && may_take(form, position, c)) {
        taken.push_back(static_cast<std::uint8_t>(c));
      }
    }
    absences_.push_back(may_take(form, position, absent_) ? 1 : 0);
  }
  ways_.assign(places + 1, std::vector<std::uint64_t>(group.count + 1, 0));
  ways_[places][0] = 1;
  for (std::size_t at = places; at-- > 0;) {
    for (std::size_t left = 0; left <= group.count; ++left) {
      const std::uint64_t without = absences_[at] * ways_[at + 1][left];
      ways_[at][left] =
          left == 0 ? without : product_and(taken_[at].size(), ways_[at + 1][left - 1], without);
    }
  }
  if (count() == 0) throw InputError(group.name + ": no way to choose is left");
}

void GroupWays::write(std::uint64_t way, std::span<std::uint8_t> row) const {
  std::size_t left = group_.count;
  for (std::size_t at = 0; at < group_.positions.size(); ++at) {
    std::uint8_t& choice = row[group_.positions[at]];
    choice = absent_;
    const std::uint64_t without = absences_[at] * ways_[at + 1][left];
    if (way < without) continue;
    way -= without;
    --left;
    choice = taken_[at][way / ways_[at + 1][left]];
    way %= ways_[at + 1][left];
  }
}

void GroupWays::add_shares(std::size_t choices, std::span<double> shares) const {
  std::vector<double> here(group_.count + 1, 0.0);  // [still to take] the share of ways
  here.back() = 1.0;
  for (std::size_t at = 0; at < group_.positions.size(); ++at) {
    const std::span<double> share = shares.subspan(group_.positions[at] * choices, choices);
    std::vector<double> next(here.size(), 0.0);
    for (std::size_t left = 0; left < here.size(); ++left) {
      if (here[left] == 0.0) continue;
      const double one_way = here[left] / static_cast<double>(ways_[at][left]);
      const double without = one_way * static_cast<double>(absences_[at] * ways_[at + 1][left]);
      share[absent_] += without;
      next[left] += without;
      if (left == 0) continue;
      const double each = one_way * static_cast<double>(ways_[at + 1][left - 1]);
      for (const std::uint8_t choice : taken_[at]) share[choice] += each;
      next[left - 1] += each * static_cast<double>(taken_[at].size());
    }
    here = std::move(next);
  }
}

}  // namespace tilewise
