#include "space/file/part_counts.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/error.hpp"

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
  if (item.listed_as) add(item.listed_as->names());
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

/// Makes one of all uses of a layer, by rising layer.
void merge(std::vector<LayerUse>& uses) {
  std::sort(uses.begin(), uses.end(),
            [](const LayerUse& a, const LayerUse& b) { return a.layer < b.layer; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < uses.size();) {
    LayerUse sum = uses[i];
    while (++i < uses.size() && uses[i].layer == sum.layer) sum.times += uses[i].times;
    if (sum.times != 0) uses[kept++] = sum;
  }
  uses.resize(kept);
}

}  // namespace

PartCounts::PartCounts(const SpaceFile& file, const SpaceDataset& dataset,
                       const SpaceDecisions& decisions)
    : decisions_(decisions), builder_(file, dataset), parts_(parts_of(file)) {
  for (std::size_t p = 0; p < parts_.size(); ++p) facts_.push_back(facts_of(p));
  list_common();
  sum_ = sum_up();
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

PartCounts::Built PartCounts::build(std::size_t part, const SpaceDigits& digits,
                                    const FeatureMap& map) {
  NetworkReader reader("", map, {});
  builder_.add(reader, parts_[part], decisions_.chosen(digits, parts_[part]));
  Built made{layers_of(reader.network()), builder_.added(), *reader.output().map, builder_.given()};
  for (std::size_t i = 0; i < made.layers.size(); ++i) {
    if (!made.added[i].listed_as.empty()) made.layers[i].name = made.added[i].listed_as;
  }
  return made;
}

const PartCounts::Probe& PartCounts::probe_of(std::size_t part, const SpaceDigits& digits,
                                              const FeatureMap& map) {
  Key key = key_of(part, digits, map);
  const auto found = probes_.find(key);
  if (found != probes_.end()) return found->second;
  std::size_t most = 1;
  for (const std::size_t d : facts_[part].options) {
    most = std::max(most, decisions_.all()[d].texts.size());
  }
  // Where the first position gives one shape with all its options, the second one always reads the
  // same, and so on.
  Probe probe;
  SpaceDigits alike = digits;
  for (std::size_t option = 0; option < most; ++option) {
    for (const std::size_t d : facts_[part].options) {
      alike[d] = std::min(option, decisions_.all()[d].texts.size() - 1);
    }
    try {
      probe.alike.push_back(build(part, alike, map));
    } catch (const InputError&) {  // `where` may leave such a candidate out, which does not fit
      probe.adds_up = false;
      break;
    }
    const Built& made = probe.alike.back();
    const Built& first = probe.alike.front();
    probe.adds_up = probe.adds_up && made.output == first.output && made.given == first.given;
  }
  return probes_.emplace(std::move(key), std::move(probe)).first->second;
}

void PartCounts::list_common() {
  const SpaceDigits digits = decisions_.at(0);
  FeatureMap map = builder_.image();
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    // What is behind a part may be another if the part gives another map.
    if (!facts_[p].numbers.empty()) return;
    const Probe& probe = probe_of(p, digits, map);
    if (!probe.adds_up) return;
    if (facts_[p].options.empty()) count(probe.alike.front());
    map = probe.alike.front().output;
  }
}

void PartCounts::list(const Probe& probe) {
  std::map<std::size_t, std::vector<Layer>> by_position;
  for (const Built& built : probe.alike) {
    for (std::size_t i = 0; i < built.layers.size(); ++i) {
      by_position[built.added[i].positions].push_back(built.layers[i]);
    }
  }
  for (const auto& [position, layers] : by_position) {
    for (const Layer& layer : layers) distinct_.index_of(layer);
  }
}

PartCounts::Counted PartCounts::count(const Built& built) {
  Counted counted{{}, built.output};
  for (const Layer& layer : built.layers) counted.times.push_back({distinct_.index_of(layer), 1});
  merge(counted.times);
  return counted;
}

