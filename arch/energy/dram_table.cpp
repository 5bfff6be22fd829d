#include "arch/energy/dram_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "base/error.hpp"
#include "base/yaml.hpp"

namespace tilewise {

DramTable load_dram_table(const std::filesystem::path& path) {
  YamlMap root = YamlNode::load_file(path).map();
  YamlMap technologies = root.at("technologies").map();
  root.done();
  DramTable table;
  for (const std::string& key : technologies.keys()) {
    YamlMap map = technologies.at(key).map();
    table[key] = {map.at("energy_per_bit").energy(), map.at("source").text()};
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
  cost.source = fmt::format("{}, {:g} pJ/bit: {}", technology, found->second.per_bit.count(),
                            found->second.source);
  return cost;
}

}  // namespace tilewise
