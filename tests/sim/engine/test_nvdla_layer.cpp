#include "sim/engine/nvdla_layer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

namespace tilewise {
namespace {

/// nv_small.
NvdlaEngine nv_small() {
  NvdlaEngine engine;
  engine.name = "nvdla";
  engine.bandwidth = BitsPerCycle{32.0};
  engine.operand_width = Bits{8};
  return engine;
}

std::int64_t draw(std::mt19937& random, std::int64_t least, std::int64_t most) {
  return std::uniform_int_distribution<std::int64_t>(least, most)(random);
}

/// Small banks, so that kernel groups wait for each other's.
NvdlaEngine random_engine(std::mt19937& random) {
  NvdlaEngine engine = nv_small();
  engine.bandwidth = BitsPerCycle{64.0 / static_cast<double>(draw(random, 1, 4))};
  engine.atomic_c = 8 * draw(random, 1, 2);
  engine.atomic_k = 8 * draw(random, 1, 2);
  engine.entries = 16 * draw(random, 1, 32);
  engine.words_ahead = draw(random, 0, 12);
  engine.shortest_stripe = draw(random, 1, 12);
  engine.stripe = engine.shortest_stripe + draw(random, 0, 12);
  engine.sums = engine.stripe + draw(random, 0, 9);
  engine.drain = draw(random, 8, 20);  // not below the port's time for an atom
  engine.sum_latency = draw(random, 0, 60);
  engine.fixed_latency = draw(random, 0, 200);
  engine.data_delay = draw(random, 0, 9);
  engine.weight_lead = draw(random, 0, 9);
  engine.refill_latency = draw(random, 0, 120);
  return engine;
}

HardwareLayer random_layer(std::mt19937& random) {
  const std::int64_t channels = draw(random, 0, 2) == 0 ? draw(random, 1, 8) : draw(random, 1, 90);
  const std::int64_t side = draw(random, 1, 3);
  return {draw(random, 1, 300), channels, draw(random, 1, 200), side * side, draw(random, 1, 150)};
}

/// The layer word by word, operation by operation, atom by atom.
class Simulation {
 public:
  Simulation(const NvdlaEngine& engine, const HardwareLayer& layer, std::int64_t weight_banks)
      : e_(engine), layer_(layer) {
    word_ = static_cast<std::int64_t>(64.0 / engine.bandwidth.count());
    const std::int64_t surfaces = (layer.channels + e_.atomic_c - 1) / e_.atomic_c;
    inputs_ = layer.pixels * surfaces * e_.atomic_c / 8;
    operations_ = surfaces * layer.window;
    room_ = weight_banks * e_.entries + e_.words_ahead;
    const std::int64_t kernel = layer.channels * layer.window;
    for (std::int64_t kernels = 0; kernels < layer.kernels; kernels += e_.atomic_k) {
      first_word_.push_back((kernels * kernel + 7) / 8);
    }
    first_word_.push_back((layer.kernels * kernel + 127) / 128 * 16);
    stream();
  }

  std::int64_t run() {
    for (std::size_t group = 0; group + 1 < first_word_.size(); ++group) run_group(group);
    return left_.back() + e_.fixed_latency;
  }

 private:
  /// Before anything is released: turn by turn while both ask.
  void stream() {
    const std::int64_t asked = std::min(first_word_.back(), room_);
    std::int64_t time = 0;
    std::int64_t inputs = 0;
    while (inputs < inputs_ || static_cast<std::int64_t>(weight_at_.size()) < asked) {
      const bool input = inputs < inputs_;
      const bool weight = static_cast<std::int64_t>(weight_at_.size()) < asked;
      if (input) time += word_;
      if (weight) time += word_;
      if (input && ++inputs == inputs_) input_at_ = time;
      if (weight) weight_at_.push_back(time - e_.weight_lead);
    }
    if (asked >= inputs_) input_at_ += e_.data_delay;
  }