std::vector<PartCounts::Times> PartCounts::changes(std::size_t part, std::size_t decision,
                                                   const Probe& probe) {
  const std::string& name = decisions_.all()[decision].name;
  const bool own = decisions_.own(parts_[part]) == decision;
  const auto add = [&](const Built& built, std::int64_t sign, Times& times) {
    for (std::size_t i = 0; i < built.layers.size(); ++i) {
      const SpaceItem* const of = built.added[i].of;
      if (of == nullptr || (own ? !of->decision.empty() : of->decision != name)) continue;
      times.push_back({distinct_.index_of(built.layers[i]), sign});
    }
  };
  std::vector<Times> all;
  for (std::size_t o = 0; o < decisions_.all()[decision].texts.size(); ++o) {
    Times& change = all.emplace_back();
    add(probe.alike[o], 1, change);
    add(probe.alike.front(), -1, change);
    merge(change);
  }
  return all;
}

const PartCounts::Split& PartCounts::split_of(std::size_t part, const SpaceDigits& digits,
                                              const FeatureMap& map) {
  Key key = key_of(part, digits, map);
  const auto found = splits_.find(key);
  if (found != splits_.end()) return found->second;
  const Probe& probe = probe_of(part, digits, map);
  list(probe);
  Split split{{}, {}, probe.adds_up};
  if (probe.adds_up) {
    split.first = count(probe.alike.front());
    for (const std::size_t d : facts_[part].options) {
      split.changes.push_back(changes(part, d, probe));
    }
  }
  probes_.erase(key);
  return splits_.emplace(std::move(key), std::move(split)).first->second;
}

FeatureMap PartCounts::add_part(std::size_t part, const SpaceDigits& digits, const FeatureMap& map,
                                Times& times) {
  const auto add = [&](const Times& some) { times.insert(times.end(), some.begin(), some.end()); };
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
    found = counted_.emplace(std::move(key), count(build(part, digits, map))).first;
  }
  add(found->second.times);
  return found->second.output;
}

std::optional<PartCounts::Sum> PartCounts::sum_up() {
  const SpaceDigits digits = decisions_.at(0);
  std::vector<const Split*> splits;
  FeatureMap map = builder_.image();
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    if (!facts_[p].numbers.empty()) return std::nullopt;
    splits.push_back(&split_of(p, digits, map));
    if (!splits.back()->adds_up) return std::nullopt;
    map = splits.back()->first.output;
  }
  const std::vector<std::int64_t> none(layers().size());
  const auto add = [](const Times& some, std::vector<std::int64_t>& sum) {
    for (const auto& [layer, times] : some) sum[layer] += times;
  };
  Sum sum{none, {}};
  for (const SpaceDecision& each : decisions_.all()) {
    sum.changes.emplace_back(each.texts.size(), none);
  }
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    add(splits[p]->first.times, sum.first);
    for (std::size_t i = 0; i < facts_[p].options.size(); ++i) {
      auto& changes = sum.changes[facts_[p].options[i]];
      for (std::size_t o = 0; o < changes.size(); ++o) add(splits[p]->changes[i][o], changes[o]);
    }
  }
  return sum;
}

std::vector<LayerUse> PartCounts::sum(const SpaceDigits& digits) const {
  std::vector<std::int64_t> times = sum_->first;
  for (std::size_t d = 0; d < digits.size(); ++d) {
    const std::vector<std::int64_t>& change = sum_->changes[d][digits[d]];
    for (std::size_t layer = 0; layer < times.size(); ++layer) times[layer] += change[layer];
  }
  std::vector<LayerUse> all;
  all.reserve(times.size());
  for (std::size_t layer = 0; layer < times.size(); ++layer) {
    if (times[layer] > 0) all.push_back({layer, times[layer]});
  }
  return all;
}

std::vector<LayerUse> PartCounts::uses(const SpaceDigits& digits) {
  if (adds_up()) return sum(digits);
  Times times;
  FeatureMap map = builder_.image();
  for (std::size_t p = 0; p < parts_.size(); ++p) map = add_part(p, digits, map, times);
  merge(times);
  return times;
}

}  // namespace tilewise
