#include "arch/architecture_yaml.hpp"

#include <utility>
#include <variant>

#include "arch/check_architecture.hpp"
#include "arch/compute_yaml.hpp"
#include "arch/constraint_yaml.hpp"
#include "arch/family/families.hpp"
#include "arch/fan_out_yaml.hpp"
#include "arch/memory_yaml.hpp"
#include "arch/yaml_words.hpp"
#include "base/file.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kMostLevels = 8;  // as many as the mapper takes

void read_level(const YamlNode& yaml, const ArchitectureContext& context,
                Architecture& architecture) {
  const Capacity capacity =
      architecture.levels.empty() ? Capacity::DefaultsToUnbounded : Capacity::Required;
  YamlMap map = yaml.map();
  Level level;
  level.name = map.at("name").text();
  for (const YamlNode& memory : map.at("memories").list()) {
    level.memories.push_back(read_memory(memory, context, capacity));
  }
  if (const auto fan_out = map.find("fan_out")) {
    level.fan_out = read_fan_out(*fan_out, context.clock);
  }
  if (const auto exchanges = map.find("exchanges_roles")) {
    level.exchanges_roles = exchanges->boolean();
  }
  LevelConstraint constraint;
  if (const auto given = map.find("constraints")) constraint = read_constraint(*given);
  limit_to_fan_out(level.fan_out, constraint);
  map.done();
  architecture.levels.push_back(std::move(level));
  architecture.constraints.push_back(std::move(constraint));
}

Architecture read_plain(YamlMap& map, const EnergyTables& tables) {
  Architecture architecture;
  architecture.name = map.at("name").text();
  if (const auto description = map.find("description")) {
    architecture.description = description->text();
  }
  ArchitectureContext context{tables, {}, {}};
  context.clock = map.at("clock").frequency();
  context.technology = read_technology(map.at("technology"), context.tables.scaling);
  architecture.clock = context.clock;
  architecture.technology = context.technology.node;
  architecture.voltage = context.technology.voltage;
  const auto levels = map.at("levels").list();
  if (levels.size() > kMostLevels)
    map.at("levels").fail("expected at most 8 levels, as many as the mapper takes");
  for (const YamlNode& level : levels) read_level(level, context, architecture);
  architecture.compute = read_compute(map.at("compute"), context);
  if (const auto energy = map.find("energy_per_cycle")) {
    architecture.energy_per_cycle = energy->energy();
  }
  if (const auto source = map.find("energy_per_cycle_source")) {
    architecture.energy_per_cycle_source = source->text();
  }
  if (const auto home = map.find("home")) architecture.home = home->text();
  if (const auto merges = map.find("merges")) architecture.merges = read_merges(*merges);
  map.done();
  architecture.letters = letters_of(architecture.levels);
  at_place_of(map.node(), [&] { check_architecture(architecture); });
  return architecture;
}

Hardware read_hardware(const YamlNode& yaml, const EnergyTables& tables,
                       const BoardFinder& boards) {
  const Family* family = family_of(yaml);
  if (family == nullptr) {
    YamlMap map = yaml.map();
    map.find("family");  // asked above; of a mistyped one too little would be there
    return read_plain(map, tables);
  }
  const FamilyFile file = read_family_file(yaml);
  Hardware hardware = family->build(file.parameters, file.name, {tables, boards});
  if (file.description) {
    std::visit([&](auto& each) { each.description = *file.description; }, hardware);
  }
  std::visit([&](auto& each) { each.family = family->name; }, hardware);
  if (!file.merges) return hardware;
  auto* architecture = std::get_if<Architecture>(&hardware);
  if (architecture == nullptr) {
    file.merges->fail(
        family->name +
        " has fixed control, which keeps and merges nothing between layers; leave the key out");
  }
  architecture->merges = read_merges(*file.merges);
  return hardware;
}

}  // namespace

Hardware read_hardware(const YamlNode& yaml) {
  return read_hardware(yaml, load_energy_tables(), find_board);
}

Architecture read_architecture(const YamlNode& yaml) {
  return read_architecture(yaml, load_energy_tables(), find_board);
}

Architecture read_architecture(const YamlNode& yaml, const EnergyTables& tables,
                               const BoardFinder& boards) {
  Hardware hardware = read_hardware(yaml, tables, boards);
  if (auto* architecture = std::get_if<Architecture>(&hardware)) return std::move(*architecture);
  const YamlNode family = yaml.map().at("family");
  family.fail(family.text() +
              " has fixed control and takes no mapping; name it to tilewise map, arch or sweep");
}

Architecture load_architecture(const std::filesystem::path& path) {
  return read_architecture(YamlNode::load_file(path));
}

Architecture find_architecture(const std::string& name_or_path) {
  return load_architecture(find_config("arch", name_or_path));
}

}  // namespace tilewise
