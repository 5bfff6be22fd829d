#include "space/file/space_builder.hpp"

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
  add_item(reader, part, names_of(chosen), chosen);
}

void SpaceBuilder::add_item(NetworkReader& reader, const SpacePart& part, Variables names,
                            const SpaceChosen& chosen) {
  const SpaceItem& item = *part.item;
  YamlMap map = item.node.map();
  LayerSource source = part.place > 1 ? reader.output() : reader.sources_of(map).front();
  if (!source.map) item.node.fail("reads what has no shape");
  set_map(names, *source.map);
  if (item.is_layer) return add_layer(reader, item, names);
  add_call(reader, part, std::move(names), chosen, std::move(source));
  if (item.choices) given_.push_back(*reader.output().map);
}

void SpaceBuilder::add_call(NetworkReader& reader, const SpacePart& part, Variables names,
                            const SpaceChosen& chosen, LayerSource source) {
  const SpaceItem& item = *part.item;
  names["place"] = part.place;
  if (part.position > 0) names["position"] = part.position;
  add_parameters(item.parameters, names);
  const YamlNode name =
      item.node.with_text(at_place_of(item.node, [&] { return item.name.text(names, {}); }));
  if (left_out(item, names)) return reader.pass(name, std::move(source));
  PatternWords words{{"name", name.text()}};
  const BlockCall* call = &item.call;
  if (item.choices) {
    const SpaceOption& option = option_of(item, chosen);
    if (option.zero) {
      source.zero = true;
      source.map = zero_map(option, names, *source.map);
    }
    if (!option.call.block) return reader.pass(name, std::move(source));
    call = &option.call;
    words["choice"] = option.name;
  }
  const std::string prefix =
      item.prefix ? at_place_of(item.node, [&] { return item.prefix->text(names, words); })
                  : name.text() + (item.choices ? "." + words["choice"] : "") + ".";
  reader.enter(prefix, std::move(source));
  add_block(reader, *call, names, chosen);
  LayerSource made = reader.leave();
  reader.pass(name, std::move(made));
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

void SpaceBuilder::add_layer(NetworkReader& reader, const SpaceItem& item, const Variables& names) {
  YamlMap map = item.node.map();
  const std::vector<LayerSource> sources = reader.sources_of(map);
  const YamlNode name =
      item.node.with_text(at_place_of(item.node, [&] { return item.name.text(names, {}); }));
  if (left_out(item, names)) return reader.pass(name, sources.front());
  reader.put(name, layer_of(reader, item, names, sources), sources);
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
  for (const char* const own : {"if", "from"}) map.find(own);
  return layers_.emplace(LayerKey{&item, std::move(key)}, reader.parse(std::move(map), sources))
      .first->second;
}

}  // namespace tilewise
