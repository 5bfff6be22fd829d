#include "space/file/space_decisions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "arch/yaml_words.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "space/file/published_orders.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostCandidates = 1'000'000;
/// Numbers, names and operations of `where` over all ways: half a second of work.
constexpr std::int64_t kMostWhere = 20'000'000;

}  // namespace

SpaceDecisions::SpaceDecisions(const SpaceFile& file) : file_(file), all_(file.decisions) {
  for (const SpacePart& part : parts_of(file)) {
    if (!part.item->choices || !part.item->decision.empty()) continue;
    std::vector<std::string> texts;
    for (const SpaceOption& each : part.item->choices->options) texts.push_back(each.name);
    all_.push_back({fmt::format("block{}", part.position), {}, part.item->choices, texts});
    own_[part.position] = all_.size() - 1;
  }
  if (all_.empty()) throw InputError(file.file + ": network: nothing is to be chosen");
  read_text();
  texts_ = CandidateTexts(between_words(), words_of_text());
  std::int64_t ways = 1;
  for (const SpaceDecision& each : all_) {
    ways *= static_cast<std::int64_t>(each.texts.size());
    if (ways > kMostCandidates) {
      throw InputError(fmt::format("{}: form: more than {} candidates; take `form: blocks`",
                                   file.file, kMostCandidates));
    }
  }
  number(ways);
  if (!file_.listed_first) return;
  Variables numbers;
  set_numbers(at(0), numbers);
  file_.listed_first->value(numbers);  // or it throws
}

SpaceDigits SpaceDecisions::at(std::int64_t index) const {
  return digits_of(candidates_[checked(index)]);
}

std::string SpaceDecisions::by_index(std::int64_t index) const { return text(at(index)); }

std::size_t SpaceDecisions::checked(std::int64_t index) const {
  if (index >= 0 && index < size()) return static_cast<std::size_t>(index);
  throw InputError(fmt::format("{} index {}: expected 0 to {}", file_.title, index, size() - 1));
}

std::string SpaceDecisions::text(const SpaceDigits& digits) const {
  SpaceDigits of_places;
  of_places.reserve(in_text_.size());
  for (const std::size_t d : in_text_) of_places.push_back(digits[d]);
  return texts_.text(of_places);
}

std::optional<std::int64_t> SpaceDecisions::candidate_of(std::string_view text) const {
  if (!texts_.surely_differ()) {
    const auto found = by_text_.find(std::string(text));
    return found == by_text_.end() ? std::nullopt : std::optional(found->second);
  }
  const auto of_places = texts_.read(text);
  if (!of_places) return std::nullopt;
  SpaceDigits digits(all_.size());
  for (std::size_t i = 0; i < in_text_.size(); ++i) digits[in_text_[i]] = (*of_places)[i];
  const std::int64_t way = way_of(digits);
  if (!by_way_.empty()) return by_way_[static_cast<std::size_t>(way)];
  const auto found = std::lower_bound(candidates_.begin(), candidates_.end(), way);
  if (found == candidates_.end() || *found != way) return std::nullopt;
  return found - candidates_.begin();
}

std::int64_t SpaceDecisions::index_of(std::string_view given) const {
  const std::string_view text = trimmed(given);
  if (const auto found = candidate_of(text)) return *found;
  throw InputError(fmt::format("\"{}\": no candidate of {}{}; one reads {}", given, file_.name,
                               why_none(text),
                               file_.example.empty() ? by_index(0) : file_.example));
}

std::string SpaceDecisions::why_none(std::string_view text) const {
  std::size_t right = 0;
  for (std::int64_t index = 0; index < size(); ++index) {
    const std::string known = by_index(index);
    const auto ends = std::mismatch(text.begin(), text.end(), known.begin(), known.end());
    right = std::max(right, static_cast<std::size_t>(ends.first - text.begin()));
  }
  if (right == text.size()) return ", it ends early";
  return fmt::format(", none begins with \"{}\"", text.substr(0, right + 1));
}

std::vector<std::int64_t> SpaceDecisions::listing() const {
  std::vector<std::int64_t> indices(candidates_.size());
  std::iota(indices.begin(), indices.end(), 0);
  if (!file_.listed_first) return indices;
  Variables numbers;
  std::stable_partition(indices.begin(), indices.end(), [&](std::int64_t index) {
    set_numbers(at(index), numbers);
    return file_.listed_first->value(numbers) != 0;
  });
  return indices;
}

SpaceChosen SpaceDecisions::chosen(const SpaceDigits& digits, const SpacePart& part) const {
  SpaceChosen made;
  for (std::size_t d = 0; d < file_.decisions.size(); ++d) {
    if (all_[d].choices) {
      made.options[all_[d].name] = digits[d];
    } else {
      made.numbers[all_[d].name] = all_[d].values[digits[d]];
    }
  }
  if (const auto decision = own(part)) made.option = digits[*decision];
  return made;
}

std::vector<std::string> SpaceDecisions::names() const {
  std::vector<std::string> names;
  for (const SpaceDecision& each : all_) names.push_back(each.name);
  return names;
}

