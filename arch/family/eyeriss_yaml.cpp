#include "arch/family/eyeriss_yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "arch/family/eyeriss.hpp"
#include "arch/family/parameter_table.hpp"
#include "arch/yaml_words.hpp"

namespace tilewise {
namespace {

using P = EyerissParameters;

constexpr std::int64_t kMostWords = 1 << 24;  // of a scratchpad: 32 MiB of 16 bit

WordEnergies read_word_energies(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  const WordEnergies energies{map.at("dram").energy(), map.at("buffer").energy(),
                              map.at("hop").energy(), map.at("spad").energy(),
                              map.at("mac").energy()};
  map.done();
  return energies;
}

void add_memories(ParameterTable<P>& table) {
  table.add({"dram", kDramType, P{}.dram, "", "off-chip memory"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) { p.dram = yaml.text(); });
  table.size("buffer", &P::buffer, "GLB of ifmaps and partial sums");
  table.size("filter_buffer", &P::filter_buffer, "GLB that prefetches filters");
  table.size("bank", &P::bank, "one SRAM array of the GLB");
  table.size("buffer_width", &P::buffer_width, "of one GLB access");
  table.count("input_spad_words", &P::input_spad_words, 1, kMostWords, "ifmap words of a PE");
  table.count("filter_spad_words", &P::filter_spad_words, 1, kMostWords, "filter words of a PE");
  table.count("psum_spad_words", &P::psum_spad_words, 1, kMostWords, "partial sums of a PE");
}

void add_energies(ParameterTable<P>& table) {
  table.add(
      {"clock_energy",
       kEnergyType,
       {},
       "calibrated on the chip, at technology",
       "clock and control, a PE and cycle"},
      [](const YamlNode& yaml, const FamilyContext&, P& p) { p.clock_energy = yaml.energy(); });
  table.add(
      {"control_energy",
       kEnergyType,
       {},
       "calibrated on the chip, at technology",
       "registers and control of a PE, a MAC that is not gated"},
      [](const YamlNode& yaml, const FamilyContext&, P& p) { p.control_energy = yaml.energy(); });
  table.add({"word_energies",
             "{dram: 200 pJ, buffer: 6 pJ, hop: 2 pJ, spad: 1 pJ, mac: 1 pJ}",
             {},
             "none",
             "energies a word in place of all derived ones"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) {
              p.word_energies = read_word_energies(yaml);
            });
}

ParameterTable<P> make_table() {
  ParameterTable<P> table;
  table.count("pe_rows", &P::pe_rows, 1, kLargestFanOut, "rows of PEs");
  table.count("pe_columns", &P::pe_columns, 1, kLargestFanOut, "columns of PEs");
  table.frequency("clock", &P::clock, "of the core");
  table.frequency("link_clock", &P::link_clock, "of the link to off-chip memory");
  table.size("link_width", &P::link_width, "of that link; reads and writes share it");
  add_memories(table);
  table.size("operand_width", &P::operand_width, "of all tensors and of the adder");
  table.bandwidth("input_bus", &P::input_bus, "ifmaps from the GLB to the PEs");
  table.bandwidth("filter_bus", &P::filter_bus, "filters to the PEs");
  table.bandwidth("psum_bus", &P::psum_bus, "partial sums, each way");
  table.add({"technology", kTechnologyType, value_text(P{}.technology), "",
             "of all derived energies and areas"},
            [](const YamlNode& yaml, const FamilyContext& context, P& p) {
              p.technology = read_technology(yaml, context.tables.scaling);
            });
  table.add({"dataflow", fmt::format("{}", fmt::join(enum_names<EyerissDataflow>(), " or ")),
             std::string(name(P{}.dataflow)), "", "what the control of the array fixes"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) {
              p.dataflow = yaml.word_of<EyerissDataflow>();
            });
  add_energies(table);
  return table;
}

const ParameterTable<P>& parameter_table() {
  static const ParameterTable<P> table = make_table();
  return table;
}

Hardware build(const YamlNode& parameters, const std::string& name, const FamilyContext& context) {
  P p = parameter_table().read(parameters.map(), context);
  p.name = name;
  return at_place_of(parameters, [&] { return build_eyeriss(p, context.tables); });
}

}  // namespace

Family eyeriss_family() {
  return {"eyeriss",
          "spatial array of PEs under a GLB, row stationary (Chen et al., JSSC 2017)",
          "docs/architectures.md",
          parameter_table().parameters(),
          {{"pe_array.X", {"pe_columns"}},
           {"pe_array.Y", {"pe_rows"}},
           {"clock", {"clock"}},
           {"precision", {"operand_width"}}},
          build};
}

}  // namespace tilewise