  /// The next word takes a place of the newest group whose places, full, would not hold it.
  void fetch() {
    const auto word = static_cast<std::int64_t>(weight_at_.size());
    std::size_t group = 0;
    while (group + 1 < released_.size() && room_ + first_word_[group + 1] <= word) ++group;
    weight_at_.push_back(std::max(weight_at_.back(), released_[group] + e_.refill_latency) + word_);
  }

  void run_group(std::size_t group) {
    while (static_cast<std::int64_t>(weight_at_.size()) < first_word_[group + 1]) fetch();
    const std::int64_t there =
        std::max(weight_at_[static_cast<std::size_t>(first_word_[group + 1] - 1)],
                 group == 0 ? input_at_ : 0);
    const std::int64_t kernels =
        std::min(e_.atomic_k, layer_.kernels - static_cast<std::int64_t>(group) * e_.atomic_k);
    next_ = std::max(next_, there + std::max<std::int64_t>(2, kernels));
    std::int64_t loaded = 0;
    for (std::int64_t atoms = layer_.atoms; atoms > 0;) {
      std::int64_t stripe = e_.shortest_stripe;
      if (atoms >= 2 * e_.stripe) stripe = e_.stripe;
      if (atoms <= e_.stripe) stripe = atoms;
      atoms -= stripe;
      for (std::int64_t i = 0; i < operations_; ++i) {
        if (i + 1 == operations_) wait_for_sums(stripe);
        loaded = operations_ == 1 ? std::max(issued_, there)
                                  : next_ - std::max(stripe, e_.shortest_stripe);
        issued_ = next_;
        next_ += std::max(stripe, e_.shortest_stripe);
      }
      for (std::int64_t atom = 0; atom < stripe; ++atom) {
        const std::int64_t before = left_.empty() ? 0 : left_.back();
        left_.push_back(std::max(before, issued_) + e_.drain);
      }
    }
    released_.push_back(loaded);
  }

  void wait_for_sums(std::int64_t stripe) {
    // Cycle by cycle: those that left a latency ago have given their place back.
    const auto has_room = [&] {
      const auto gone = std::upper_bound(left_.begin(), left_.end(), next_ - e_.sum_latency);
      return left_.end() - gone + stripe <= e_.sums;
    };
    while (!has_room()) ++next_;
  }

