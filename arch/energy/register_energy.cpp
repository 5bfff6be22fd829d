#include "arch/energy/register_energy.hpp"

#include <fmt/format.h>

#include "arch/yaml_words.hpp"
#include "base/yaml.hpp"

namespace tilewise {

RegisterBit load_register_bit(const std::filesystem::path& path) {
  YamlMap map = YamlNode::load_file(path).map();
  RegisterBit bit;
  bit.source = map.at("source").text();
  bit.technology = read_technology(map.at("technology"));
  bit.energy = map.at("energy_per_bit").energy();
  bit.leakage = map.at("leakage_per_bit").power();
  bit.area = map.at("area_per_bit").area();
  map.done();
  return bit;
}

MemoryCost register_cost(const RegisterBit& bit, const TechnologyScaling& scaling, Bits size,
                         Bits width, const TechnologyPoint& at) {
  const Picojoules access = scale_energy(scaling, bit.energy, bit.technology, at) * width.count();
  MemoryCost cost;
  cost.energy = {access, access};
  cost.spread = bit.spread;
  cost.leakage = bit.leakage * size.count();
  cost.area = scale_area(scaling, bit.area, bit.technology.node, at.node) * size.count();
  cost.source = fmt::format("{} x {} bit, scaled to {} nm, {:g} V ({})", bit.source, width.count(),
                            at.node.count(), at.voltage.count(), scaling.source);
  return cost;
}

}  // namespace tilewise
