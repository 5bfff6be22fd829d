#include "arch/energy/dram_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "base/error.hpp"
#include "base/yaml.hpp"

namespace tilewise {
namespace {

/// What else is published of a technology.
void read_others(const YamlNode& yaml, DramEnergy& of) {
  for (const YamlNode& entry : yaml.list()) {
    YamlMap map = entry.map();
    map.at("source").text();
    const YamlNode energy = map.at("energy_per_bit");
    map.done();
    if (energy.energy() <= Picojoules{0.0} || of.per_bit <= Picojoules{0.0}) {
      energy.fail("expected energies above zero");
    }
    widen(of.spread, energy.energy() / of.per_bit);
  }
}

}  // namespace

DramTable load_dram_table(const std::filesystem::path& path) {
  YamlMap root = YamlNode::load_file(path).map();
  YamlMap technologies = root.at("technologies").map();
  root.done();
  DramTable table;
  for (const std::string& key : technologies.keys()) {
    YamlMap map = technologies.at(key).map();
    DramEnergy& made = table[key];
    made = {map.at("energy_per_bit").energy(), map.at("source").text()};
    if (const auto others = map.find("others")) read_others(*others, made);
    map.done();
  }
  return table;
}

MemoryCost dram_cost(const DramTable& table, const std::string& technology, Bits width) {
  const auto found = table.find(technology);
  if (found == table.end()) {
    std::vector<std::string> names;
    for (const auto& [known, energy] : table) names.push_back(known);
    throw InputError(fmt::format("DRAM technology {}: unknown; there are {}", technology,
                                 fmt::join(names, ", ")));
  }
  const Picojoules access = found->second.per_bit * width.count();
  MemoryCost cost;
  cost.energy = {access, access};
  cost.spread = found->second.spread;
  cost.source = fmt::format("{}, {:g} pJ/bit: {}", technology, found->second.per_bit.count(),
                            found->second.source);
  return cost;
}

}  // namespace tilewise
