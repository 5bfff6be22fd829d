#include "space/file/space_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "arch/yaml_words.hpp"

namespace tilewise {
namespace {

std::int64_t value_at(const YamlNode& node, const Expression& expression, const Variables& names) {
  return at_place_of(node, [&] { return expression.value(names); });
}

/// Adds what a block is given, each number by the names so far.
void add_parameters(const std::vector<SpaceParameter>& parameters, Variables& names) {
  for (const SpaceParameter& each : parameters) {
    names[each.name] = value_at(each.node, each.value, names);
  }
}

void set_map(Variables& names, const FeatureMap& map) {
  names["in"] = map.channels;
  names["height"] = map.height;
  names["width"] = map.width;
}

bool left_out(const SpaceItem& item, const Variables& names) {
  return item.when && value_at(item.node, *item.when, names) == 0;
}

FeatureMap zero_map(const SpaceOption& option, const Variables& names, FeatureMap map) {
  for (const SpaceParameter& each : option.zero_shape) {
    const std::int64_t number = value_at(each.node, each.value, names);
    (each.name == "channels" ? map.channels
     : each.name == "height" ? map.height
                             : map.width) = number;
  }
  return map;
}

/// The group that a decision is in; null: it is in none.
const SpaceGroup* group_with(const SpaceFile& file, const std::string& decision) {
  for (const SpaceGroup& group : file.groups) {
    for (const std::size_t each : group.decisions) {
      if (file.decisions[each].name == decision) return &group;
    }
  }
  return nullptr;
}

const SpaceOption& option_of(const SpaceItem& item, const SpaceChosen& chosen) {
  const std::size_t which =
      item.decision.empty() ? chosen.option.value() : chosen.options.at(item.decision);
  return item.choices->options[which];
}

}  // namespace

std::vector<SpacePart> parts_of(const SpaceFile& file) {
  std::vector<SpacePart> parts;
  std::int64_t position = 0;
  for (const SpaceItem& item : file.network) {
    for (std::int64_t place = 1; place <= item.repeat; ++place) {
      parts.push_back({&item, place, item.choices ? ++position : 0});
    }
  }
  return parts;
}

FeatureMap SpaceBuilder::image() const {
  const auto number = [&](const char* name) { return dataset_.variables.find(name)->second; };
  return {1, number("channels"), number("height"), number("width")};
}

Variables SpaceBuilder::names_of(const SpaceChosen& chosen) const {
  Variables names = dataset_.variables;
  for (const auto& [name, number] : chosen.numbers) names[name] = number;
  return names;
}

Variables SpaceBuilder::names_at(const SpacePart& part, const SpaceChosen& chosen,
                                 const FeatureMap& input) const {
  Variables names = names_of(chosen);
  set_map(names, input);
  names["place"] = part.place;
  names["position"] = part.position;
  add_parameters(part.item->parameters, names);
  if (!part.item->choices) add_parameters(part.item->call.parameters, names);
  if (part.item->choices && (chosen.option || !part.item->decision.empty())) {
    add_parameters(option_of(*part.item, chosen).call.parameters, names);
  }
  return names;
}

bool SpaceBuilder::may_have(const SpacePart& part, const SpaceOption& option,
                            const FeatureMap& input) const {
  if (!option.when) return true;
  return value_at(option.node, *option.when, names_at(part, {}, input)) != 0;
}

std::string SpaceBuilder::name_of(const SpacePart& part, const FeatureMap& input) const {
  const Variables names = names_at(part, {}, input);
  return at_place_of(part.item->node, [&] { return part.item->name.text(names, {}); });
}

std::string SpaceBuilder::key_of(const SpacePart& part, const SpaceChosen& chosen,
                                 const FeatureMap& input) const {
  const bool own = part.item->choices && option_of(*part.item, chosen).key;
  const auto& key = own ? option_of(*part.item, chosen).key : part.item->key;
  if (!key) return "";
  const Variables names = names_at(part, chosen, input);
  return at_place_of(part.item->node, [&] { return key->text(names, {}); });
}

void SpaceBuilder::add(NetworkReader& reader, const SpacePart& part, const SpaceChosen& chosen) {
  given_.clear();
  places_.clear();
  added_.clear();
  position_ = nullptr;
  add_item(reader, part, names_of(chosen), chosen);
}

std::vector<LayerSource> SpaceBuilder::sources_at(const NetworkReader& reader,
                                                  const SpacePart& part) {
  if (part.place == 1) {
    YamlMap map = part.item->node.map();
    std::vector<LayerSource> sources = reader.sources_of(map);
    if (part.item->repeat > 1) read_[part.item] = sources;
    return sources;
  }
  std::vector<LayerSource>& sources = read_[part.item];
  if (!sources.empty()) sources.pop_back();
  sources.insert(sources.begin(), reader.output());
  return sources;
}

void SpaceBuilder::check_reads(const SpaceItem& item,
                               const std::vector<LayerSource>& sources) const {
  for (const LayerSource& source : sources) {
    if (source.decision.empty()) continue;
    const SpaceGroup* group = group_with(file_, source.decision);
    if (group == nullptr) {
      item.node.fail(
          fmt::format("reads {}, which may be absent and is in no group; add one to "
                      "`groups`",
                      source.name));
    }
    if (!item.is_layer) {
      item.node.fail(
          fmt::format("reads {}, which may be absent; only a layer that reads all of "
                      "group {} can do without it",
                      source.name, group->name));
    }
    for (const std::size_t each : group->decisions) {
      const std::string& other = file_.decisions[each].name;
      const auto times =
          std::count_if(sources.begin(), sources.end(),
                        [&](const LayerSource& read) { return read.decision == other; });
      if (times != 1) {
        item.node.fail(
            fmt::format("reads {} {} times, and {}; what reads a position of group {} "
                        "reads each of them once",
                        other, times, source.decision, group->name));
      }
    }
  }
}

void SpaceBuilder::add_item(NetworkReader& reader, const SpacePart& part, Variables names,
                            const SpaceChosen& chosen) {
  const SpaceItem& item = *part.item;
  std::vector<LayerSource> sources = sources_at(reader, part);
  const auto there = std::find_if(sources.begin(), sources.end(),
                                  [](const LayerSource& source) { return !source.absent; });
  const LayerSource& first = there == sources.end() ? sources.front() : *there;
  if (!first.map) item.node.fail("reads what has no shape");
  set_map(names, *first.map);
  if (item.is_layer) return add_layer(reader, item, names, sources);
  const std::size_t before = reader.network().size();
  if (item.choices) position_ = &item;
  names = add_call(reader, part, std::move(names), chosen, std::move(sources));
  if (!item.choices) return;
  position_ = nullptr;
  given_.push_back(*reader.output().map);
  if (file_.enumerated || item.decision.empty()) return;
  add_parameters(option_of(item, chosen).call.parameters, names);
  places_.push_back(
      {item.decision, before, reader.network().size(), given_.back(), std::move(names)});
}

Variables SpaceBuilder::add_call(NetworkReader& reader, const SpacePart& part, Variables names,
                                 const SpaceChosen& chosen, std::vector<LayerSource> sources) {
  const SpaceItem& item = *part.item;
  names["place"] = part.place;
  if (part.position > 0) names["position"] = part.position;
  add_parameters(item.parameters, names);
  const YamlNode name =
      item.node.with_text(at_place_of(item.node, [&] { return item.name.text(names, {}); }));
  if (left_out(item, names)) {
    reader.pass(name, std::move(sources.front()));
    return names;
  }
  check_reads(item, sources);
  if (item.choices) {
    reader.pass(name,
                add_choice(reader, item, name.text(), names, chosen, std::move(sources.front())));
    return names;
  }
  const std::string prefix =
      item.prefix ? at_place_of(item.node,
                                [&] {
                                  return item.prefix->text(names, {{"name", name.text()}});
                                })
                  : name.text() + ".";
  reader.enter(prefix, std::move(sources));
  add_block(reader, item.call, names, chosen);
  LayerSource made = reader.leave();
  reader.pass(name, std::move(made));
  return names;
}

LayerSource SpaceBuilder::add_choice(NetworkReader& reader, const SpaceItem& item,
                                     const std::string& name, const Variables& names,
                                     const SpaceChosen& chosen, LayerSource source) {
  const SpaceOption& option = option_of(item, chosen);
  const auto& options = item.choices->options;
  const bool optional = std::any_of(options.begin(), options.end(),
                                    [](const SpaceOption& each) { return each.absent; });
  if (option.zero) {
    source.zero = true;
    source.map = zero_map(option, names, *source.map);
  }
  if (option.call.block) {
    const PatternWords words{{"name", name}, {"choice", option.name}};
    const std::string prefix =
        item.prefix ? at_place_of(item.node, [&] { return item.prefix->text(names, words); })
                    : name + "." + option.name + ".";
    reader.enter(prefix, {std::move(source)});
    add_block(reader, option.call, names, chosen);
    source = reader.leave();
  }
  if (optional) source.decision = item.decision;
  source.absent = option.absent;
  return source;
}

void SpaceBuilder::add_block(NetworkReader& reader, const BlockCall& call, const Variables& names,
                             const SpaceChosen& chosen) {
  Variables inner = names;
  add_parameters(call.parameters, inner);
  inner["block_in"] = inner["in"];
  for (const SpaceItem& item : *call.block) {
    for (std::int64_t place = 1; place <= item.repeat; ++place) {
      add_item(reader, {&item, place}, inner, chosen);
    }
  }
}

void SpaceBuilder::add_layer(NetworkReader& reader, const SpaceItem& item, const Variables& names,
                             const std::vector<LayerSource>& sources) {
  const YamlNode name =
      item.node.with_text(at_place_of(item.node, [&] { return item.name.text(names, {}); }));
  if (left_out(item, names)) return reader.pass(name, sources.front());
  check_reads(item, sources);
  std::vector<LayerSource> there;
  std::copy_if(sources.begin(), sources.end(), std::back_inserter(there),
               [](const LayerSource& source) { return !source.absent; });
  if (item.is_concat) return reader.concatenate(name, there);
  reader.put(name, layer_of(reader, item, names, there), there);
  added_.push_back({item.listed_as
                        ? at_place_of(item.node, [&] { return item.listed_as->text(names, {}); })
                        : "",
                    given_.size(), position_});
}

Layer SpaceBuilder::layer_of(NetworkReader& reader, const SpaceItem& item, const Variables& names,
                             const std::vector<LayerSource>& sources) {
  auto& numbers = numbers_[&item];
  if (numbers.empty()) numbers = layer_numbers(item.node);
  std::vector<std::int64_t> values;
  for (const LayerNumber& each : numbers) {
    values.push_back(value_at(each.node, each.value, names));
  }
  std::vector<std::int64_t> key = values;
  for (const LayerSource& source : sources) {
    if (!source.map) item.node.fail("reads what has no shape");
    for (const std::int64_t number :
         {source.map->batch, source.map->channels, source.map->height, source.map->width}) {
      key.push_back(number);
    }
  }
  const auto found = layers_.find({&item, key});
  if (found != layers_.end()) return found->second;
  YamlNode node = item.node;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    node = node.with(numbers[i].path, numbers[i].node.with_text(std::to_string(values[i])));
  }
  YamlMap map = node.map();
  for (const char* const own : {"if", "from", "listed_as"}) map.find(own);
  return layers_.emplace(LayerKey{&item, std::move(key)}, reader.parse(std::move(map), sources))
      .first->second;
}

}  // namespace tilewise
