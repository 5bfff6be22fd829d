#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "arch/check_architecture.hpp"
#include "brute_force.hpp"
#include "mapper/search.hpp"
#include "sim/merged_dims.hpp"
#include "sim/random_nests.hpp"
#include "workload/layer.hpp"

namespace tilewise::testing {

/// What a search is asked, apart from the objective.
struct DrawnProblem {
  Architecture architecture;
  Layer layer;
  Factors factors = Factors::Divisors;
  Tiles tiles = Tiles::Even;
};

inline std::int64_t count_mappings(const DrawnProblem& problem, std::int64_t most) {
  return count_mappings(problem.architecture, problem.layer, problem.factors, most);
}

/// The same problem with one dimension for those that are one, as a search looks at it.
inline DrawnProblem merged(const DrawnProblem& problem) {
  const MergedDims into = merged_dims(problem.layer);
  return {merge_dims(problem.architecture, into), merge_dims(problem.layer, into), problem.factors};
}

/// Small random problems of every kind that an architecture and a layer can express, in merged
/// dimensions. All of them pass check_architecture; for some no mapping fits.
class RandomProblems {
 public:
  explicit RandomProblems(std::uint64_t seed) : random_(seed) {}

  RandomNests& random() { return random_; }

  /// A problem of `levels` storage levels with at most `most` mappings: constraints are added
  /// until the space is that small.
  DrawnProblem next(std::size_t levels, Factors factors, std::int64_t most) {
    return next(levels, factors, most, merged);
  }

  /// Over all bounds, in the dimensions of a layer as somebody wrote it.
  DrawnProblem unmerged(std::int64_t most) {
    const auto levels = static_cast<std::size_t>(random_.pick(2, 3));
    return next(levels, Factors::All, most, [](const DrawnProblem& made) { return made; });
  }

  /// Two to four levels and either kind of factors.
  DrawnProblem any(std::int64_t most) {
    const auto levels = static_cast<std::size_t>(random_.pick(2, 4));
    return next(levels, random_.chance(50) ? Factors::All : Factors::Divisors, most);
  }

 private:
  template <class Change>
  DrawnProblem next(std::size_t levels, Factors factors, std::int64_t most, const Change& change) {
    constexpr int kPatience = 80;
    while (true) {
      DrawnProblem made{architecture(levels), layer(), factors};
      check_layer(made.layer);
      constrain(made);
      for (int i = 0; i < kPatience; ++i) {
        made = change(made);
        if (count_mappings(made, most + 1) > most) {
          tighten(made);
          continue;
        }
        check_architecture(made.architecture);
        return made;
      }
    }
  }

  template <class T, std::size_t n>
  T one_of(const std::array<T, n>& choices) {
    return choices[static_cast<std::size_t>(random_.pick(0, n - 1))];
  }

  /// Index of a level, from `first` on.
  std::size_t level_from(const Architecture& made, std::size_t first) {
    return static_cast<std::size_t>(random_.pick(
        static_cast<std::int64_t>(first), static_cast<std::int64_t>(made.levels.size()) - 1));
  }

  // Layers

  /// The dimensions that an operator lets differ from one.
  static std::string loops_of(Operator op) {
    switch (op) {
      case Operator::Convolution: return "NGMCPQRS";
      case Operator::Depthwise:
      case Operator::AveragePool:
      case Operator::MaxPool: return "NGPQRS";
      case Operator::FullyConnected:
      case Operator::MatrixProduct: return "NGMC";
      case Operator::Add:
      case Operator::Elementwise: return "NGCPQ";
    }
    return "";
  }

  static Dim dim_named(char letter) {
    return *std::find_if(kDims.begin(), kDims.end(), [&](Dim d) { return name(d)[0] == letter; });
  }

  /// Two to four loops of sizes 2 to 7, with strides, gaps and padding that may reach beyond them.
  Layer layer() {
    Layer made;
    made.name = "layer";
    if (random_.chance(45)) made.op = one_of(all_of<Operator>());
    if (made.op == Operator::Elementwise) made.operations = random_.pick(1, 5);
    std::string loops = loops_of(made.op);
    std::shuffle(loops.begin(), loops.end(), random_.generator());
    loops.resize(static_cast<std::size_t>(random_.pick(2, 4)));
    for (const char loop : loops) {
      made.bounds[dim_named(loop)] = one_of(std::array<std::int64_t, 9>{2, 2, 3, 3, 4, 4, 5, 6, 7});
    }
    made.stride = {random_.pick(1, 3), random_.pick(1, 3)};
    made.dilation = {random_.pick(1, 2), random_.pick(1, 3)};
    made.padding = {random_.pick(0, 2), random_.pick(0, 1)};
    made.image.vertical = image(made.bounds[Dim::P], made.bounds[Dim::R], made.stride.vertical,
                                made.dilation.vertical, made.padding.vertical);
    made.image.horizontal = image(made.bounds[Dim::Q], made.bounds[Dim::S], made.stride.horizontal,
                                  made.dilation.horizontal, made.padding.horizontal);
    for (Bits& width : made.widths.tensor.values) {
      width = Bits{one_of(std::array<std::int64_t, 5>{4, 7, 8, 13, 16})};
    }
    made.widths.partial_sum = Bits{one_of(std::array<std::int64_t, 5>{8, 13, 16, 24, 31})};
    for (double& density : made.density.values) {
      if (random_.chance(25)) density = static_cast<double>(random_.pick(0, 9)) / 10.0;
    }
    return made;
  }

