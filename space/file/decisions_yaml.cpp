#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/words.hpp"
#include "space/file/space_item.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kMostValues = 1'000;
constexpr std::int64_t kMostOfDecision = std::int64_t{1} << 31U;

/// A list of numbers, or {values: numbers, texts: how each is written}.
void read_numbers(const YamlNode& node, SpaceDecision& decision) {
  const auto read_values = [&](const YamlNode& list) {
    for (const YamlNode& each : list.list()) {
      decision.values.push_back(each.integer(0, kMostOfDecision));
      decision.texts.push_back(each.text());
    }
  };
  if (node.is_list()) {
    read_values(node);
  } else {
    YamlMap map = node.map();
    read_values(map.at("values"));
    const std::vector<std::string> texts = map.at("texts").texts();
    if (texts.size() != decision.values.size()) {
      map.at("texts").fail(
          fmt::format("{} texts for {} values", texts.size(), decision.values.size()));
    }
    decision.texts = texts;
    map.done();
  }
  const std::set<std::int64_t> distinct(decision.values.begin(), decision.values.end());
  if (decision.values.empty() || distinct.size() != decision.values.size() ||
      distinct.size() > kMostValues) {
    node.fail(fmt::format("expected 1 to {} numbers, each once", kMostValues));
  }
}

std::vector<std::string> texts_of(const SpaceChoices& choices) {
  std::vector<std::string> texts;
  for (const SpaceOption& each : choices.options) {
    texts.push_back(each.text.empty() ? each.name : each.text);
  }
  return texts;
}

std::size_t decision_called(const YamlNode& name, const std::vector<SpaceDecision>& decisions) {
  std::vector<std::string_view> known;
  for (std::size_t d = 0; d < decisions.size(); ++d) {
    if (decisions[d].name == name.text()) return d;
    known.push_back(decisions[d].name);
  }
  name.fail(fmt::format("no decision \"{}\"; there are {}{}", name.text(), fmt::join(known, ", "),
                        did_you_mean(name.text(), known)));
}

bool may_be_absent(const SpaceDecision& decision) {
  const auto& options = decision.choices->options;
  return std::any_of(options.begin(), options.end(),
                     [](const SpaceOption& each) { return each.absent; });
}

}  // namespace

std::vector<SpaceDecision> parse_decisions(YamlMap map, const FindChoices& choices) {
  std::vector<SpaceDecision> decisions;
  for (const std::string& name : map.keys()) {
    const YamlNode value = map.at(name);
    SpaceDecision decision{name, {}, {}};
    if (!value.is_scalar()) {
      read_numbers(value, decision);
    } else {
      decision.choices = choices(value);
      decision.texts = texts_of(*decision.choices);
    }
    decision.node = value;
    decisions.push_back(std::move(decision));
  }
  return decisions;
}

std::vector<SpaceGroup> parse_groups(YamlMap map, const std::vector<SpaceDecision>& decisions) {
  std::vector<SpaceGroup> groups;
  std::set<std::size_t> taken;
  for (const std::string& name : map.keys()) {
    YamlMap entry = map.at(name).map();
    SpaceGroup group{map.at(name), name, 0, {}};
    for (const YamlNode& each : entry.at("of").list()) {
      const std::size_t decision = decision_called(each, decisions);
      if (!taken.insert(decision).second) each.fail("stands in a group already");
      if (!may_be_absent(decisions[decision])) {
        each.fail("no choice of it has `absent: true`; add one that means: not there");
      }
      if (!group.decisions.empty() && decision < group.decisions.back()) {
        each.fail("expected the order of `decisions`");
      }
      group.decisions.push_back(decision);
    }
    const auto most = static_cast<std::int64_t>(group.decisions.size());
    if (most == 0) entry.at("of").fail("expected at least one decision");
    group.count = static_cast<std::size_t>(entry.at("exactly").integer(1, most));
    entry.done();
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace tilewise
