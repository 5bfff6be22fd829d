#include "sim/engine/pixel_engine.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "base/error.hpp"

namespace tilewise {
namespace {

/// 400 MHz, beats of 64 B at 16 GB/s: 1.6 cycles a beat.
PixelEngine engine_of(std::int64_t m, std::int64_t p) {
  PixelEngine engine;
  engine.name = "pixels";
  engine.clock = Megahertz{400.0};
  engine.bandwidth = BitsPerCycle{320.0};
  engine.operand_width = Bits{8};
  engine.m = m;
  engine.p = p;
  return engine;
}

/// A square convolution on a square map.
Layer convolution(std::int64_t inputs, std::int64_t outputs, std::int64_t image,
                  std::int64_t kernel, std::int64_t stride, std::int64_t padding) {
  Layer layer;
  layer.name = "layer";
  layer.bounds[Dim::C] = inputs;
  layer.bounds[Dim::M] = outputs;
  layer.bounds[Dim::P] = layer.bounds[Dim::Q] = (image + 2 * padding - kernel) / stride + 1;
  layer.bounds[Dim::R] = layer.bounds[Dim::S] = kernel;
  layer.stride = {stride, stride};
  layer.padding = {padding, padding};
  layer.image = {image, image};
  check_layer(layer);
  return layer;
}

Layer pool(Operator op, std::int64_t channels, std::int64_t image, std::int64_t kernel,
           std::int64_t stride) {
  Layer layer = convolution(1, 1, image, kernel, stride, 0);
  layer.op = op;
  layer.bounds[Dim::G] = channels;
  return layer;
}

double nanoseconds(const PixelEngine& engine, const Layer& layer) {
  return pixel_engine_cost(engine, layer).time.count() * 1e3;
}

/// I1 to I3 pixel by pixel: every address between the corners, and the beats they lie in.
std::vector<std::int64_t> slow_beats(const PixelEngine& engine, const Layer& layer) {
  constexpr std::int64_t kPixels = 16;
  const std::int64_t outputs = layer.bounds[Dim::P] * layer.bounds[Dim::Q];
  std::vector<std::int64_t> beats;
  std::set<std::int64_t> seen;
  std::int64_t low = 0;
  for (std::int64_t o = 0; o < outputs; ++o) {
    const std::int64_t row = o / layer.bounds[Dim::Q] * layer.stride.vertical;
    const std::int64_t column = o % layer.bounds[Dim::Q] * layer.stride.horizontal;
    const auto at = [&](std::int64_t r, std::int64_t s) {
      const std::int64_t y = std::min(std::max<std::int64_t>(row + r - layer.padding.vertical, 0),
                                      layer.image.vertical - 1);
      const std::int64_t x =
          std::min(std::max<std::int64_t>(column + s - layer.padding.horizontal, 0),
                   layer.image.horizontal - 1);
      return y * layer.image.horizontal + x;
    };
    if (o % engine.p == 0) low = at(0, 0);
    if ((o + 1) % engine.p != 0 && o + 1 != outputs) continue;
    seen.clear();
    const std::int64_t high = at(layer.bounds[Dim::R] - 1, layer.bounds[Dim::S] - 1);
    for (std::int64_t address = low; address <= high; ++address) seen.insert(address / kPixels);
    beats.push_back(static_cast<std::int64_t>(seen.size()));
  }
  return beats;
}

Layer random_convolution(std::mt19937& random) {
  const auto draw = [&](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  const std::int64_t kernel = draw(1, 5);
  return convolution(draw(1, 70), draw(1, 90), draw(kernel, 40), kernel, draw(1, 3),
                     draw(0, kernel / 2));
}

}  // namespace

TEST_SUITE("pixel engine") {
  TEST_CASE("bursts begin on a beat, hold rows that a stride skips, and halos again") {
    const PixelEngine engine = engine_of(32, 32);
    // 49 pixels: 0 to 31 lie in beats 0 and 1, 32 to 48 in beats 2 and 3.
    CHECK(burst_beats(engine, convolution(4, 32, 7, 1, 1, 0)) == std::vector<std::int64_t>{2, 2});
    // Stride 2 on 14 x 14: outputs 0 to 31 want pixels 0 to 8*14+6 = 118, beats 0 to 7; outputs 32
    // to 48 pixels 8*14+8 = 120 to 12*14+12 = 180, beats 7 to 11.
    CHECK(burst_beats(engine, convolution(4, 32, 14, 1, 2, 0)) == std::vector<std::int64_t>{8, 5});
    // 3x3 with padding on 8 x 8, outputs 0 to 31 (rows 0 to 3): rows 0 to 4, pixels 0 to 4*8+7 =
    // 39, beats 0 to 2; outputs 32 to 63: pixels 3*8 = 24 to 63, beats 1 to 3.
    CHECK(burst_beats(engine, convolution(4, 32, 8, 3, 1, 1)) == std::vector<std::int64_t>{3, 3});
  }

  TEST_CASE("bursts are the beats of a walk pixel by pixel") {
    std::mt19937 random(1);
    for (int i = 0; i < 300; ++i) {
      CAPTURE(i);
      const Layer layer = random_convolution(random);
      const PixelEngine engine = engine_of(32, 1 + i % 97);
      REQUIRE(burst_beats(engine, layer) == slow_beats(engine, layer));
    }
  }

  TEST_CASE("one pass by hand") {
    // 4 -> 32 channels, 16 pixels, 1x1. Loader: slot to 1.6, one beat to 3.2 cycles. Array: begins
    // with the first beat, 4 cycles, 7.2 (weights: 32*4 B are 2 beats, 3.2 + 4 = 7.2, in time), a
    // lost slot 11.2. Output stage 32 beats of 1.6: 62.4. Hops: 32 * 1.6 + 32 = 83.2. In all 145.6.
    const LayerCost cost = pixel_engine_cost(engine_of(32, 32), convolution(4, 32, 4, 1, 1, 0));
    CHECK(cost.latency.total.count() == doctest::Approx(145.6).epsilon(1e-12));
    CHECK(cost.time.count() == doctest::Approx(0.364).epsilon(1e-12));
    CHECK(cost.latency.compute_cycles == 4);
    CHECK(cost.counts.macs == 4 * 32 * 16);
    CHECK(cost.bound == "output port");
    // One beat in, 32 * 4 weights, 32 * 16 outputs of a byte.
    CHECK(cost.off_chip_bits == 8 * (64 + 128 + 512));
    CHECK(cost.utilisation == doctest::Approx(2048.0 / (1024.0 * 145.6)));
  }

  TEST_CASE("a dot product fills the array's outputs with zero channels, by hand") {
    // 3 -> 64 channels, 16 pixels, 1x1: 64 steps are 16 channel groups. Loader: slot to 1.6, 16
    // beats to 27.2 cycles. Array: begins with the first beat at 3.2, 64 cycles, 67.2, a lost slot
    // 71.2. Output stage 64 beats of 1.6: 173.6. Hops 32 * 1.6 + 32 = 83.2. In all 256.8.
    const PixelEngine engine = engine_of(64, 32);
    const Layer layer = convolution(3, 64, 4, 1, 1, 0);
    const LayerCost kept = pixel_engine_cost(engine, layer, WeightPlace::OnChip);
    CHECK(kept.latency.total.count() == doctest::Approx(256.8).epsilon(1e-12));
    CHECK(kept.latency.compute_cycles == 64);
    CHECK(kept.counts.macs == 3 * 64 * 16);
    // 16 beats in, no weights, 64 * 16 outputs.
    CHECK(kept.off_chip_bits == 8 * (1024 + 1024));
    // Streamed: 64 lanes * 64 weights are 64 beats, 102.4 cycles; the last slot ends at 106.4, the
    // lost one at 110.4: 39.2 cycles later.
    const LayerCost streamed = pixel_engine_cost(engine, layer, WeightPlace::OffChip);
    CHECK(streamed.latency.total.count() == doctest::Approx(296.0).epsilon(1e-12));
    CHECK(streamed.off_chip_bits == 8 * (1024 + 4096 + 1024));
    CHECK(weight_room(engine, layer) == bytes(4096));
  }

  TEST_CASE("a window of 3x3 fills 32 outputs with 3 channels, 64 with 8, one of 11x11 both") {
    // 4 * 9 = 36 steps of a channel group, 4 * 121 = 484.
    const auto same = [](const PixelEngine& engine, const Layer& a, const Layer& b) {
      return pixel_engine_cost(engine, a).latency.total ==
             pixel_engine_cost(engine, b).latency.total;
    };
    const Layer three = convolution(3, 32, 16, 3, 1, 1);
    const Layer eight = convolution(8, 32, 16, 3, 1, 1);
    CHECK_FALSE(same(engine_of(32, 32), three, eight));
    CHECK(same(engine_of(64, 32), three, eight));
    const Layer wide = convolution(3, 32, 32, 11, 4, 2);
    CHECK_FALSE(same(engine_of(64, 32), wide, convolution(8, 32, 32, 11, 4, 2)));
    PixelEngine any = engine_of(64, 32);
    any.least_steps = 1;
    CHECK_FALSE(same(any, three, eight));
  }

  TEST_CASE("images and groups follow one another, an overhead comes before each") {
    PixelEngine engine = engine_of(32, 32);
    const Layer one = convolution(8, 40, 9, 3, 1, 1);
    Layer grouped = one;
    grouped.bounds[Dim::G] = 3;
    grouped.bounds[Dim::N] = 2;
    CHECK(nanoseconds(engine, grouped) == doctest::Approx(6.0 * nanoseconds(engine, one)));
    const double before = nanoseconds(engine, one);
    engine.layer_overhead = Microseconds{0.45};
    CHECK(nanoseconds(engine, one) == doctest::Approx(before + 450.0));
  }

  TEST_CASE("pools, fully connected layers and sums by hand") {
    const PixelEngine engine = engine_of(32, 32);
    // Average of 7x7 over 512 channels: 128 groups * 49 pixels * 4 ns + (64 + 32) * 4 ns.
    CHECK(nanoseconds(engine, pool(Operator::AveragePool, 512, 7, 7, 1)) ==
          doctest::Approx(25472.0));
    // Maximum of 2x2 on 8 x 8, 4 channels: one tile of 16 outputs, pixels 0 to 63, 4 beats. The
    // first beat is there at 4 ns, 5 slots of 4 ns end at 24; 4 beats + 1 end at 20. 24 + 96 * 4.
    CHECK(nanoseconds(engine, pool(Operator::MaxPool, 4, 8, 2, 2)) == doctest::Approx(408.0));
    // 64 * 64 weights at 16 B/ns.
    Layer connected;
    connected.op = Operator::FullyConnected;
    connected.bounds[Dim::C] = connected.bounds[Dim::M] = 64;
    CHECK(nanoseconds(engine, connected) == doctest::Approx(256.0));
    CHECK(pixel_engine_cost(engine, connected).bound == "weight port");
    // Sum of two maps of 49 pixels, 8 channels: 2 groups * 4 beats * 4 ns.
    Layer add = pool(Operator::Add, 8, 7, 1, 1);
    add.bounds[Dim::C] = 2;
    CHECK(nanoseconds(engine, add) == doctest::Approx(32.0));
    CHECK(pixel_engine_cost(engine, add).off_chip_bits == 8 * (2 * 8 * 64 + 8 * 49));
    // A product is a pointwise convolution whose pixels are its rows.
    Layer product;
    product.op = Operator::MatrixProduct;
    product.bounds[Dim::N] = 64;
    product.bounds[Dim::C] = 8;
    product.bounds[Dim::M] = 40;
    CHECK(nanoseconds(engine, product) ==
          doctest::Approx(nanoseconds(engine, convolution(8, 40, 8, 1, 1, 0))));
  }

  TEST_CASE("energy is MACs, off-chip bits and the board over the time") {
    PixelEngine engine = engine_of(32, 32);
    engine.energy.multiply_add = Picojoules{2.0};
    engine.energy.add = Picojoules{1.0};
    engine.energy.off_chip_bit = Picojoules{10.0};
    engine.energy.board_power = Milliwatts{1000.0};
    // 2048 MACs, 704 B, 364 ns at 1 W = 364,000 pJ.
    const LayerCost cost = pixel_engine_cost(engine, convolution(4, 32, 4, 1, 1, 0));
    CHECK(cost.energy.total.count() == doctest::Approx(2.0 * 2048 + 80.0 * 704 + 364e3));
    Picojoules sum;
    for (const EnergyItem& item : cost.energy.items) sum += item.energy;
    CHECK(sum.count() == doctest::Approx(cost.energy.total.count()));
  }

  TEST_CASE("more bandwidth is never slower, lost slots never faster, MACs never beaten") {
    std::mt19937 random(2);
    for (int i = 0; i < 100; ++i) {
      CAPTURE(i);
      const Layer layer = random_convolution(random);
      PixelEngine engine = engine_of(1 + i % 50, 1 + i % 70);
      const LayerCost cost = pixel_engine_cost(engine, layer);
      CHECK(cost.utilisation <= 1.0);
      CHECK(cost.off_chip_bits >=
            8 * (words(layer, Tensor::Weight) + words(layer, Tensor::Output)));
      PixelEngine faster = engine;
      faster.bandwidth = BitsPerCycle{500.0};
      CHECK(pixel_engine_cost(faster, layer).latency.total <= cost.latency.total);
      PixelEngine lossless = engine;
      lossless.pass_slot = 0;
      CHECK(pixel_engine_cost(lossless, layer).latency.total <= cost.latency.total);
      PixelEngine wider = engine;
      wider.weight_port = bytes(128);
      CHECK(pixel_engine_cost(wider, layer).latency.total <= cost.latency.total);
      PixelEngine larger = engine;
      larger.p += 7;
      CHECK(burst_beats(larger, layer).size() <= burst_beats(engine, layer).size());
    }
  }

  TEST_CASE("an elementwise layer is refused") {
    CHECK_THROWS_WITH_AS(
        pixel_engine_cost(engine_of(1, 1), pool(Operator::Elementwise, 8, 7, 1, 1)),
        doctest::Contains("no unit for elementwise operations"), InputError);
  }

  TEST_CASE("a layer of too many passes is refused, not followed for hours") {
    // 25,000,000 tiles; 160,000 tiles times 2^20.
    CHECK_THROWS_WITH_AS(pixel_engine_cost(engine_of(1, 1), convolution(1, 1, 5000, 1, 1, 0)),
                         "layer: 25000000 pixel tiles, at most 16777216; make the map smaller",
                         InputError);
    CHECK_THROWS_WITH_AS(
        pixel_engine_cost(engine_of(1, 1), convolution(1, std::int64_t{1} << 20, 400, 1, 1, 0)),
        "layer: 160000 pixel tiles, each 1048576 times, are more passes than a pixel engine's "
        "model follows (268435456); make the layer smaller",
        InputError);
  }
}

}  // namespace tilewise
