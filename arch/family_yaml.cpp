#include "arch/family_yaml.hpp"

#include <optional>
#include <string>
#include <vector>

#include "arch/eyeriss.hpp"
#include "arch/fixed_engines.hpp"
#include "arch/fpga.hpp"
#include "arch/fpga_engine_yaml.hpp"
#include "arch/parameter_reader.hpp"
#include "arch/yaml_words.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostWords = 1 << 24;
constexpr std::size_t kSearchedFamilies = 2;  // the first of the list; the others have no mapping

EyerissDataflow read_dataflow(const YamlNode& yaml) {
  std::vector<std::string> words;
  for (const EyerissDataflow each : all_of<EyerissDataflow>()) words.emplace_back(name(each));
  return static_cast<EyerissDataflow>(yaml.one_of(words));
}

WordEnergies read_word_energies(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  const WordEnergies energies{map.at("dram").energy(), map.at("buffer").energy(),
                              map.at("hop").energy(), map.at("spad").energy(),
                              map.at("mac").energy()};
  map.done();
  return energies;
}

EyerissParameters read_eyeriss(const YamlNode& yaml, const EnergyTables& tables) {
  EyerissParameters p;
  ParameterReader read(yaml.map());
  read.count("pe_rows", kLargestFanOut, p.pe_rows);
  read.count("pe_columns", kLargestFanOut, p.pe_columns);
  read.frequency("clock", p.clock);
  read.frequency("link_clock", p.link_clock);
  read.size("link_width", p.link_width);
  read.text("dram", p.dram);
  read.size("buffer", p.buffer);
  read.size("filter_buffer", p.filter_buffer);
  read.size("bank", p.bank);
  read.size("buffer_width", p.buffer_width);
  read.count("input_spad_words", kMostWords, p.input_spad_words);
  read.count("filter_spad_words", kMostWords, p.filter_spad_words);
  read.count("psum_spad_words", kMostWords, p.psum_spad_words);
  read.size("operand_width", p.operand_width);
  read.bandwidth("input_bus", p.clock, p.input_bus);
  read.bandwidth("filter_bus", p.clock, p.filter_bus);
  read.bandwidth("psum_bus", p.clock, p.psum_bus);
  if (const auto technology = read.map().find("technology")) {
    p.technology = read_technology(*technology, tables.scaling);
  }
  if (const auto dataflow = read.map().find("dataflow")) p.dataflow = read_dataflow(*dataflow);
  if (const auto clock = read.map().find("clock_energy")) p.clock_energy = clock->energy();
  if (const auto control = read.map().find("control_energy")) p.control_energy = control->energy();
  if (const auto words = read.map().find("word_energies")) {
    p.word_energies = read_word_energies(*words);
  }
  read.map().done();
  return p;
}

}  // namespace

Architecture read_family(const YamlNode& yaml, const EnergyTables& tables,
                         const BoardFinder& boards) {
  YamlMap map = yaml.map();
  const YamlNode family_key = map.at("family");
  const std::size_t family =
      family_key.one_of({"eyeriss", "fpga_tiled_engine", std::string(kPixelEngineFamily),
                         std::string(kConvolverEngineFamily)});
  if (family >= kSearchedFamilies) {
    family_key.fail(
        family_key.text() +
        " has a fixed schedule and takes no mapping; name it to tilewise map, arch or sweep");
  }
  const std::string name = map.at("name").text();
  const auto description = map.find("description");
  const YamlNode parameters = map.at("parameters");
  map.done();

  Architecture architecture;
  if (family == 0) {
    EyerissParameters p = read_eyeriss(parameters, tables);
    p.name = name;
    architecture = at_place_of(parameters, [&] { return build_eyeriss(p, tables); });
  } else {
    FpgaEngineParameters p = read_fpga_engine(parameters.map(), boards);
    p.name = name;
    architecture = at_place_of(parameters, [&] { return build_fpga_engine(p, tables); });
  }
  if (description) architecture.description = description->text();
  return architecture;
}

}  // namespace tilewise
