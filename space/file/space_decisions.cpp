#include "space/file/space_decisions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <utility>

#include "arch/yaml_words.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "space/file/published_orders.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostCandidates = 1'000'000;

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
  check_text();
  std::int64_t ways = 1;
  for (const SpaceDecision& each : all_) {
    ways *= static_cast<std::int64_t>(each.texts.size());
    if (ways > kMostCandidates) {
      throw InputError(fmt::format("{}: form: more than {} candidates; take `form: blocks`",
                                   file.file, kMostCandidates));
    }
  }
  number(ways);
}

SpaceDigits SpaceDecisions::at(std::int64_t index) const {
  if (index < 0 || index >= size()) {
    throw InputError(fmt::format("index {}: expected 0 to {}", index, size() - 1));
  }
  return digits_of(candidates_[static_cast<std::size_t>(index)]);
}

std::string SpaceDecisions::text(const SpaceDigits& digits) const {
  PatternWords words;
  std::vector<std::string> all;
  for (std::size_t d = 0; d < all_.size(); ++d) {
    all.push_back(all_[d].texts[digits[d]]);
    words[all_[d].name] = all.back();
  }
  return file_.text ? file_.text->text({}, words) : fmt::format("{}", fmt::join(all, ","));
}

std::int64_t SpaceDecisions::index_of(std::string_view given) const {
  const std::string_view text = trimmed(given);
  const auto found = by_text_.find(text);
  if (found != by_text_.end()) return found->second;
  throw InputError(
      fmt::format("\"{}\": no candidate of {}; one reads {}", given, file_.name, by_index(0)));
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

void SpaceDecisions::check_text() const {
  if (!file_.text) return;
  const std::vector<std::string> all = names();
  std::set<std::string> missing(all.begin(), all.end());
  for (const std::string& hole : file_.text->holes()) {
    if (missing.erase(hole) == 0) {
      throw InputError(
          fmt::format("{}: text: {{{}}} is no decision, or is there twice; there are {}",
                      file_.file, hole, fmt::join(all, ", ")));
    }
  }
  if (!missing.empty()) {
    throw InputError(fmt::format("{}: text: {} {} missing", file_.file, fmt::join(missing, ", "),
                                 missing.size() == 1 ? "is" : "are"));
  }
}

std::vector<std::int64_t> SpaceDecisions::order_of(std::int64_t ways) const {
  if (!file_.order) return {};
  return at_place_of(*file_.order, [&] { return published_order(file_.order->text(), ways); });
}

void SpaceDecisions::number(std::int64_t ways) {
  const std::vector<std::int64_t> order = order_of(ways);
  for (std::int64_t i = 0; i < ways; ++i) {
    const std::int64_t way = order.empty() ? i : order[static_cast<std::size_t>(i)];
    const SpaceDigits digits = digits_of(way);
    if (file_.where && file_.where->value(numbers_of(digits)) == 0) continue;
    const std::int64_t index = size();
    candidates_.push_back(way);
    const std::string text = this->text(digits);
    if (text != trimmed(text) || !by_text_.emplace(text, index).second) {
      throw InputError(
          fmt::format("{}: text: \"{}\" stands for two candidates, or has blanks "
                      "around it",
                      file_.file, text));
    }
  }
  if (candidates_.empty()) throw InputError(file_.file + ": where: no candidate is left");
}

Variables SpaceDecisions::numbers_of(const SpaceDigits& digits) const {
  Variables numbers;
  for (std::size_t d = 0; d < all_.size(); ++d) {
    numbers[all_[d].name] =
        all_[d].choices ? static_cast<std::int64_t>(digits[d]) : all_[d].values[digits[d]];
  }
  return numbers;
}

std::optional<std::size_t> SpaceDecisions::own(const SpacePart& part) const {
  const auto found = own_.find(part.position);
  return found == own_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace tilewise
