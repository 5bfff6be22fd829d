#include "space/file/part_counts.hpp"

#include <set>
#include <string>
#include <utility>

namespace tilewise {
namespace {

/// The names that an entry reads, those of its blocks included.
void add_names_of(const SpaceItem& item, std::set<std::string>& names) {
  const auto add = [&](const std::vector<std::string>& some) {
    names.insert(some.begin(), some.end());
  };
  const auto add_call = [&](const BlockCall& call) {
    for (const SpaceParameter& each : call.parameters) add(each.value.names());
    if (!call.block) return;
    for (const SpaceItem& inner : *call.block) add_names_of(inner, names);
  };
  add(item.name.names());
  if (item.when) add(item.when->names());
  if (item.is_layer) {
    for (const LayerNumber& each : layer_numbers(item.node)) add(each.value.names());
    return;
  }
  for (const SpaceParameter& each : item.parameters) add(each.value.names());
  if (!item.decision.empty()) names.insert(item.decision);
  add_call(item.call);
  if (!item.choices) return;
  for (const SpaceOption& each : item.choices->options) add_call(each.call);
}

}  // namespace

PartCounts::PartCounts(const SpaceFile& file, const SpaceDataset& dataset,
                       const SpaceDecisions& decisions)
    : decisions_(decisions), builder_(file, dataset), parts_(parts_of(file)) {
  for (std::size_t p = 0; p < parts_.size(); ++p) facts_.push_back(facts_of(p));
}

PartCounts::Facts PartCounts::facts_of(std::size_t p) const {
  const SpacePart& part = parts_[p];
  std::set<std::string> names;
  add_names_of(*part.item, names);
  const std::optional<std::size_t> own = decisions_.own(part);
  Facts facts;
  for (std::size_t d = 0; d < decisions_.all().size(); ++d) {
    const SpaceDecision& each = decisions_.all()[d];
    if (own != d && !names.contains(each.name)) continue;
    (each.choices ? facts.options : facts.numbers).push_back(d);
  }
  // Repeats that know neither their place nor their position are one.
  const bool same =
      part.place > 1 && !own && !names.contains("place") && !names.contains("position");
  facts.kept_as = same ? facts_.back().kept_as : p;
  return facts;
}

PartCounts::Key PartCounts::key_of(std::size_t part, const SpaceDigits& digits,
                                   const FeatureMap& map) const {
  Key key{static_cast<std::int64_t>(facts_[part].kept_as), map.batch, map.channels, map.height,
          map.width};
  for (const std::size_t d : facts_[part].numbers) {
    key.push_back(static_cast<std::int64_t>(digits[d]));
  }
  return key;
}

PartCounts::Counted PartCounts::build(std::size_t part, const SpaceDigits& digits,
                                      const FeatureMap& map) {
  NetworkReader reader("", map, {});
  builder_.add(reader, parts_[part], decisions_.chosen(digits, parts_[part]));
  Counted made{{}, *reader.output().map, builder_.given()};
  for (const Layer& layer : layers_of(reader.network())) ++made.times[distinct_.index_of(layer)];
  return made;
}

const PartCounts::Split& PartCounts::split_of(std::size_t part, const SpaceDigits& digits,
                                              const FeatureMap& map) {
  Key key = key_of(part, digits, map);
  const auto found = splits_.find(key);
  if (found != splits_.end()) return found->second;
  SpaceDigits probe = digits;
  for (const std::size_t d : facts_[part].options) probe[d] = 0;
  Split split{build(part, probe, map), {}, true};
  for (const std::size_t d : facts_[part].options) {
    auto& changes = split.changes.emplace_back();
    for (probe[d] = 0; probe[d] < decisions_.all()[d].texts.size(); ++probe[d]) {
      const Counted with = build(part, probe, map);
      Times change = with.times;
      for (const auto& [layer, count] : split.first.times) change[layer] -= count;
      changes.push_back(std::move(change));
      split.adds_up =
          split.adds_up && with.output == split.first.output && with.given == split.first.given;
    }
    probe[d] = 0;
  }
  return splits_.emplace(std::move(key), std::move(split)).first->second;
}

FeatureMap PartCounts::add_part(std::size_t part, const SpaceDigits& digits, const FeatureMap& map,
                                Times& times) {
  const auto add = [&](const Times& some) {
    for (const auto& [layer, count] : some) times[layer] += count;
  };
  const Split& split = split_of(part, digits, map);
  const std::vector<std::size_t>& options = facts_[part].options;
  if (split.adds_up) {
    add(split.first.times);
    for (std::size_t i = 0; i < options.size(); ++i) add(split.changes[i][digits[options[i]]]);
    return split.first.output;
  }
  Key key = key_of(part, digits, map);
  for (const std::size_t d : options) key.push_back(static_cast<std::int64_t>(digits[d]));
  auto found = counted_.find(key);
  if (found == counted_.end()) {
    found = counted_.emplace(std::move(key), build(part, digits, map)).first;
  }
  add(found->second.times);
  return found->second.output;
}

std::vector<LayerUse> PartCounts::uses(const SpaceDigits& digits) {
  Times times;
  FeatureMap map = builder_.image();
  for (std::size_t p = 0; p < parts_.size(); ++p) map = add_part(p, digits, map, times);
  std::vector<LayerUse> all;
  for (const auto& [layer, count] : times) {
    if (count > 0) all.push_back({layer, count});
  }
  return all;
}

}  // namespace tilewise
