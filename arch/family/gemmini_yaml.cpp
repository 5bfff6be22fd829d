#include "arch/family/gemmini_yaml.hpp"

#include "arch/family/gemmini.hpp"
#include "arch/family/parameter_table.hpp"
#include "arch/yaml_words.hpp"

namespace tilewise {
namespace {

using Parameters = GemminiParameters;

constexpr std::int64_t kMostRows = 1 << 24;
constexpr std::int64_t kMostPes = 1024;  // along an axis

ParameterTable<Parameters> table_of_gemmini() {
  ParameterTable<Parameters> table;
  table.count("array", &Parameters::array, 1, kMostPes, "rows and columns of PEs");
  table.count("scratchpad_rows", &Parameters::scratchpad_rows, 1, kMostRows,
              "of as many operands as the array has rows; in 4 banks");
  table.count("accumulator_rows", &Parameters::accumulator_rows, 1, kMostRows,
              "of as many sums as the array has columns; in 2 banks");
  table.size("operand_width", &Parameters::operand_width, "of inputs and weights");
  table.size("sum_width", &Parameters::sum_width, "of the accumulator and the adders");
  table.frequency("clock", &Parameters::clock, "of the core");
  table.count("block_cycles", &Parameters::block_cycles, 0, kMostRows,
              "at least so many for each block of up to `array` columns of a row: issue");
  table.bandwidth("bus", &Parameters::bus, "to off-chip memory; reads and writes share it");
  table.size("request", &Parameters::request, "what a transfer over it is rounded up to");
  table.add(
      {"dram", kDramType, Parameters{}.dram, "", "off-chip memory"},
      [](const YamlNode& yaml, const FamilyContext&, Parameters& p) { p.dram = yaml.text(); });
  table.add({"technology", kTechnologyType, value_text(Parameters{}.technology), "",
             "of all derived energies and areas"},
            [](const YamlNode& yaml, const FamilyContext& context, Parameters& p) {
              p.technology = read_technology(yaml, context.tables.scaling);
            });
  return table;
}

const ParameterTable<Parameters>& gemmini_parameters() {
  static const ParameterTable<Parameters> table = table_of_gemmini();
  return table;
}

Hardware build_from(const YamlNode& parameters, const std::string& name,
                    const FamilyContext& context) {
  Parameters p = gemmini_parameters().read(parameters.map(), context);
  p.name = name;
  return at_place_of(parameters, [&] { return build_gemmini(p, context.tables); });
}

}  // namespace

Family gemmini_family() {
  return {"gemmini",
          "weight-stationary systolic array with an accumulator (Genc et al., DAC 2021)",
          "docs/architectures.md",
          gemmini_parameters().parameters(),
          {{"pe_array.X", {"array"}},
           {"pe_array.Y", {"array"}},
           {"clock", {"clock"}},
           {"precision", {"operand_width"}}},
          build_from};
}

}  // namespace tilewise
