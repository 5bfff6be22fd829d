#include "space/block_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "base/text.hpp"
#include "space/genotype.hpp"

namespace tilewise {
namespace {

using Group = CandidateSampler::Group;

constexpr std::string_view kWays = "ways of a stage that may end";

bool may_end(const BlockForm& form, const Group& group, std::size_t at) {
  return group.end && may_take(form, group.first + at, *group.end);
}

/// The choices at a position, but the one that ends its stage.
std::vector<std::uint8_t> going_on(const BlockForm& form, const Group& group, std::size_t at) {
  std::vector<std::uint8_t> choices;
  for (std::size_t c = 0; c < form.choices; ++c) {
    if (c != group.end && may_take(form, group.first + at, c)) {
      choices.push_back(static_cast<std::uint8_t>(c));
    }
  }
  return choices;
}

std::vector<Group> groups_of(const BlockForm& form) {
  std::vector<Group> groups;
  auto stage = form.ends.begin();
  for (std::size_t p = 0; p < form.positions;) {
    if (group_of(form, p) != nullptr) {
      ++p;
      continue;
    }
    Group group{p};
    if (stage != form.ends.end() && stage->first == p) {
      group.length = stage->length;
      group.end = stage->choice;
      ++stage;
    }
    group.going.resize(group.length);
    group.ways.resize(group.length + 1, 1);
    for (std::size_t at = group.length; at-- > 0;) {
      group.going[at] = going_on(form, group, at);
      const auto going = static_cast<std::int64_t>(group.going[at].size());
      const std::int64_t more =
          checked_multiply(going, static_cast<std::int64_t>(group.ways[at + 1]), kWays);
      group.ways[at] =
          static_cast<std::uint64_t>(checked_add(more, may_end(form, group, at) ? 1 : 0, kWays));
    }
    p += group.length;
    groups.push_back(std::move(group));
  }
  for (const PositionGroup& each : form.groups) {
    Group group{each.positions.front()};
    group.counted.emplace(form, each);
    group.ways = {group.counted->count()};
    groups.push_back(std::move(group));
  }
  return groups;
}

std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

/// Uniform below `range`: what lies above the largest multiple is drawn again.
std::uint64_t draw_below(std::uint64_t range, std::uint64_t& state) {
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / range * range;
  std::uint64_t drawn = split_mix(state);
  while (drawn >= limit) drawn = split_mix(state);
  return drawn % range;
}

/// Writes way `way` of a group.
void write_way(const Group& group, std::uint64_t way, std::span<std::uint8_t> row) {
  if (group.counted) return group.counted->write(way, row);
  for (std::size_t at = 0; at < group.length; ++at) {
    const std::uint64_t rest = group.ways[at + 1];
    if (way >= group.going[at].size() * rest) {  // it ends here
      std::fill(row.begin() + static_cast<std::ptrdiff_t>(group.first + at),
                row.begin() + static_cast<std::ptrdiff_t>(group.first + group.length), *group.end);
      return;
    }
    row[group.first + at] = group.going[at][way / rest];
    way %= rest;
  }
}

/// The number that a word is as it is written, without zeros before it; else `choices`.
std::size_t number_of(std::string_view word, std::size_t choices) {
  std::size_t number = 0;
  const char* const end = word.data() + word.size();
  const auto read = std::from_chars(word.data(), end, number);
  const bool plain =
      read.ec == std::errc{} && read.ptr == end && (word.size() == 1 || word[0] != '0');
  return plain ? std::min(number, choices) : choices;
}

/// The first choice of that name or number.
std::optional<std::uint8_t> choice_of(const BlockForm& form, std::string_view word) {
  const std::size_t number = number_of(word, form.choices);
  for (std::size_t c = 0; c < form.choices; ++c) {
    if (c == number || word == form.names[c]) return static_cast<std::uint8_t>(c);
  }
  return std::nullopt;
}

std::string choice_list(const BlockForm& form) {
  std::vector<std::string> all;
  for (std::size_t c = 0; c < form.choices; ++c) {
    all.push_back(fmt::format("{} {}", c, form.names[c]));
  }
  return fmt::format("{}", fmt::join(all, ", "));
}

constexpr double kMostWays = 34'359'738'368.0;  // 2^35 a number: few are drawn again

}  // namespace

bool may_take(const BlockForm& form, std::size_t position, std::size_t choice) {
  return choice < form.choices && (form.allowed.empty() || form.allowed[position][choice]);
}

namespace {

/// The first position that takes what `allowed` or the end of its stage forbids.
std::optional<std::size_t> wrong_alone(const BlockForm& form, std::span<const std::uint8_t> row) {
  auto stage = form.ends.begin();
  for (std::size_t p = 0; p < form.positions; ++p) {
    while (stage != form.ends.end() && p >= stage->first + stage->length) ++stage;
    const bool inside = stage != form.ends.end() && p > stage->first;
    if (inside && row[p - 1] == stage->choice) {
      if (row[p] != stage->choice) return p;
    } else if (!may_take(form, p, row[p])) {
      return p;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> wrong_position(const BlockForm& form,
                                          std::span<const std::uint8_t> row) {
  std::optional<std::size_t> first = wrong_alone(form, row);
  for (const PositionGroup& group : form.groups) {
    const auto wrong = wrong_in_group(form, group, row);
    if (wrong && (!first || *wrong < *first)) first = wrong;
  }
  return first;
}

std::vector<double> shares_of_all(const BlockForm& form) {
  std::vector<double> shares(form.positions * form.choices, 0.0);
  for (const Group& group : groups_of(form)) {
    if (group.counted) {
      group.counted->add_shares(form.choices, shares);
      continue;
    }
    double going = 1.0;  // the share of candidates in which the stage has not ended
    for (std::size_t at = 0; at < group.length; ++at) {
      double* const here = &shares[(group.first + at) * form.choices];
      const auto ways = static_cast<double>(group.ways[at]);
      const double each = going * static_cast<double>(group.ways[at + 1]) / ways;
      for (const std::uint8_t choice : group.going[at]) here[choice] += each;
      if (!group.end) continue;
      if (may_end(form, group, at)) going -= going / ways;
      here[*group.end] += 1.0 - going;
    }
  }
  return shares;
}

CandidateSampler::CandidateSampler(const BlockForm& form) {
  for (Group& group : groups_of(form)) {
    const auto together = [&](const Draw& draw) {
      return static_cast<double>(draw.ways) * static_cast<double>(group.ways[0]);
    };
    if (draws_.empty() || together(draws_.back()) > kMostWays) draws_.emplace_back();
    draws_.back().ways *= group.ways[0];
    draws_.back().groups.push_back(std::move(group));
  }
}

void CandidateSampler::sample(std::uint64_t seed, std::uint64_t index,
                              std::span<std::uint8_t> row) const {
  std::uint64_t outer = seed;
  std::uint64_t state = split_mix(outer) ^ index;
  state = split_mix(state);  // neighbours in the sequence must not be neighbours as counters
  for (const Draw& draw : draws_) {
    std::uint64_t digits = draw_below(draw.ways, state);
    for (const Group& group : draw.groups) {
      write_way(group, digits % group.ways[0], row);
      digits /= group.ways[0];
    }
  }
}

std::vector<std::uint8_t> parse_choices(const BlockForm& form, std::string_view text) {
  if (is_genotype(form, text)) return parse_genotype(form, text);
  std::string_view rest = trimmed(text);
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  std::vector<std::uint8_t> row;
  const std::vector<std::string_view> words = split(rest, ',');
  for (std::size_t p = 0; p < std::min(words.size(), form.positions); ++p) {
    const std::string_view word = trimmed(words[p]);
    const std::optional<std::uint8_t> choice = choice_of(form, word);
    if (!choice) {
      throw InputError(fmt::format(R"("{}": position {}: unknown operation "{}"; there are {})",
                                   text, p + 1, word, choice_list(form)));
    }
    row.push_back(*choice);
  }
  if (words.size() != form.positions) {
    throw InputError(fmt::format("\"{}\": {} operations; expected {}, by comma", text, words.size(),
                                 form.positions));
  }
  if (const auto wrong = wrong_position(form, row)) {
    if (const PositionGroup* group = group_of(form, *wrong)) {
      throw InputError(fmt::format("\"{}\": {}", text, group_error(form, *group, row)));
    }
    std::vector<std::string> may;
    for (std::size_t c = 0; c < form.choices; ++c) {
      std::vector<std::uint8_t> other(row);
      other[*wrong] = static_cast<std::uint8_t>(c);
      const auto next = wrong_position(form, other);
      if (!next || *next > *wrong) may.push_back(form.names[c]);
    }
    throw InputError(fmt::format("\"{}\": position {}: no {} there; it may be {}", text, *wrong + 1,
                                 form.names[row[*wrong]], fmt::join(may, ", ")));
  }
  return row;
}

std::string choices_text(std::span<const std::uint8_t> row) {
  return fmt::format("{}", fmt::join(row, ","));
}

}  // namespace tilewise