SpaceDigits SpaceDecisions::digits_of(std::int64_t way) const {
  SpaceDigits digits(all_.size());
  for (std::size_t d = all_.size(); d-- > 0;) {
    const auto radix = static_cast<std::int64_t>(all_[d].texts.size());
    digits[d] = static_cast<std::size_t>(way % radix);
    way /= radix;
  }
  return digits;
}

std::int64_t SpaceDecisions::way_of(const SpaceDigits& digits) const {
  std::int64_t way = 0;
  for (std::size_t d = 0; d < all_.size(); ++d) {
    way = way * static_cast<std::int64_t>(all_[d].texts.size()) +
          static_cast<std::int64_t>(digits[d]);
  }
  return way;
}

void SpaceDecisions::read_text() {
  const std::vector<std::string> all = names();
  std::set<std::string> missing(all.begin(), all.end());
  if (!file_.text) {
    in_text_.resize(all.size());
    std::iota(in_text_.begin(), in_text_.end(), 0);
    return;
  }
  for (const std::string& hole : file_.text->holes()) {
    if (missing.erase(hole) == 0) {
      throw InputError(
          fmt::format("{}: text: {{{}}} is no decision, or is there twice; there are {}",
                      file_.file, hole, fmt::join(all, ", ")));
    }
    const auto place = std::find(all.begin(), all.end(), hole) - all.begin();
    in_text_.push_back(static_cast<std::size_t>(place));
  }
  if (!missing.empty()) {
    throw InputError(fmt::format("{}: text: {} {} missing", file_.file, fmt::join(missing, ", "),
                                 missing.size() == 1 ? "is" : "are"));
  }
}

std::vector<std::string> SpaceDecisions::between_words() const {
  if (file_.text) return file_.text->between();
  std::vector<std::string> commas(in_text_.size() + 1, ",");
  commas.front().clear();
  commas.back().clear();
  return commas;
}

std::vector<std::vector<std::string>> SpaceDecisions::words_of_text() const {
  std::vector<std::vector<std::string>> words;
  for (const std::size_t d : in_text_) words.push_back(all_[d].texts);
  return words;
}

std::vector<std::int64_t> SpaceDecisions::order_of(std::int64_t ways) const {
  if (!file_.order) return {};
  return at_place_of(*file_.order, [&] { return published_order(file_.order->text(), ways); });
}

void SpaceDecisions::number(std::int64_t ways) {
  const std::vector<std::int64_t> order = order_of(ways);
  if (file_.where) {
    list_where(ways);
  } else if (order.empty()) {
    candidates_.resize(static_cast<std::size_t>(ways));
    std::iota(candidates_.begin(), candidates_.end(), 0);
  } else {
    candidates_ = order;
    by_way_.resize(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      by_way_[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
    }
  }
  if (!texts_.surely_differ()) list_texts();
}

void SpaceDecisions::list_where(std::int64_t ways) {
  const auto size = static_cast<std::int64_t>(file_.where->size());
  if (size > kMostWhere / ways) {
    throw InputError(
        fmt::format("{}: where: {} numbers, names and operations for {} candidates; "
                    "at most {} in all",
                    file_.file, size, ways, kMostWhere));
  }
  SpaceDigits digits(all_.size());
  Variables numbers;
  set_numbers(digits, numbers);
  for (std::int64_t way = 0; way < ways; ++way) {
    if (file_.where->value(numbers) != 0) candidates_.push_back(way);
    for (std::size_t d = all_.size(); d-- > 0;) {
      digits[d] = digits[d] + 1 < all_[d].texts.size() ? digits[d] + 1 : 0;
      numbers[all_[d].name] = number_of(d, digits[d]);
      if (digits[d] > 0) break;
    }
  }
  if (candidates_.empty()) throw InputError(file_.file + ": where: no candidate is left");
}

void SpaceDecisions::list_texts() {
  by_text_.reserve(candidates_.size());
  for (std::int64_t index = 0; index < size(); ++index) {
    const auto [entry, is_new] = by_text_.try_emplace(by_index(index), index);
    const std::string& text = entry->first;
    if (text == trimmed(text) && is_new) continue;
    throw InputError(
        fmt::format("{}: text: \"{}\" stands for two candidates, or has blanks "
                    "around it",
                    file_.file, text));
  }
}

void SpaceDecisions::set_numbers(const SpaceDigits& digits, Variables& numbers) const {
  for (std::size_t d = 0; d < all_.size(); ++d) {
    numbers[all_[d].name] = number_of(d, digits[d]);
  }
}

std::int64_t SpaceDecisions::number_of(std::size_t decision, std::size_t digit) const {
  const SpaceDecision& made = all_[decision];
  return made.choices ? static_cast<std::int64_t>(digit) : made.values[digit];
}

std::optional<std::size_t> SpaceDecisions::own(const SpacePart& part) const {
  const auto found = own_.find(part.position);
  return found == own_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace tilewise
