#include "arch/fpga_engine_yaml.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arch/parameter_reader.hpp"
#include "arch/yaml_words.hpp"
#include "base/file.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostBanks = 1 << 24;
constexpr std::int64_t kMostCycles = 1 << 24;
constexpr std::int64_t kMostMultipliers = std::int64_t{1} << 40;
constexpr std::int64_t kMostLine = 1 << 24;

void read_optional_count(YamlMap& map, std::string_view key, std::int64_t most,
                         std::optional<std::int64_t>& value) {
  if (const auto yaml = map.find(key)) value = yaml->integer(1, most);
}

Bits read_width(const YamlNode& yaml) {
  const Bits width = yaml.size();
  if (width < Bits{1} || width > Bits{64}) yaml.fail("expected 1 to 64 bit");
  return width;
}

/// {input: 8, weight: 64, output: 16}; a tensor left out keeps its default.
void read_banks(const YamlNode& yaml, EnumArray<Tensor, std::optional<std::int64_t>>& banks) {
  YamlMap map = yaml.map();
  read_optional_count(map, "input", kMostBanks, banks[Tensor::Input]);
  read_optional_count(map, "weight", kMostBanks, banks[Tensor::Weight]);
  read_optional_count(map, "output", kMostBanks, banks[Tensor::Output]);
  map.done();
}

FpgaBoard read_board(YamlMap& map, const BoardFinder& boards) {
  const YamlNode yaml = map.at("board");
  const std::string name = yaml.text();
  FpgaBoard board = at_place_of(yaml, [&] { return boards(name); });
  const auto port = map.find("port");
  if (!port) return board;
  const std::string port_name = port->text();
  return at_place_of(*port, [&] { return with_port(board, port_name); });
}

void read_precision_keys(YamlMap& map, FpgaPrecision& precision) {
  const auto width = map.find("operand_width");
  const auto chosen = map.find("precision");
  if (width && chosen) chosen->fail("operand_width is there as well; leave one out");
  if (chosen) precision = read_precision(*chosen);
  if (!width) return;
  const Bits all = width->size();
  if (all < Bits{1}) width->fail("expected a size above zero");
  precision = fixed_point(all);
}

/// Sizes and lanes, as deep as the file says.
void read_sizes(ParameterReader& read, FpgaEngineParameters& p) {
  read.count("Tm", kLargestFanOut, p.tm);
  read.count("Tn", kLargestFanOut, p.tn);
  read.count("Tp", kLargestFanOut, p.tp);
  read.count("Tq", kLargestFanOut, p.tq);
  read.count("window", kLargestFanOut, p.window);
  read.count("line_words", kMostLine, p.line_words);
  read.size("input_buffer", p.buffer[Tensor::Input]);
  read.size("weight_buffer", p.buffer[Tensor::Weight]);
  read.size("output_buffer", p.buffer[Tensor::Output]);
}

bool is_fpga_engine(const YamlNode& yaml) {
  if (!yaml.is_map()) return false;
  YamlMap map = yaml.map();
  const auto family = map.find("family");
  return family && family->text() == "fpga_tiled_engine";
}

/// The whole of an architecture file of that family.
FpgaEngineParameters read_engine_file(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  map.find("family");
  const std::string name = map.at("name").text();
  map.find("description");
  const YamlNode parameters = map.at("parameters");
  map.done();
  FpgaEngineParameters p = read_fpga_engine(parameters.map());
  p.name = name;
  return p;
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

FpgaEngineParameters read_fpga_engine(YamlMap map, const BoardFinder& boards) {
  FpgaEngineParameters p;
  ParameterReader read(std::move(map));
  p.board = read_board(read.map(), boards);
  read.frequency("clock", p.clock);
  read_sizes(read, p);
  read_precision_keys(read.map(), p.precision);
  read_optional_count(read.map(), "dsp_packing", 2, p.dsp_packing);
  read_optional_count(read.map(), "multipliers_on_dsp", kMostMultipliers, p.multipliers_on_dsp);
  if (const auto tensors = read.map().find("double_buffered")) {
    p.double_buffered = read_tensors(*tensors);
  }
  if (const auto banks = read.map().find("banks")) read_banks(*banks, p.banks);
  read_optional_count(read.map(), "interval", kMostCycles, p.interval);
  if (const auto pass = read.map().find("pass_overhead")) {
    p.pass_overhead = pass->integer(0, kMostCycles);
  }
  if (const auto energy = read.map().find("energy")) {
    p.energy =
        energy->one_of({"activity", "accesses"}) == 0 ? FpgaEnergy::Activity : FpgaEnergy::Accesses;
  }
  read.map().done();
  return p;
}

FpgaEngineParameters find_fpga_engine(const std::string& name_or_path) {
  const YamlNode yaml = YamlNode::load_file(find_config("arch", name_or_path));
  if (!is_fpga_engine(yaml)) yaml.fail("expected an architecture of family fpga_tiled_engine");
  return read_engine_file(yaml);
}

std::optional<FpgaResources> resources_of(const YamlNode& architecture) {
  if (!is_fpga_engine(architecture)) return std::nullopt;
  const FpgaEngineParameters p = read_engine_file(architecture);
  return at_place_of(architecture, [&] { return resources(p); });
}

}  // namespace tilewise
