#include "mapper/problem_key.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>
#include <utility>

namespace tilewise {
namespace {

/// Writes values in a fixed order; doubles in the fewest digits that give the same double back.
class KeyText {
 public:
  void begin(std::string_view part) {
    text_ += fmt::format("{}{}", text_.empty() ? "" : "\n", part);
  }

  template <class Number>
  void number(Number value) {
    fmt::format_to(std::back_inserter(text_), " {}", value);
  }
  void word(std::string_view value) { fmt::format_to(std::back_inserter(text_), " {}", value); }
  void flag(bool value) { text_ += value ? " 1" : " 0"; }

  template <class... Quantities>
  void quantities(Quantities... values) {
    (number(values.count()), ...);
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_plane(KeyText& key, Plane plane) {
  key.number(plane.vertical);
  key.number(plane.horizontal);
}

void add_layer(KeyText& key, const Layer& layer) {
  key.begin(has_weights(layer.op) ? "layer" : "layer without weights");
  for (const std::int64_t bound : layer.bounds) key.number(bound);
  // One output has no next one to stride to, one tap none to dilate to.
  const auto& bounds = layer.bounds;
  add_plane(key, {bounds[Dim::P] == 1 ? 1 : layer.stride.vertical,
                  bounds[Dim::Q] == 1 ? 1 : layer.stride.horizontal});
  add_plane(key, {bounds[Dim::R] == 1 ? 1 : layer.dilation.vertical,
                  bounds[Dim::S] == 1 ? 1 : layer.dilation.horizontal});
  add_plane(key, layer.padding);
  add_plane(key, layer.image);
  for (const Bits width : layer.widths.tensor) key.quantities(width);
  key.quantities(layer.widths.partial_sum);
  for (const double density : layer.density) key.number(density);
  if (layer.operations > 1) key.number(layer.operations);
  if (layer.start.operands > 0) {
    key.word("start");
    key.number(layer.start.operands);
    key.quantities(layer.start.width);
  }
}

void add_tensor(KeyText& key, const std::optional<Tensor>& tensor) {
  key.word(tensor ? name(*tensor) : "-");
}

/// What only some memories have stands in the key only there.
void add_transfers(KeyText& key, const Memory& memory) {
  if (memory.sum_width) {
    key.word("sum_width");
    key.quantities(*memory.sum_width);
  }
  if (memory.start_up > Cycles{0.0}) {
    key.word("start_up");
    key.quantities(memory.start_up);
  }
  if (memory.burst > Bits{0}) {
    key.word("burst");
    key.quantities(memory.burst);
  }
  if (memory.refetches) key.word("refetch");
  for (const MemoryPort& port : memory.ports) {
    key.word("port");
    for (const bool serves : port.tensors) key.flag(serves);
    for (const auto& rate : {port.read, port.write}) key.number(rate ? rate->count() : 0.0);
    key.flag(port.shared);
  }
}

void add_memory(KeyText& key, const Memory& memory) {
  key.begin("memory");
  for (const bool held : memory.holds) key.flag(held);
  if (memory.capacity) {
    key.quantities(*memory.capacity);
  } else {
    key.word("-");
  }
  key.quantities(memory.word_width, memory.read_bandwidth, memory.write_bandwidth);
  key.flag(memory.shared_port);
  key.number(static_cast<int>(memory.buffering));
  key.quantities(memory.energy.read, memory.energy.write, memory.leakage, memory.area);
  for (const std::optional<Tensor>& gate : memory.gated_by) add_tensor(key, gate);
  for (const std::optional<Code>& code : memory.coded) {
    if (!code) {
      key.word("-");
    } else if (const auto* fixed = std::get_if<FixedCode>(&*code)) {
      key.word("ratio");
      key.number(fixed->ratio);
    } else {
      const auto& runs = std::get<RunLengthCode>(*code);
      key.quantities(runs.run, runs.packet);
    }
  }
  key.flag(memory.fresh_sums);
  add_transfers(key, memory);
}

void add_fan_out(KeyText& key, const FanOut& fan_out) {
  for (const FanOutAxis& axis : {fan_out.x, fan_out.y}) {
    key.begin("axis");
    key.number(axis.size);
    for (const bool allowed : axis.dims) key.flag(allowed);
  }
  key.word(fan_out.fold ? name(*fan_out.fold) : "-");
  key.number(static_cast<int>(fan_out.refill));
  if (fan_out.skew != Skew::None) {
    key.word("skew");
    key.number(static_cast<int>(fan_out.skew));
  }
  for (const TensorNetwork& network : fan_out.networks) {
    key.begin("network");
    key.quantities(network.bandwidth, network.energy_per_hop);
    key.flag(network.multicast);
    key.flag(network.spatial_reduction);
    key.number(network.hops);
  }
}

void add_rules(KeyText& key, std::string_view place, const EnumArray<Dim, FactorRule>& rules) {
  key.begin(place);
  for (const FactorRule& rule : rules) {
    key.number(rule.least);
    key.number(rule.most);
    key.flag(rule.full);
  }
}

void add_constraint(KeyText& key, const LevelConstraint& constraint) {
  add_rules(key, "temporal", constraint.temporal);
  add_rules(key, "x", constraint.spatial_x);
  add_rules(key, "y", constraint.spatial_y);
  key.begin("orders");
  for (const std::vector<Dim>& order : constraint.orders) {
    key.word("order");
    for (const Dim d : order) key.word(name(d));
  }
  key.begin("keep");
  for (const std::optional<bool>& keep : constraint.keep) {
    key.word(!keep ? "-" : *keep ? "1" : "0");
  }
}

void add_compute(KeyText& key, const ComputeUnit& compute) {
  key.begin("compute");
  key.quantities(compute.operand_width, compute.interval, compute.pass_overhead, compute.energy,
                 compute.gated_energy, compute.add_energy, compute.leakage, compute.area);
  add_tensor(key, compute.gated_by);
  if (compute.layer_overhead > Cycles{0.0}) {
    key.word("fill");
    key.quantities(compute.layer_overhead);
  }
  if (compute.block.any()) {
    key.word("block");
    for (const bool along : compute.block.along) key.flag(along);
    key.number(compute.block.steps);
    key.quantities(compute.block.least);
  }
}

}  // namespace

std::string layer_search_key(const Layer& layer, Objective objective,
                             std::optional<Factors> factors, FrontPart part) {
  KeyText key;
  key.begin("search");
  key.word(name(objective));
  if (objective == Objective::Pareto && part == FrontPart::Corners) key.word("corners");
  key.word(factors ? name(*factors) : "-");
  add_layer(key, layer);
  return key.take();
}

std::string architecture_key(const Architecture& architecture) {
  KeyText key;
  key.begin("architecture");
  key.quantities(architecture.clock, architecture.technology, architecture.voltage,
                 architecture.energy_per_cycle);
  for (const Level& level : architecture.levels) {
    key.begin("level");
    for (const Memory& memory : level.memories) add_memory(key, memory);
    add_fan_out(key, level.fan_out);
    if (level.starts_here > 0) {
      key.word("starts");
      key.number(level.starts_here);
    }
    if (level.part[Tensor::Input] < 1.0) {
      key.word("part");
      key.number(level.part[Tensor::Input]);
    }
  }
  add_compute(key, architecture.compute);
  for (const LevelConstraint& constraint : architecture.constraints) {
    key.begin("constraint");
    add_constraint(key, constraint);
  }
  return key.take();
}

std::string problem_key(const Layer& layer, const Architecture& architecture, Objective objective,
                        std::optional<Factors> factors) {
  return layer_search_key(layer, objective, factors) + "\n" + architecture_key(architecture);
}

}  // namespace tilewise
