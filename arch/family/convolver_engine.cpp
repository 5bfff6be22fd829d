#include "arch/family/convolver_engine.hpp"

#include <fmt/format.h>

#include <string>

#include "arch/family/fixed_engine_table.hpp"

namespace tilewise {
namespace {

using P = EngineFile<ConvolverEngine>;

ParameterTable<P> make_table() {
  ParameterTable<P> table;
  add_common<ConvolverEngine>(table, P{}.operand_width);
  table.count("Tm", &P::tm, 1, kLargestFanOut, "output channels at once");
  table.required();
  table.count("Tn", &P::tn, 1, kLargestFanOut, "input channels at once");
  table.required();
  table.count("kernel", &P::kernel, 1, kLargestFanOut, "rows and columns of a convolver");
  table.count("tile", &P::tile, 1, kLargestFanOut, "rows and columns of an output tile");
  return table;
}

const ParameterTable<P>& parameter_table() {
  static const ParameterTable<P> table = make_table();
  return table;
}

Hardware build(const YamlNode& parameters, const std::string& name, const FamilyContext& context) {
  return read_engine<ConvolverEngine>(parameter_table(), parameters, name, context, {});
}

}  // namespace

void check_engine(const ConvolverEngine& engine) { check_port(engine); }

std::string describe(const ConvolverEngine& engine) {
  const auto count = [](std::int64_t value) { return fmt::format("{}", value); };
  return describe_fixed(engine,
                        {{"Tm", count(engine.tm), "output channels at once"},
                         {"Tn", count(engine.tn), "input channels at once"},
                         {"kernel", count(engine.kernel), "rows and columns of a convolver"},
                         {"tile", count(engine.tile), "rows and columns of outputs"}});
}

Family convolver_engine_family() {
  return {"fpga_convolver_engine",
          "Tm x Tn convolvers behind line buffers, fixed control (Qiu et al., FPGA 2016)",
          "docs/fpga_engines.md",
          parameter_table().parameters(),
          {{"clock", {"clock"}}, {"precision", {"operand_width"}}},
          build};
}

}  // namespace tilewise
