#include "arch/fixed_engines_yaml.hpp"

#include <optional>
#include <string>

#include "arch/architecture.hpp"
#include "arch/fpga_board.hpp"
#include "arch/yaml_words.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostBeats = 1 << 24;

void read_count(YamlMap& map, std::string_view key, std::int64_t least, std::int64_t most,
                std::int64_t& value) {
  if (const auto yaml = map.find(key)) value = yaml->integer(least, most);
}

void read_size(YamlMap& map, std::string_view key, Bits& value) {
  const auto yaml = map.find(key);
  if (!yaml) return;
  value = yaml->size();
  if (value < Bits{1} || value > kibibytes(1024)) yaml->fail("expected a size up to 1 MiB");
}

/// Energies from the board, or where none is given from the keys `dram` and `technology`. A key
/// beside a board overrides what it says.
EngineEnergy read_energy(YamlMap& map, Bits width) {
  const EnergyTables tables = load_energy_tables();
  std::optional<FpgaBoard> board;
  if (const auto yaml = map.find("board")) {
    const std::string word = yaml->text();
    board = at_place_of(*yaml, [&] { return find_board(word); });
  }
  const auto dram_key = board ? map.find("dram") : map.at("dram");
  const auto point_key = board ? map.find("technology") : map.at("technology");
  const std::string dram = dram_key ? dram_key->text() : board->dram;
  const TechnologyPoint technology =
      point_key ? read_technology(*point_key, tables.scaling)
                : TechnologyPoint{board->node, board->voltage, Devices::HighPerformance};
  EngineEnergy energy =
      at_place_of(map.node(), [&] { return engine_energy(tables, dram, width, technology); });
  if (board) {
    energy.board_power = board->board_power;
    energy.board_power_source = board->board_power_source;
  }
  return energy;
}

/// The keys beside `parameters`; returns these.
YamlMap read_heading(const YamlNode& yaml, FixedEngine& engine) {
  YamlMap map = yaml.map();
  map.at("family");
  engine.name = map.at("name").text();
  if (const auto description = map.find("description")) engine.description = description->text();
  YamlMap parameters = map.at("parameters").map();
  map.done();
  return parameters;
}

/// The parameters that all engines have. Clock and bandwidth must be there: nothing is a default.
void read_common(YamlMap& map, FixedEngine& engine) {
  engine.clock = map.at("clock").frequency();
  engine.bandwidth = map.at("bandwidth").bandwidth(engine.clock);
  if (const auto width = map.find("operand_width")) {
    engine.operand_width = width->size();
    if (engine.operand_width < Bits{1} || engine.operand_width > kWidestOperand) {
      width->fail("expected 1 to 128 bit");
    }
  }
  engine.energy = read_energy(map, engine.operand_width);
}

}  // namespace

PixelEngine read_pixel_engine(const YamlNode& yaml) {
  PixelEngine engine;
  engine.operand_width = Bits{8};
  YamlMap map = read_heading(yaml, engine);
  read_common(map, engine);
  engine.m = map.at("M").integer(1, kLargestFanOut);
  engine.p = map.at("P").integer(1, kLargestFanOut);
  read_size(map, "beat", engine.beat);
  read_size(map, "weight_port", engine.weight_port);
  read_count(map, "channel_group", 1, kLargestFanOut, engine.channel_group);
  read_count(map, "pass_slot", 0, kLargestFanOut, engine.pass_slot);
  if (const auto ring = map.find("input_ring")) {
    const bool unlimited = ring->is_scalar() && ring->text() == "unlimited";
    if (!unlimited) engine.input_ring = ring->integer(1, kMostBeats);
  }
  if (const auto overhead = map.find("layer_overhead")) engine.layer_overhead = overhead->time();
  map.done();
  at_place_of(map.node(), [&] {
    check_engine(engine);
    return 0;
  });
  return engine;
}

ConvolverEngine read_convolver_engine(const YamlNode& yaml) {
  ConvolverEngine engine;
  YamlMap map = read_heading(yaml, engine);
  read_common(map, engine);
  engine.tm = map.at("Tm").integer(1, kLargestFanOut);
  engine.tn = map.at("Tn").integer(1, kLargestFanOut);
  read_count(map, "kernel", 1, kLargestFanOut, engine.kernel);
  read_count(map, "tile", 1, kLargestFanOut, engine.tile);
  map.done();
  at_place_of(map.node(), [&] {
    check_engine(engine);
    return 0;
  });
  return engine;
}

}  // namespace tilewise
