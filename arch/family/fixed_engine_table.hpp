#pragma once

#include <string>
#include <utility>

#include "arch/family/fixed_engine.hpp"
#include "arch/family/parameter_table.hpp"
#include "arch/yaml_words.hpp"

namespace tilewise {

/// The parameters of `Engine` as a file says them.
template <class Engine>
struct EngineFile : Engine {
  EngineEnergyKeys energy_keys;
};

/// The parameters that all engines have. Clock and bandwidth must be there: nothing is a default.
/// Words of `width` where the file is silent.
template <class Engine>
void add_common(ParameterTable<EngineFile<Engine>>& table, Bits width) {
  using P = EngineFile<Engine>;
  table.frequency("clock", &P::clock, "of the array");
  table.required();
  table.bandwidth("bandwidth", &P::bandwidth, "of one off-chip port");
  table.required();
  table.add({"operand_width", "1 to 128 bit", value_text(width), "", "of every word"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) {
              p.operand_width = read_operand_width(yaml);
            });
  table.add({"board", kBoardType, {}, "none", "its DRAM, node, voltage and power"},
            [](const YamlNode& yaml, const FamilyContext& context, P& p) {
              const std::string board = yaml.text();
              p.energy_keys.board = at_place_of(yaml, [&] { return context.boards(board); });
            });
  table.add(
      {"dram", kDramType, {}, "the board's; without one required", "of the energies only"},
      [](const YamlNode& yaml, const FamilyContext&, P& p) { p.energy_keys.dram = yaml.text(); });
  table.add({"technology",
             kTechnologyType,
             {},
             "the board's; without one required",
             "of the energies only"},
            [](const YamlNode& yaml, const FamilyContext& context, P& p) {
              p.energy_keys.technology = read_technology(yaml, context.tables.scaling);
            });
}

/// The engine of the map `parameters`, checked, its energies derived; `silent` is what it is where
/// the map says nothing.
template <class Engine>
Engine read_engine(const ParameterTable<EngineFile<Engine>>& table, const YamlNode& parameters,
                   const std::string& name, const FamilyContext& context,
                   EngineFile<Engine> silent) {
  EngineFile<Engine> file = table.read(parameters.map(), context, std::move(silent));
  file.name = name;
  file.energy = engine_energy(file.energy_keys, file.operand_width, parameters, context.tables);
  Engine engine = std::move(file);
  at_place_of(parameters, [&] { check_engine(engine); });
  return engine;
}

}  // namespace tilewise