  std::int64_t image(std::int64_t outputs, std::int64_t taps, std::int64_t stride,
                     std::int64_t dilation, std::int64_t padding) {
    const std::int64_t reach = (taps - 1) * dilation;
    const std::int64_t span = (outputs - 1) * stride + reach + 1;
    const std::int64_t below = random_.pick(0, std::max(padding, reach));
    return std::max<std::int64_t>(1, span - padding - below + (random_.chance(20) ? 2 : 0));
  }

  // Architectures

  BitsPerCycle bandwidth() {
    if (random_.chance(40)) return kUnlimited;
    return BitsPerCycle{static_cast<double>(random_.pick(3, 96)) / 1.5};
  }

  /// Up to `most`, now and then nothing: then mappings tie.
  Picojoules energy(double most) {
    if (random_.chance(10)) return Picojoules{0.0};
    return Picojoules{most * static_cast<double>(random_.pick(1, 20)) / 20.0};
  }

  Memory memory(std::size_t level) {
    Memory made;
    if (level > 0 && random_.chance(88)) {
      made.capacity = Bits{random_.pick(4, 16) << random_.pick(1, 6)};
    }
    made.word_width = Bits{one_of(std::array<std::int64_t, 4>{8, 16, 24, 64})};
    made.read_bandwidth = bandwidth();
    made.write_bandwidth = bandwidth();
    made.shared_port = random_.chance(30);
    made.buffering = one_of(all_of<Buffering>());
    const double most = level == 0 ? 200.0 : 12.0 / static_cast<double>(level);
    made.energy = {energy(most), energy(most)};
    if (random_.chance(50)) made.leakage = Milliwatts{0.2};
    made.fresh_sums = level > 0 && random_.chance(25);
    return made;
  }

  /// Each tensor in one of three memories; below level 0 it may have none and bypass.
  std::vector<Memory> memories(std::size_t level) {
    constexpr std::int64_t kNone = 3;
    EnumArray<Tensor, std::int64_t> place{};
    for (std::int64_t& at : place) {
      at = random_.chance(50) ? 0 : random_.pick(0, level == 0 ? 2 : kNone);
    }
    if (place == EnumArray<Tensor, std::int64_t>{{kNone, kNone, kNone}}) place = {};
    std::vector<Memory> made;
    for (std::int64_t at = 0; at < kNone; ++at) {
      Memory one = memory(level);
      one.name = "m" + std::to_string(at);
      for (const Tensor t : kTensors) {
        one.holds[t] = place[t] == at;
        if (random_.chance(10)) one.gated_by[t] = one_of(kTensors);
        if (level == 0 && one.holds[t] && random_.chance(20)) {
          one.coded[t] = RunLengthCode{Bits{random_.pick(2, 5)}, Bits{random_.pick(24, 64)}};
        }
      }
      one.fresh_sums = one.fresh_sums && one.holds[Tensor::Output];
      if (one.holds != EnumArray<Tensor, bool>{}) made.push_back(one);
    }
    return made;
  }

  FanOutAxis axis(int percent, std::int64_t most) {
    FanOutAxis made;
    if (random_.chance(percent)) made.size = random_.pick(2, most);
    const bool restricted = random_.chance(35);
    for (bool& allowed : made.dims) allowed = !restricted || random_.chance(60);
    return made;
  }

  Architecture architecture(std::size_t levels) {
    Architecture made;
    made.name = "random";
    made.clock = Megahertz{one_of(std::array<double, 3>{50.0, 100.0, 400.0})};
    for (std::size_t l = 0; l < levels; ++l) {
      Level level;
      level.name = "L" + std::to_string(l);
      level.memories = memories(l);
      level.fan_out.x = axis(45, 4);
      level.fan_out.y = axis(25, 3);
      if (random_.chance(30)) {
        const Dim folded = one_of(kDims);
        if (level.fan_out.x.dims[folded]) level.fan_out.fold = folded;
      }
      level.fan_out.refill = one_of(all_of<Refill>());
      for (TensorNetwork& network : level.fan_out.networks) {
        network.bandwidth = bandwidth();
        network.multicast = random_.chance(70);
        network.spatial_reduction = random_.chance(70);
        network.energy_per_hop = energy(4.0);
        network.hops = static_cast<double>(random_.pick(0, 6)) / 2.0;
      }
      made.levels.push_back(level);
    }
    made.compute.energy = energy(4.0);
    made.compute.gated_energy = energy(1.0);
    made.compute.add_energy = energy(1.0);
    if (random_.chance(25)) made.compute.gated_by = one_of(kTensors);
    if (random_.chance(50)) made.compute.leakage = Milliwatts{0.1};
    if (random_.chance(20)) {
      made.compute.interval = Cycles{static_cast<double>(random_.pick(1, 8))};
      made.compute.pass_overhead = Cycles{static_cast<double>(random_.pick(0, 5))};
    }
    if (random_.chance(50)) made.energy_per_cycle = energy(20.0);
    made.constraints.resize(levels);
    if (random_.chance(30)) make_generous(made);
    return made;
  }

