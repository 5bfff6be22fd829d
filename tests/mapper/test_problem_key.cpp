#include "mapper/problem_key.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace tilewise {
namespace {

struct KeyedProblem {
  Layer layer;
  Architecture architecture;
  Objective objective = Objective::Edp;
  std::optional<Factors> factors = Factors::Divisors;
};
using Change = std::function<void(KeyedProblem&)>;

std::string key_of(const KeyedProblem& problem) {
  return problem_key(problem.layer, problem.architecture, problem.objective, problem.factors);
}

std::string changed(KeyedProblem problem, const Change& change) {
  change(problem);
  return key_of(problem);
}

/// A 3 x 3 convolution on two levels, with all that is optional given.
KeyedProblem example() {
  KeyedProblem made;
  made.layer.bounds = {{1, 1, 8, 4, 6, 6, 3, 3}};
  made.layer.stride = {2, 2};
  made.layer.image = {13, 13};
  made.architecture.levels.resize(2);
  made.architecture.constraints.resize(2);
  for (Level& level : made.architecture.levels) {
    level.memories.resize(1);
    for (const Tensor t : kTensors) level.memories.front().holds[t] = true;
  }
  made.architecture.levels[1].memories.front().capacity = Bits{4096};
  made.architecture.constraints[1].orders = {{Dim::M, Dim::C}, {Dim::C, Dim::M}};
  return made;
}

/// Changes that make another problem, each alone.
std::vector<Change> changes_of_layer() {
  std::vector<Change> all;
  for (const Dim d : kDims) all.push_back([=](KeyedProblem& p) { p.layer.bounds[d] += 1; });
  for (Plane Layer::*plane : {&Layer::stride, &Layer::dilation, &Layer::padding, &Layer::image}) {
    all.push_back([=](KeyedProblem& p) { (p.layer.*plane).vertical += 1; });
    all.push_back([=](KeyedProblem& p) { (p.layer.*plane).horizontal += 1; });
  }
  for (const Tensor t : kTensors) {
    all.push_back([=](KeyedProblem& p) { p.layer.widths.tensor[t] = Bits{8}; });
    all.push_back([=](KeyedProblem& p) { p.layer.density[t] = std::nextafter(1.0, 0.0); });
  }
  all.push_back([](KeyedProblem& p) { p.layer.widths.partial_sum = Bits{32}; });
  all.push_back([](KeyedProblem& p) { p.layer.op = Operator::MaxPool; });
  all.push_back([](KeyedProblem& p) { p.objective = Objective::Energy; });
  all.push_back([](KeyedProblem& p) { p.factors = Factors::All; });
  all.push_back([](KeyedProblem& p) { p.factors.reset(); });
  return all;
}

std::vector<Change> changes_of_memory() {
  const auto with = [](auto change) -> Change {
    return [=](KeyedProblem& p) { change(p.architecture.levels[1].memories.front()); };
  };
  std::vector<Change> all{
      with([](Memory& m) { m.capacity = Bits{4097}; }),
      with([](Memory& m) { m.capacity.reset(); }),
      with([](Memory& m) { m.word_width = Bits{64}; }),
      with([](Memory& m) { m.read_bandwidth = BitsPerCycle{1.0}; }),
      with([](Memory& m) { m.write_bandwidth = BitsPerCycle{1.0}; }),
      with([](Memory& m) { m.shared_port = true; }),
      with([](Memory& m) { m.buffering = Buffering::Single; }),
      with([](Memory& m) { m.buffering = Buffering::Streaming; }),
      with([](Memory& m) { m.energy.read = Picojoules{0.1}; }),
      with([](Memory& m) { m.energy.read = Picojoules{std::nextafter(0.1, 1.0)}; }),
      with([](Memory& m) { m.energy.write = Picojoules{0.1}; }),
      with([](Memory& m) { m.leakage = Milliwatts{0.1}; }),
      with([](Memory& m) { m.area = SquareMillimeters{0.1}; }),
      with([](Memory& m) { m.start_up = Cycles{1.0}; }),
      with([](Memory& m) { m.burst = Bits{1}; }),
      with([](Memory& m) { m.sum_width = Bits{1}; }),
      with([](Memory& m) { m.refetches = true; }),
      with([](Memory& m) {
        m.coded[Tensor::Weight] = FixedCode{0.5, ""};
      }),
      with([](Memory& m) { m.coded[Tensor::Weight] = RunLengthCode{}; }),
      with([](Memory& m) { m.ports = ports_of(m); }),
      with([](Memory& m) {
        m.ports = ports_of(m);
        m.ports.front().read = BitsPerCycle{1.0};
      }),
  };
  for (const Tensor t : kTensors) {
    all.push_back(with([=](Memory& m) { m.holds[t] = false; }));
    for (const Tensor by : kTensors) all.push_back(with([=](Memory& m) { m.gated_by[t] = by; }));
  }
  all.push_back([](KeyedProblem& p) { p.architecture.levels[0].memories.push_back({}); });
  all.push_back([](KeyedProblem& p) { p.architecture.levels[1].memories.push_back({}); });
  return all;
}

std::vector<Change> changes_of_fan_out() {
  std::vector<Change> all;
  for (const std::size_t l : {0U, 1U}) {
    for (const Skew skew : {Skew::Layer, Skew::Pass}) {
      all.push_back([=](KeyedProblem& p) { p.architecture.levels[l].fan_out.skew = skew; });
    }
    for (FanOutAxis FanOut::*axis : {&FanOut::x, &FanOut::y}) {
      all.push_back([=](KeyedProblem& p) { (p.architecture.levels[l].fan_out.*axis).size = 2; });
      for (const Dim d : kDims) {
        all.push_back(
            [=](KeyedProblem& p) { (p.architecture.levels[l].fan_out.*axis).dims[d] = false; });
      }
    }
    for (const Tensor t : kTensors) {
      const auto with = [&](auto change) {
        all.push_back(
            [=](KeyedProblem& p) { change(p.architecture.levels[l].fan_out.networks[t]); });
      };
      with([](TensorNetwork& n) { n.bandwidth = BitsPerCycle{16.0}; });
      with([](TensorNetwork& n) { n.multicast = false; });
      with([](TensorNetwork& n) { n.spatial_reduction = false; });
      with([](TensorNetwork& n) { n.energy_per_hop = Picojoules{16.0}; });
      with([](TensorNetwork& n) { n.hops = 16.0; });
    }
  }
  return all;
}

std::vector<Change> changes_of_constraints() {
  std::vector<Change> all;
  for (const std::size_t l : {0U, 1U}) {
    for (EnumArray<Dim, FactorRule> LevelConstraint::*rules :
         {&LevelConstraint::temporal, &LevelConstraint::spatial_x, &LevelConstraint::spatial_y}) {
      for (const Dim d : kDims) {
        const auto with = [&](auto change) {
          all.push_back(
              [=](KeyedProblem& p) { change((p.architecture.constraints[l].*rules)[d]); });
        };
        with([](FactorRule& rule) { rule.least = 2; });
        with([](FactorRule& rule) { rule.most = 2; });
        with([](FactorRule& rule) { rule.full = true; });
      }
    }
    for (const Tensor t : kTensors) {
      for (const bool keep : {false, true}) {
        all.push_back([=](KeyedProblem& p) { p.architecture.constraints[l].keep[t] = keep; });
      }
    }
  }
  const auto orders = [&](std::vector<std::vector<Dim>> given) {
    all.push_back([=](KeyedProblem& p) { p.architecture.constraints[1].orders = given; });
  };
  orders({});
  orders({{Dim::M, Dim::C}});
  orders({{Dim::C, Dim::M}});
  orders({{Dim::M, Dim::C, Dim::P}, {Dim::M}});
  orders({{Dim::M, Dim::C, Dim::P, Dim::M}});
  return all;
}

std::vector<Change> changes_of_chip() {
  const auto with = [](auto change) -> Change {
    return [=](KeyedProblem& p) { change(p.architecture); };
  };
  std::vector<Change> all{
      with([](Architecture& a) { a.clock = Megahertz{2.0}; }),
      with([](Architecture& a) { a.technology = Nanometers{45}; }),
      with([](Architecture& a) { a.voltage = Volts{2.0}; }),
      with([](Architecture& a) { a.energy_per_cycle = Picojoules{2.0}; }),
      with([](Architecture& a) { a.compute.operand_width = Bits{2}; }),
      with([](Architecture& a) { a.compute.interval = Cycles{2.0}; }),
      with([](Architecture& a) { a.compute.pass_overhead = Cycles{2.0}; }),
      with([](Architecture& a) { a.compute.layer_overhead = Cycles{2.0}; }),
      with([](Architecture& a) { a.compute.block.along[Dim::Q] = true; }),
      with([](Architecture& a) {
        a.compute.block = {{{true}}, 1, {}};
      }),
      with([](Architecture& a) {
        a.compute.block = {{{true}}, 2, {}};
      }),
      with([](Architecture& a) {
        a.compute.block = {{{true}}, 1, Cycles{2.0}};
      }),
      with([](Architecture& a) { a.compute.energy = Picojoules{2.0}; }),
      with([](Architecture& a) { a.compute.gated_energy = Picojoules{2.0}; }),
      with([](Architecture& a) { a.compute.add_energy = Picojoules{2.0}; }),
      with([](Architecture& a) { a.compute.leakage = Milliwatts{2.0}; }),
      with([](Architecture& a) { a.compute.area = SquareMillimeters{2.0}; }),
      with([](Architecture& a) {
        a.levels.emplace_back();
        a.constraints.emplace_back();
      }),
  };
  for (const Tensor t : kTensors) {
    all.push_back(with([=](Architecture& a) { a.compute.gated_by = t; }));
  }
  return all;
}

TEST_SUITE("problem key") {
  TEST_CASE("names, descriptions, sources and folded parameters are not in the key") {
    KeyedProblem other = example();
    other.layer.name = "other";
    other.layer.folded_parameters = 12;
    other.architecture.name = other.architecture.description = "other";
    other.architecture.energy_per_cycle_source = other.architecture.compute.source = "other";
    for (Level& level : other.architecture.levels) {
      level.name = "other";
      for (Memory& memory : level.memories) memory.name = memory.source = "other";
      for (TensorNetwork& network : level.fan_out.networks) network.source = "other";
    }
    CHECK(key_of(other) == key_of(example()));
  }

  TEST_CASE("operators that run the same loops on the same tensors share a key") {
    for (const Operator op : {Operator::Depthwise, Operator::MatrixProduct}) {
      CHECK(changed(example(), [=](KeyedProblem& p) { p.layer.op = op; }) == key_of(example()));
    }
    const auto pool =
        changed(example(), [](KeyedProblem& p) { p.layer.op = Operator::AveragePool; });
    const auto add = changed(example(), [](KeyedProblem& p) { p.layer.op = Operator::Add; });
    CHECK(pool == add);
    CHECK(pool != key_of(example()));
  }

  TEST_CASE("every number and constraint changes the key, and each to another one") {
    std::set<std::string> keys{key_of(example())};
    std::size_t expected = 1;
    for (const auto& changes : {changes_of_layer(), changes_of_memory(), changes_of_fan_out(),
                                changes_of_constraints(), changes_of_chip()}) {
      for (std::size_t i = 0; i < changes.size(); ++i) {
        CAPTURE(expected);
        CAPTURE(i);
        CHECK(keys.insert(changed(example(), changes[i])).second);
        ++expected;
      }
    }
    CHECK(expected > 250);
  }

  TEST_CASE("a stride without a second output and a dilation without a second tap do not matter") {
    const auto check = [](Dim d, Plane Layer::*step, std::int64_t Plane::*axis) {
      KeyedProblem one = example();
      one.layer.bounds[d] = 1;
      const auto raise = [=](KeyedProblem& p) { (p.layer.*step).*axis += 1; };
      CHECK(changed(one, raise) == key_of(one));
      CHECK(changed(example(), raise) != key_of(example()));
    };
    check(Dim::P, &Layer::stride, &Plane::vertical);
    check(Dim::Q, &Layer::stride, &Plane::horizontal);
    check(Dim::R, &Layer::dilation, &Plane::vertical);
    check(Dim::S, &Layer::dilation, &Plane::horizontal);
  }
}

}  // namespace
}  // namespace tilewise
