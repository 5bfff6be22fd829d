#include "arch/energy/other_sources.hpp"

#include "arch/yaml_words.hpp"
#include "base/yaml.hpp"

namespace tilewise {
namespace {

Picojoules positive(const YamlNode& yaml) {
  const Picojoules energy = yaml.energy();
  if (energy <= Picojoules{0.0}) yaml.fail("expected an energy above zero");
  return energy;
}

/// Takes in what each entry says over `ours(entry)`; both kinds of array have the same list.
template <class Ours>
EnergySpread spread_of(const YamlNode& list, const Ours& ours) {
  EnergySpread spread;
  for (const YamlNode& entry : list.list()) {
    YamlMap map = entry.map();
    map.at("source").text();
    const Picojoules published = positive(map.at("energy"));
    const Picojoules derived = at_place_of(entry, [&] { return ours(map); });
    map.done();
    widen(spread, published / derived);
  }
  return spread;
}

}  // namespace

void add_other_sources(const std::filesystem::path& path, EnergyTables& tables) {
  YamlMap root = YamlNode::load_file(path).map();
  const YamlNode sram = root.at("sram");
  for (const SramFlavour flavour : all_of<SramFlavour>()) {
    tables.sram_spread[flavour] = spread_of(sram, [&](YamlMap& map) {
      Sram array{map.at("size").size(), map.at("width").size(), flavour};
      array.node = map.at("node").node_size();
      return sram_cost(tables.sram, array).energy.read;
    });
  }
  tables.register_bit.spread = spread_of(root.at("register"), [&](YamlMap& map) {
    const Bits width = map.at("width").size();
    const TechnologyPoint at = read_technology(map.at("technology"));
    return register_cost(tables.register_bit, tables.scaling, width, width, at).energy.read;
  });
  tables.compute.spread = spread_of(root.at("multiply_add"), [&](YamlMap& map) {
    const Bits operand = map.at("operand").size();
    const Bits accumulator = map.at("accumulator").size();
    const TechnologyPoint at = read_technology(map.at("technology"));
    return multiply_add_cost(tables.compute, tables.scaling, operand, accumulator, at).multiply_add;
  });
  root.done();
}

}  // namespace tilewise