  /// Room and rates that limit almost nothing: then little is left between a lower bound and the
  /// optimum, and a bound that is too high shows.
  void make_generous(Architecture& made) {
    const bool cheap_inside = random_.chance(50);
    for (std::size_t l = 0; l < made.levels.size(); ++l) {
      for (Memory& memory : made.levels[l].memories) {
        if (random_.chance(80)) memory.capacity.reset();
        if (random_.chance(80)) memory.read_bandwidth = memory.write_bandwidth = kUnlimited;
        if (cheap_inside && l > 0) memory.energy = {Picojoules{0.01}, Picojoules{0.02}};
        memory.leakage = Milliwatts{0.0};
      }
      for (TensorNetwork& network : made.levels[l].fan_out.networks) {
        if (random_.chance(80)) network.bandwidth = kUnlimited;
        if (cheap_inside) network.energy_per_hop = Picojoules{0.0};
      }
    }
  }

  // Constraints

  /// More often than not a dimension that the layer has.
  Dim dim_of(const Layer& made) {
    const Dim d = one_of(kDims);
    return made.bounds[d] > 1 || random_.chance(10) ? d : dim_of(made);
  }

  std::vector<std::vector<Dim>> some_orders(std::int64_t count) {
    std::vector<std::vector<Dim>> orders;
    for (; count > 0; --count) {
      orders.emplace_back(kDims.begin(), kDims.end());
      std::shuffle(orders.back().begin(), orders.back().end(), random_.generator());
    }
    return orders;
  }

  void limit(FactorRule& rule, std::int64_t most) { rule.most = std::max(rule.least, most); }

  void constrain_axis(FactorRule& rule, const FanOutAxis& room, Dim d) {
    if (random_.chance(50)) limit(rule, random_.pick(1, 3));
    if (!room.dims[d]) return;
    if (random_.chance(25)) rule.least = std::min({room.size, rule.most, random_.pick(1, 3)});
    if (random_.chance(15)) rule.full = true;
  }

  void constrain(DrawnProblem& problem) {
    Architecture& made = problem.architecture;
    for (std::size_t l = 0; l < made.levels.size(); ++l) {
      LevelConstraint& rule = made.constraints[l];
      const FanOut& room = made.levels[l].fan_out;
      const Dim d = dim_of(problem.layer);
      if (l > 0 && random_.chance(30)) limit(rule.temporal[d], random_.pick(1, 3));
      if (random_.chance(10)) {
        rule.temporal[d].least = std::min(rule.temporal[d].most, random_.pick(1, 2));
      }
      if (l > 0 && random_.chance(15)) rule.temporal[dim_of(problem.layer)].full = true;
      if (random_.chance(30)) constrain_axis(rule.spatial_x[d], room.x, d);
      if (random_.chance(20)) constrain_axis(rule.spatial_y[d], room.y, d);
      if (random_.chance(30)) rule.orders = some_orders(random_.pick(1, 3));
      if (l > 0 && random_.chance(30)) pin(made, l);
    }
  }

  void pin(Architecture& made, std::size_t level) {
    const Tensor t = one_of(kTensors);
    if (made.levels[level].memory_of(t) == nullptr) return;
    made.constraints[level].keep[t] = random_.chance(60);
  }

  /// One more constraint, of a kind that seldom leaves nothing.
  void tighten(DrawnProblem& problem) {
    Architecture& made = problem.architecture;
    const std::size_t l = level_from(made, 1);
    LevelConstraint& rule = made.constraints[l];
    const Dim d = dim_of(problem.layer);
    switch (random_.pick(0, 5)) {
      case 0: return pin(made, l);
      case 1:
      case 2: return limit(rule.temporal[d], random_.pick(1, 2));
      case 3: {
        auto& orders = made.constraints[level_from(made, 0)].orders;
        orders = orders.empty() ? some_orders(2) : decltype(rule.orders){orders.front()};
        return;
      }
      case 4: return limit(made.constraints[level_from(made, 0)].spatial_x[d], 1);
      default: return limit(made.constraints[level_from(made, 0)].spatial_y[d], 1);
    }
  }

  RandomNests random_;
};

}  // namespace tilewise::testing
