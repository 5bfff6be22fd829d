#include "base/error.hpp"
#include "sim/engine/convolver_engine.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

namespace tilewise {
namespace {

/// 150 MHz, 4.2 GB/s: 28 B a cycle, 14 words.
ConvolverEngine qiu() {
  ConvolverEngine engine;
  engine.name = "convolvers";
  engine.clock = Megahertz{150.0};
  engine.bandwidth = BitsPerCycle{224.0};
  return engine;
}

/// 3x3, stride 1, padding 1.
Layer convolution(std::int64_t inputs, std::int64_t outputs, std::int64_t map) {
  Layer layer;
  layer.name = "layer";
  layer.bounds[Dim::C] = inputs;
  layer.bounds[Dim::M] = outputs;
  layer.bounds[Dim::P] = layer.bounds[Dim::Q] = map;
  layer.bounds[Dim::R] = layer.bounds[Dim::S] = 3;
  layer.padding = {1, 1};
  layer.image = {map, map};
  check_layer(layer);
  return layer;
}

/// Q1 to Q3 tile by tile, input group by input group, pass by pass.
double slow_cycles(std::int64_t inputs, std::int64_t outputs, std::int64_t map) {
  constexpr double kBytes = 28.0;
  const std::int64_t t = std::min<std::int64_t>(28, map);
  double cycles = 0.0;
  for (std::int64_t y = 0; y < map; y += 28) {
    for (std::int64_t x = 0; x < map; x += 28) {
      for (std::int64_t n = 0; n < inputs; n += 64) {
        const auto channels = static_cast<double>(std::min<std::int64_t>(64, inputs - n));
        // With its halo where the map is cut, without padding where it is not; 29 has but 29 rows.
        const std::int64_t side = std::min(map, map > 28 ? t + 2 : t);
        const auto halo = static_cast<double>(side * side);
        cycles += channels * halo * 2.0 / kBytes;
        for (std::int64_t m = 0; m < outputs; m += 2) {
          cycles += static_cast<double>(std::max<std::int64_t>(28 * 28, (t + 2) * (t + 2)));
          cycles += channels * 9.0 * 2.0 * 2.0 / kBytes;
          if (n + 64 >= inputs) cycles += 2.0 * static_cast<double>(t * t) * 2.0 / kBytes;
        }
      }
    }
  }
  return cycles;
}

}  // namespace

TEST_SUITE("convolver engine") {
  TEST_CASE("one pass by hand") {
    // 64 -> 2 channels on 28 x 28: the padded tile streams 30 * 30 = 900 cycles; 64*784 words in,
    // 64*9*2 weights and 2*784 words out at 14 a cycle: 3584 + 82.2857 + 112.
    const LayerCost cost = convolver_engine_cost(qiu(), convolution(64, 2, 28));
    CHECK(cost.latency.total.count() == doctest::Approx(900.0 + 3584.0 + 1152.0 / 14.0 + 112.0));
    CHECK(cost.latency.compute_cycles == 900);
    CHECK(cost.bound == "off-chip port");
    CHECK(cost.off_chip_bits == 16 * (64 * 784 + 1152 + 2 * 784));
    // 1152 multipliers of 9 x 64 x 2.
    CHECK(cost.utilisation ==
          doctest::Approx(64.0 * 2 * 9 * 784 / (1152.0 * cost.latency.total.count())));
  }

  TEST_CASE("3x3 convolutions take what a walk over tiles, groups and passes takes") {
    std::mt19937 random(3);
    const auto draw = [&](std::int64_t most) {
      return std::uniform_int_distribution<std::int64_t>(1, most)(random);
    };
    for (int i = 0; i < 200; ++i) {
      const std::int64_t inputs = draw(300);
      const std::int64_t outputs = draw(60);
      const std::int64_t map = draw(120);
      CAPTURE(map);
      const LayerCost cost = convolver_engine_cost(qiu(), convolution(inputs, outputs, map));
      REQUIRE(cost.latency.total.count() ==
              doctest::Approx(slow_cycles(inputs, outputs, map)).epsilon(1e-12));
      REQUIRE(cost.utilisation <= 1.0);
    }
  }

  TEST_CASE("a small map takes as long as a tile of 28 x 28") {
    const auto compute = [](std::int64_t map) {
      return convolver_engine_cost(qiu(), convolution(64, 2, map)).latency.compute_cycles;
    };
    CHECK(compute(14) == 784);
    CHECK(compute(26) == 784);
    CHECK(compute(27) == 29 * 29);
    CHECK(compute(56) == 4 * 900);
  }

  TEST_CASE("a fully connected layer streams its weights") {
    // 25088 x 4096 weights of 2 B at 4.2 GB/s: 48.93 ms.
    Layer layer;
    layer.op = Operator::FullyConnected;
    layer.bounds[Dim::C] = 25088;
    layer.bounds[Dim::M] = 4096;
    CHECK(convolver_engine_cost(qiu(), layer).time.count() ==
          doctest::Approx(25088.0 * 4096.0 * 2.0 / 4.2e3));
  }

  TEST_CASE("an elementwise layer is refused, not priced as the transfers of a sum") {
    Layer layer = convolution(8, 1, 4);
    layer.op = Operator::Elementwise;
    layer.bounds = {{1, 8, 1, 1, 4, 4, 1, 1}};
    layer.operations = 5;
    CHECK_THROWS_WITH_AS(convolver_engine_cost(qiu(), layer),
                         doctest::Contains("no unit for elementwise operations"), InputError);
  }

  TEST_CASE("larger windows take several passes, more bandwidth is never slower") {
    Layer five = convolution(64, 2, 28);
    five.bounds[Dim::R] = five.bounds[Dim::S] = 5;
    five.padding = {2, 2};
    // 2 x 2 passes of a tile of 32 x 32.
    CHECK(convolver_engine_cost(qiu(), five).latency.compute_cycles == 4 * 32 * 32);
    ConvolverEngine faster = qiu();
    faster.bandwidth = BitsPerCycle{448.0};
    CHECK(convolver_engine_cost(faster, five).latency.total <
          convolver_engine_cost(qiu(), five).latency.total);
  }
}

}  // namespace tilewise
