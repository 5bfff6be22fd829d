#include "arch/family/fpga_engine_yaml.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "arch/family/parameter_table.hpp"
#include "arch/fpga/fpga_engine_resources.hpp"
#include "arch/yaml_words.hpp"
#include "base/file.hpp"

namespace tilewise {
namespace {

using P = FpgaEngineParameters;

// Beyond any board.
constexpr std::int64_t kMostBanks = 1 << 24;
constexpr std::int64_t kMostCycles = 1 << 24;
constexpr std::int64_t kMostMultipliers = std::int64_t{1} << 40;
constexpr std::int64_t kMostLine = 1 << 24;

Bits read_width(const YamlNode& yaml) {
  const Bits width = yaml.size();
  if (width < Bits{1} || width > Bits{64}) yaml.fail("expected 1 to 64 bit");
  return width;
}

/// {input: 8, weight: 64, output: 16}, of some tensors; one left out keeps its default.
void read_counts(const YamlNode& yaml, std::initializer_list<Tensor> tensors,
                 EnumArray<Tensor, std::optional<std::int64_t>>& counts) {
  YamlMap map = yaml.map();
  for (const Tensor t : tensors) {
    const auto given = map.find(kTensorKeys[static_cast<std::size_t>(t)]);
    if (given) counts[t] = given->integer(1, kMostBanks);
  }
  map.done();
}

/// Two keys for the same: a width of all tensors, or one of each.
void check_precision_keys(YamlMap map) {
  const auto width = map.find("operand_width");
  const auto chosen = map.find("precision");
  if (width && chosen) chosen->fail("operand_width is there as well; leave one out");
}

void add_board(ParameterTable<P>& table) {
  table.add({"board", kBoardType, {}, "", "the FPGA and its off-chip memory"},
            [](const YamlNode& yaml, const FamilyContext& context, P& p) {
              const std::string board = yaml.text();
              p.board = at_place_of(yaml, [&] { return context.boards(board); });
            });
  table.required();
  table.add({"port", "a port of the board", {}, "its default one", "the way to off-chip memory"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) {
              const std::string port = yaml.text();
              p.board = at_place_of(yaml, [&] { return with_port(p.board, port); });
            });
}

void add_lanes(ParameterTable<P>& table) {
  table.count("Tm", &P::tm, 1, kLargestFanOut, "output channels (or groups) at once");
  table.count("Tn", &P::tn, 1, kLargestFanOut, "input channels at once");
  table.count("Tp", &P::tp, 1, kLargestFanOut, "output rows at once");
  table.count("Tq", &P::tq, 1, kLargestFanOut, "output columns at once");
  table.count("window", &P::window, 1, kLargestFanOut,
              "filter rows and columns at once: convolvers fed by line buffers (Qiu et al., FPGA "
              "2016)");
  table.count("line_words", &P::line_words, 1, kMostLine, "words of a row in a line buffer");
}

void add_buffers(ParameterTable<P>& table) {
  const auto of = [](Tensor t) { return [t](P& p) -> Bits& { return p.buffer[t]; }; };
  table.size("input_buffer", of(Tensor::Input), "one copy");
  table.size("weight_buffer", of(Tensor::Weight), "one copy");
  table.size("output_buffer", of(Tensor::Output), "one copy");
}

void add_arithmetic(ParameterTable<P>& table) {
  table.add(
      {"precision", "fp32, 8 bit, or {input: 8 bit, weight: 4 bit, output: 16 bit}", "16 bit", "",
       "of the words and multipliers"},
      [](const YamlNode& yaml, const FamilyContext&, P& p) { p.precision = read_precision(yaml); });
  table.add({"operand_width",
             kSizeType,
             {},
             "by precision",
             "the same width of all tensors, instead of precision"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) {
              const Bits all = yaml.size();
              if (all < Bits{1}) yaml.fail("expected a size above zero");
              p.precision = fixed_point(all);
            });
  table.count("dsp_packing", &P::dsp_packing, 1, 2, "products a DSP makes");
  table.otherwise("2 up to 8 bit, else 1 (F1)");
  table.count("multipliers_on_dsp", &P::multipliers_on_dsp, 1, kMostMultipliers,
              "the others are in LUTs");
  table.otherwise("all");
}

void add_schedule(ParameterTable<P>& table) {
  table.add({"double_buffered", "a list of tensors", "[Input, Weight, Output]", "",
             "tensors with two copies"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) {
              p.double_buffered = read_tensors(yaml);
            });
  table.add({"banks",
             "{input: 8, weight: 64, output: 16}",
             {},
             "a word a cycle and lane (F4)",
             "banks of the buffers"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) {
              read_counts(yaml, {Tensor::Input, Tensor::Weight, Tensor::Output}, p.banks);
            });
  table.add({"fill",
             "{input: 16, weight: 16}",
             {},
             "as many as the port brings",
             "words that a buffer takes from off chip in a cycle"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) {
              read_counts(yaml, {Tensor::Input, Tensor::Weight}, p.fill);
            });
  table.count("interval", &P::interval, 1, kMostCycles, "cycles from one step to the next");
  table.otherwise("by the ports of the banks (H2): 1 with the default banks");
  table.count("pass_overhead", &P::pass_overhead, 0, kMostCycles,
              "cycles that each pass over a tile costs beside its steps: fill of the pipeline "
              "(H1, H3)");
  table.add({"energy", "activity or accesses", "activity", "",
             "power of what the engine takes (F13), or ASIC estimates of each access and MAC"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) {
              p.energy = yaml.one_of({"activity", "accesses"}) == 0 ? FpgaEnergy::Activity
                                                                    : FpgaEnergy::Accesses;
            });
}

ParameterTable<P> make_table() {
  ParameterTable<P> table;
  add_board(table);
  table.frequency("clock", &P::clock, "of the lanes");
  add_lanes(table);
  add_buffers(table);
  add_arithmetic(table);
  add_schedule(table);
  return table;
}

const ParameterTable<P>& parameter_table() {
  static const ParameterTable<P> table = make_table();
  return table;
}

P read(const YamlNode& parameters, const FamilyContext& context) {
  check_precision_keys(parameters.map());
  return parameter_table().read(parameters.map(), context);
}

Hardware build(const YamlNode& parameters, const std::string& name, const FamilyContext& context) {
  P p = read(parameters, context);
  p.name = name;
  return at_place_of(parameters, [&] { return build_fpga_engine(p, context.tables); });
}

FpgaDemand demand(const YamlNode& parameters, const FamilyContext& context) {
  const P p = read(parameters, context);
  return {p.board, resources(p)};
}

}  // namespace

FpgaPrecision read_precision(const YamlNode& yaml) {
  if (yaml.is_scalar() && yaml.text() == "fp32") return float32();
  if (yaml.is_scalar()) return fixed_point(read_width(yaml));
  YamlMap map = yaml.map();
  FpgaPrecision precision;
  precision.width[Tensor::Input] = read_width(map.at("input"));
  precision.width[Tensor::Weight] = read_width(map.at("weight"));
  precision.width[Tensor::Output] = read_width(map.at("output"));
  map.done();
  return precision;
}

FpgaEngineParameters read_fpga_engine(const YamlNode& parameters) {
  return read(parameters, {load_energy_tables(), find_board});
}

FpgaEngineParameters find_fpga_engine(const std::string& name_or_path) {
  const YamlNode yaml = YamlNode::load_file(find_config("arch", name_or_path));
  const auto family = yaml.map().find("family");
  if (!family || family->text() != kTiledEngineFamily) {
    yaml.fail(fmt::format("expected an architecture of family {}", kTiledEngineFamily));
  }
  const FamilyFile file = read_family_file(yaml);
  FpgaEngineParameters p = read_fpga_engine(file.parameters);
  p.name = file.name;
  return p;
}

Family tiled_engine_family() {
  const std::string no_array =
      "has lanes and no array of PEs; vary parameters.Tm, parameters.Tn, parameters.Tp or "
      "parameters.Tq";
  return {kTiledEngineFamily,
          "Tm x Tn multipliers between three banked buffers (Zhang et al., FPGA 2015)",
          "docs/architectures.md",
          parameter_table().parameters(),
          {{"pe_array.X", {}, no_array},
           {"pe_array.Y", {}, no_array},
           {"clock", {"clock"}},
           {"precision", {"precision", "operand_width"}},
           {"board", {"board"}}},
          build,
          demand};
}

}  // namespace tilewise
