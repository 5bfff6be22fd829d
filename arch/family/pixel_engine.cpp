#include "arch/family/pixel_engine.hpp"

#include <fmt/format.h>

#include <string>

#include "arch/family/fixed_engine_table.hpp"
#include "base/error.hpp"

namespace tilewise {
namespace {

using P = EngineFile<PixelEngine>;

constexpr std::int64_t kMostBeats = 1 << 24;  // of a ring: 1 GiB of 64 B
constexpr Bits kWidestPort = kibibytes(1024);
constexpr Bits kLargestMemory = kibibytes(1024 * 1024);
constexpr Bits kWordWidth{8};  // of the measured design
// The measured designs of 32 outputs do not tell whether they have a least (FPGA I10).
constexpr std::int64_t kOutputsWithoutLeast = 32;

Bits read_port(const YamlNode& yaml) {
  const Bits value = yaml.size();
  if (value < Bits{1} || value > kWidestPort) yaml.fail("expected a size up to 1 MiB");
  return value;
}

void read_ring(const YamlNode& yaml, P& p) {
  const bool unlimited = yaml.is_scalar() && yaml.text() == "unlimited";
  if (!unlimited) p.input_ring = yaml.integer(1, kMostBeats);
}

void read_least_steps(const YamlNode& yaml, P& p) {
  p.least_steps = yaml.integer(1, kLargestFanOut);
}

void read_weight_memory(const YamlNode& yaml, P& p) {
  if (yaml.is_scalar() && yaml.text() == "none") return;
  const Bits value = yaml.size();
  if (value < Bits{1} || value > kLargestMemory) yaml.fail("expected a size up to 1 GiB");
  p.weight_memory = value;
}

ParameterTable<P> make_table() {
  ParameterTable<P> table;
  add_common<PixelEngine>(table, kWordWidth);
  table.count("M", &P::m, 1, kLargestFanOut, "output channels at once");
  table.required();
  table.count("P", &P::p, 1, kLargestFanOut, "output pixels at once");
  table.required();
  table.add({"beat", kSizeType, value_text(P{}.beat), "", "what the image port carries at once"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) { p.beat = read_port(yaml); });
  table.add(
      {"weight_port", kSizeType, value_text(P{}.weight_port), "",
       "what the weight port carries in the time of a beat"},
      [](const YamlNode& yaml, const FamilyContext&, P& p) { p.weight_port = read_port(yaml); });
  table.count("channel_group", &P::channel_group, 1, kLargestFanOut,
              "input channels side by side in a beat");
  table.count("pass_slot", &P::pass_slot, 0, kLargestFanOut,
              "slots that loader and array lose a pixel tile (I7)");
  table.add({"input_ring", count_type(1, kMostBeats) + ", or unlimited", "unlimited", "",
             "beats that fit between loader and array"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) { read_ring(yaml, p); });
  table.add({"least_steps", count_type(1, kLargestFanOut), std::nullopt, "M above 32, else 1",
             "steps of a dot product at the least (I10)"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) { read_least_steps(yaml, p); });
  table.add({"weight_memory", std::string(kSizeType) + ", or none", "none", "",
             "of the weights that stay on chip (I11)"},
            [](const YamlNode& yaml, const FamilyContext&, P& p) { read_weight_memory(yaml, p); });
  table.add(
      {"layer_overhead", kTimeType, value_text(P{}.layer_overhead), "", "before each layer"},
      [](const YamlNode& yaml, const FamilyContext&, P& p) { p.layer_overhead = yaml.time(); });
  return table;
}

const ParameterTable<P>& parameter_table() {
  static const ParameterTable<P> table = make_table();
  return table;
}

Hardware build(const YamlNode& parameters, const std::string& name, const FamilyContext& context) {
  P silent;
  silent.operand_width = kWordWidth;
  return read_engine<PixelEngine>(parameter_table(), parameters, name, context, silent);
}

std::string number(double value) { return fmt::format("{:.6g}", value); }

std::string number_of_bytes(Bits size) { return number(in_bytes(size)); }

}  // namespace

std::int64_t steps_at_least(const PixelEngine& engine) {
  return engine.least_steps.value_or(engine.m > kOutputsWithoutLeast ? engine.m : 1);
}

void check_engine(const PixelEngine& engine) {
  check_port(engine);
  const Bits column = engine.operand_width * engine.channel_group;
  if (engine.beat < column || engine.beat.count() % column.count() != 0) {
    throw InputError(fmt::format(
        "beat: expected a multiple of {} bit, one pixel of {} channels of {} bit; found {} bit",
        column.count(), engine.channel_group, engine.operand_width.count(), engine.beat.count()));
  }
}

std::string describe(const PixelEngine& engine) {
  const auto count = [](std::int64_t value) { return fmt::format("{}", value); };
  return describe_fixed(
      engine, {{"M", count(engine.m), "output channels at once"},
               {"P", count(engine.p), "output pixels at once"},
               {"beat", number_of_bytes(engine.beat), "B"},
               {"weight port", number_of_bytes(engine.weight_port), "B in the time of a beat"},
               {"channel group", count(engine.channel_group), "input channels in a beat"},
               {"pass slot", count(engine.pass_slot), "slots lost a pixel tile"},
               {"input ring", engine.input_ring ? count(*engine.input_ring) : "unlimited", "beats"},
               {"least steps", count(steps_at_least(engine)), "of a dot product"},
               {"weight memory",
                engine.weight_memory ? number_of_bytes(*engine.weight_memory) : "none", "B"},
               {"layer overhead", number(nanoseconds(engine.layer_overhead).count()), "ns"}});
}

Family pixel_engine_family() {
  return {"fpga_pixel_engine",
          "M output channels x P output pixels at once, fixed control (Chen and Wu, FPGA 2023)",
          "docs/fpga_engines.md",
          parameter_table().parameters(),
          {{"clock", {"clock"}}, {"precision", {"operand_width"}}},
          build};
}

}  // namespace tilewise
