#include "arch/compute_yaml.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "arch/yaml_words.hpp"

namespace tilewise {
namespace {

/// {multiply_add: 16 bit, accumulator: 32 bit}; the accumulator takes the whole product unless
/// it is given.
ComputeCost read_derived(const YamlNode& yaml, const ArchitectureContext& context) {
  YamlMap map = yaml.map();
  const Bits operand = map.at("multiply_add").size();
  const auto given = map.find("accumulator");
  const Bits accumulator = given ? given->size() : std::min(operand, kWidestOperand) * 2;
  map.done();
  return at_place_of(yaml, [&] {
    return multiply_add_cost(context.tables.compute, context.tables.scaling, operand, accumulator,
                             context.technology);
  });
}

/// One energy for the whole operation. Without more: a gated one is free, an addition alone costs
/// as much as the whole.
ComputeCost read_given(const YamlNode& yaml, const std::optional<YamlNode>& source) {
  ComputeCost cost;
  cost.multiply_add = cost.add = yaml.energy();
  cost.source = source ? source->text() : "given in the architecture file";
  return cost;
}

constexpr std::int64_t kMostCycles = 16777216;

/// `cycles`: from one operation to the next; `pipeline`: from its operands to its result. What the
/// result takes longer is paid when the pipeline fills (docs/model.md, Eq. 7).
void read_timing(YamlMap& map, ComputeUnit& unit) {
  if (const auto cycles = map.find("cycles")) {
    unit.interval = Cycles{static_cast<double>(cycles->integer(1, kMostCycles))};
  }
  const auto given = map.find("pipeline");
  if (!given) return;
  YamlMap pipeline = given->map();
  const YamlNode stages = pipeline.at("stages");
  const auto depth = Cycles{static_cast<double>(stages.integer(1, kMostCycles))};
  const auto fills = pipeline.find("fills");
  pipeline.done();
  if (depth < unit.interval) {
    stages.fail("expected at least as many as cycles: a result is not ready before the unit is");
  }
  const bool each_pass = fills && fills->one_of({"layer", "pass"}) == 1;
  (each_pass ? unit.pass_overhead : unit.layer_overhead) = depth - unit.interval;
}

/// {along: [Q], steps: 16, least: 8 cycles}: how many steps one instruction runs, and its issue
/// (docs/model.md, Eq. 24).
StepBlock read_block(const YamlNode& yaml, Megahertz clock) {
  YamlMap map = yaml.map();
  StepBlock block;
  const YamlNode along = map.at("along");
  block.along = read_dims(along);
  if (!block.any()) along.fail("expected at least one dimension");
  block.steps = map.at("steps").integer(1, kMostCycles);
  block.least = read_cycles(map.at("least"), clock);
  map.done();
  return block;
}

}  // namespace

ComputeUnit read_compute(const YamlNode& yaml, const ArchitectureContext& context) {
  YamlMap map = yaml.map();
  ComputeUnit unit;
  if (const auto width = map.find("operand_width")) unit.operand_width = width->size();
  const YamlNode energy = map.at("energy");
  ComputeCost cost =
      energy.is_map() ? read_derived(energy, context) : read_given(energy, map.find("source"));
  const auto gated = map.find("gated_energy");
  const auto add = map.find("add_energy");
  const auto area = map.find("area");
  unit.energy = cost.multiply_add;
  unit.gated_energy = gated ? gated->energy() : cost.gated;
  unit.add_energy = add ? add->energy() : cost.add;
  unit.area = area ? area->area() : cost.area;
  unit.source = std::move(cost.source);
  unit.spread = cost.spread;
  read_timing(map, unit);
  if (const auto block = map.find("block")) unit.block = read_block(*block, context.clock);
  if (const auto leakage = map.find("leakage")) unit.leakage = leakage->power();
  if (const auto gated_by = map.find("gated_by")) unit.gated_by = read_tensor(*gated_by);
  map.done();
  return unit;
}

}  // namespace tilewise