  const NvdlaEngine& e_;
  HardwareLayer layer_;
  std::int64_t word_ = 1;  ///< cycles of a read
  std::int64_t inputs_ = 0;
  std::int64_t operations_ = 0;
  std::int64_t room_ = 0;
  std::vector<std::int64_t> first_word_;  ///< of each group, and the end
  std::vector<std::int64_t> weight_at_;   ///< when each word is there
  std::int64_t input_at_ = 0;
  std::vector<std::int64_t> released_;  ///< of each group
  std::vector<std::int64_t> left_;      ///< of each atom
  std::int64_t next_ = 0;
  std::int64_t issued_ = 0;
};

}  // namespace

TEST_SUITE("nvdla layer") {
  TEST_CASE("stripes of 16, of 8 where fewer than 32 are left, and the rest") {
    const NvdlaEngine engine = nv_small();
    using Lengths = std::vector<std::int64_t>;
    CHECK(stripes(engine, 5) == Lengths{5});
    CHECK(stripes(engine, 16) == Lengths{16});
    CHECK(stripes(engine, 31) == Lengths{8, 8, 15});
    CHECK(stripes(engine, 49) == Lengths{16, 16, 8, 9});
  }

  TEST_CASE("one atom by hand") {
    // One word of inputs, 16 of weights (128 B); both ask once: inputs at 2 * 2 + 6 = 10, weights
    // at 2 * 17 - 6 = 28; the load of one kernel takes 2, the sum leaves 9 later: 39, and 131.
    CHECK(hardware_layer_cycles(nv_small(), {1, 8, 1, 1, 1}, 8).count() == 170.0);
  }

  TEST_CASE("small maps of few operations wait for the accumulator, not for multipliers") {
    // 4 operations, 32 atoms: of 16 sums each, drained in 144 cycles, and 38 to the next. Inputs:
    // 32 words with 32 of weights, 2 * 64 + 6 = 134; + 8 for the kernels = 142; the last
    // operation of the first stripe at 142 + 48 = 190, empty at 334; of the second at 372, empty
    // at 516; + 131.
    CHECK(hardware_layer_cycles(nv_small(), {32, 8, 8, 4, 32}, 8).count() == 647.0);
  }

  TEST_CASE("bits of the port: whole surfaces of inputs and outputs, weights in 128 bytes") {
    // 35 x 22 pixels in 7 surfaces of 8 B; 29 * 54 * 48 = 75168 B in 588 of 128 B; 864 atoms of 4
    // groups.
    const auto bits = port_bits(nv_small(), {35 * 22, 54, 29, 48, 24 * 36});
    CHECK(bits[Tensor::Input] == 8 * 43120);
    CHECK(bits[Tensor::Weight] == 8 * 75264);
    CHECK(bits[Tensor::Output] == 8 * 27648);
  }

  TEST_CASE("banks: the whole input, the weights of a group, those of all") {
    // 770 * 7 = 5390 entries; 8 * 54 * 48 = 20736 B of 4 KiB; 75264 B less 64 asked for ahead.
    const BankNeed need = banks_needed(nv_small(), {35 * 22, 54, 29, 48, 24 * 36});
    CHECK(need.data == 11);
    CHECK(need.weights == 6);
    CHECK(need.all_weights == 19);
  }

  TEST_CASE("cycles are those of a walk word by word and operation by operation") {
    std::mt19937 random(7);
    int refilled = 0;
    for (int i = 0; i < 400; ++i) {
      CAPTURE(i);
      const NvdlaEngine engine = random_engine(random);
      const HardwareLayer layer = random_layer(random);
      const BankNeed need = banks_needed(engine, layer);
      const std::int64_t banks = need.weights + draw(random, 0, 3);
      if (banks < need.all_weights) ++refilled;
      REQUIRE(hardware_layer_cycles(engine, layer, banks).count() ==
              static_cast<double>(Simulation(engine, layer, banks).run()));
    }
    CHECK(refilled > 100);  // the walk of their releases is tested
  }

  TEST_CASE("many operations and all weights at hand: nothing but fill, operations and drain") {
    std::mt19937 random(8);
    const NvdlaEngine engine = nv_small();
    for (int i = 0; i < 100; ++i) {
      CAPTURE(i);
      const HardwareLayer layer{draw(random, 1, 900), 8 * draw(random, 2, 9),
                                8 * draw(random, 1, 4), 9, 16 * draw(random, 1, 60)};
      const auto bits = port_bits(engine, layer);
      const double inputs = static_cast<double>(bits[Tensor::Input]) / 64;
      const double weights = static_cast<double>(bits[Tensor::Weight]) / 64;
      if (inputs < weights) continue;  // then groups may wait
      const double load = 2 * (inputs + weights) + (inputs == weights ? 6 : 0);
      // The last stripe: 16 cycles of its last operation, in which its 16 sums begin to drain.
      const double rest = 8 - 16 + 9 * 16 + 131;
      CHECK(hardware_layer_cycles(engine, layer, 64).count() ==
            load + operation_cycles(engine, layer).count() + rest);
    }
  }

  TEST_CASE("more banks than all weights take change nothing, a faster port is never slower") {
    std::mt19937 random(9);
    for (int i = 0; i < 200; ++i) {
      CAPTURE(i);
      NvdlaEngine engine = random_engine(random);
      engine.banks = 512;
      const HardwareLayer layer = random_layer(random);
      const BankNeed need = banks_needed(engine, layer);
      const Cycles all = hardware_layer_cycles(engine, layer, need.all_weights);
      CHECK(hardware_layer_cycles(engine, layer, need.all_weights + 1 + i % 7) == all);
      const Cycles least = hardware_layer_cycles(engine, layer, need.weights);
      CHECK(least >= operation_cycles(engine, layer) - Cycles{static_cast<double>(engine.stripe)});
      engine.bandwidth = BitsPerCycle{engine.bandwidth.count() * 1.5};
      CHECK(hardware_layer_cycles(engine, layer, need.weights) <= least);
    }
  }
}

}  // namespace tilewise
