#include "sim/engine/nvdla_engine.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <random>

#include "arch/architecture_yaml.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "sim/engine/nvdla_layer.hpp"

namespace tilewise {
namespace {

NvdlaEngine shipped() {
  return std::get<NvdlaEngine>(read_hardware(YamlNode::load_file(find_config("arch", "nv_small"))));
}

/// A convolution of stride 1 that keeps the size of the map.
Layer convolution(std::int64_t inputs, std::int64_t outputs, std::int64_t image,
                  std::int64_t kernel) {
  Layer layer;
  layer.name = "layer";
  layer.bounds[Dim::C] = inputs;
  layer.bounds[Dim::M] = outputs;
  layer.bounds[Dim::P] = layer.bounds[Dim::Q] = image;
  layer.bounds[Dim::R] = layer.bounds[Dim::S] = kernel;
  layer.padding = {kernel / 2, kernel / 2};
  layer.image = {image, image};
  check_layer(layer);
  return layer;
}

Layer fully_connected(std::int64_t inputs, std::int64_t outputs) {
  Layer layer;
  layer.name = "fc";
  layer.op = Operator::FullyConnected;
  layer.bounds[Dim::C] = inputs;
  layer.bounds[Dim::M] = outputs;
  return layer;
}

Cycles total(const NvdlaEngine& engine, const Layer& layer) {
  return nvdla_run(engine, layer).run.total;
}

HardwareLayer whole(const Layer& layer) {
  const auto& d = layer.bounds;
  return {layer.image.vertical * layer.image.horizontal, d[Dim::C], d[Dim::M],
          d[Dim::R] * d[Dim::S], d[Dim::P] * d[Dim::Q]};
}

/// Of all ways to give weights what the inputs leave; empty: none fits.
std::optional<Cycles> fastest(const NvdlaEngine& engine, const HardwareLayer& layer) {
  const BankNeed need = banks_needed(engine, layer);
  std::optional<Cycles> best;
  for (std::int64_t weights = need.weights; weights + need.data <= engine.banks; ++weights) {
    const Cycles cycles = hardware_layer_cycles(engine, layer, weights);
    if (!best || cycles < *best) best = cycles;
  }
  return best;
}

/// Rows of the map that rows `first` to `last` of the output touch, counted one by one.
std::int64_t touched_rows(const Layer& layer, std::int64_t first, std::int64_t last) {
  std::int64_t least = layer.image.vertical;
  std::int64_t most = -1;
  for (std::int64_t p = first; p <= last; ++p) {
    for (std::int64_t r = 0; r < layer.bounds[Dim::R]; ++r) {
      const std::int64_t row = p * layer.stride.vertical + r - layer.padding.vertical;
      if (row < 0 || row >= layer.image.vertical) continue;
      least = std::min(least, row);
      most = std::max(most, row);
    }
  }
  return most - least + 1;
}

/// Of all numbers of pieces of least height the fastest.
std::optional<Cycles> fastest_split(const NvdlaEngine& engine, const Layer& layer) {
  const std::int64_t rows = layer.bounds[Dim::P];
  std::optional<Cycles> best;
  for (std::int64_t count = 1; count <= rows; ++count) {
    const std::int64_t height = (rows + count - 1) / count;
    std::optional<Cycles> sum = Cycles{};
    for (std::int64_t first = 0; first < rows && sum; first += height) {
      const std::int64_t last = std::min(first + height, rows) - 1;
      HardwareLayer piece = whole(layer);
      piece.pixels = touched_rows(layer, first, last) * layer.image.horizontal;
      piece.atoms = (last - first + 1) * layer.bounds[Dim::Q];
      const auto cycles = fastest(engine, piece);
      sum = cycles ? std::optional(*sum + *cycles) : std::nullopt;
    }
    if (sum && (!best || *sum < *best)) best = sum;
  }
  return best;
}

}  // namespace

TEST_SUITE("nvdla engine") {
  TEST_CASE("the buffer is divided best, and a division that is given is kept") {
    std::mt19937 random(3);
    const auto draw = [&](std::int64_t least, std::int64_t most) {
      return std::uniform_int_distribution<std::int64_t>(least, most)(random);
    };
    for (int i = 0; i < 60; ++i) {
      CAPTURE(i);
      NvdlaEngine engine = shipped();
      const Layer layer = convolution(draw(1, 100), draw(1, 100), draw(3, 20), 1 + 2 * draw(0, 2));
      const auto best = fastest(engine, whole(layer));
      if (!best) continue;
      const NvdlaRun chosen = nvdla_run(engine, layer);
      CHECK(chosen.run.total == *best);
      CHECK(chosen.pieces == 1);
      engine.weight_banks = chosen.weight_banks;
      CHECK(total(engine, layer) == *best);
      const BankNeed need = banks_needed(engine, whole(layer));
      engine.weight_banks = need.weights;
      CHECK(total(engine, layer) == hardware_layer_cycles(engine, whole(layer), need.weights));
      engine.weight_banks.reset();
      engine.data_banks = engine.banks - need.weights;  // what is left is the least
      CHECK(total(engine, layer) == hardware_layer_cycles(engine, whole(layer), need.weights));
      engine.data_banks.reset();
      engine.banks += 5;  // each division that there was is still there
      CHECK(total(engine, layer) <= *best);
    }
  }

  TEST_CASE("two groups of weights are best where one waits for the other's place") {
    // A trace of nv_small: 26 x 32 x 76 take 17 banks, a group of 8 x 76 x 18 B takes 3.
    NvdlaEngine engine = shipped();
    Layer layer = convolution(76, 270, 26, 3);
    layer.image = {26, 32};
    layer.bounds[Dim::S] = 6;
    layer.padding = {2, 2};
    layer.bounds[Dim::P] = 28;
    layer.bounds[Dim::Q] = 29;
    check_layer(layer);
    const NvdlaRun chosen = nvdla_run(engine, layer);
    CHECK(chosen.weight_banks == 6);
    for (const std::int64_t banks : {3, 5, 7, 15}) {
      engine.weight_banks = banks;
      CHECK(total(engine, layer) > chosen.run.total);
    }
  }

  TEST_CASE("a map that does not fit runs in pieces of rows, each a layer with its halo") {
    const NvdlaEngine engine = shipped();
    // 64 x 64 pixels of 8 surfaces: 32768 entries, 64 banks of the 32.
    const Layer layer = convolution(64, 32, 64, 3);
    const NvdlaRun run = nvdla_run(engine, layer);
    CHECK(run.run.total == *fastest_split(engine, layer));
    // Banks of 512 entries, a row of 512: 31 rows beside one bank of weights, but a group takes
    // two, so 30; three pieces of 22, 22, 20 output rows read 23, 24, 21 rows.
    CHECK(run.pieces == 3);
    CHECK(run.run.off_chip_bits[Tensor::Input] == 8 * (23 + 24 + 21) * 64 * 64);
    CHECK(run.run.off_chip_bits[Tensor::Weight] == 3 * 8 * 64 * 32 * 9);
    CHECK(run.run.off_chip_bits[Tensor::Output] == 8 * 64 * 64 * 32);
    for (const Layer& other : {convolution(96, 8, 48, 5), convolution(16, 24, 96, 1)}) {
      CHECK(total(engine, other) == *fastest_split(engine, other));
    }
  }

  TEST_CASE("images and groups follow one another") {
    const NvdlaEngine engine = shipped();
    const Layer one = convolution(16, 24, 10, 3);
    Layer many = one;
    many.bounds[Dim::N] = 2;
    many.bounds[Dim::G] = 3;
    CHECK(total(engine, many) == total(engine, one) * std::int64_t{6});
    CHECK(nvdla_engine_cost(engine, many).off_chip_bits ==
          6 * nvdla_engine_cost(engine, one).off_chip_bits);
  }

  TEST_CASE("a cost names what binds, and counts MACs and off-chip bits") {
    const NvdlaEngine engine = shipped();
    const LayerCost convolved = nvdla_engine_cost(engine, convolution(64, 64, 14, 3));
    CHECK(convolved.bound == "compute");
    CHECK(convolved.counts.macs == 64 * 64 * 14 * 14 * 9);
    CHECK(convolved.counts.compute_cycles == 8 * 8 * 9 * 14 * 14);  // 196 atoms: no short stripe
    CHECK(convolved.utilisation ==
          doctest::Approx(64.0 * 8 * 8 * 9 * 196 / (64.0 * convolved.latency.total.count())));
    CHECK(convolved.energy.total.count() ==
          doctest::Approx(engine.energy.off_chip_bit.count() *
                              static_cast<double>(convolved.off_chip_bits) +
                          engine.energy.multiply_add.count() * 64 * 64 * 14 * 14 * 9));
    // 1024 x 1024 weights over the port, 2 cycles for 8 of them; 128 operations of 8 cycles a
    // group.
    const LayerCost connected = nvdla_engine_cost(engine, fully_connected(1024, 1024));
    CHECK(connected.bound == "read port");
    CHECK(connected.latency.total.count() > 2.0 * 1024 * 1024 / 8);
    CHECK(connected.latency.total.count() < 1.02 * 2.0 * 1024 * 1024 / 8);
    CHECK(nvdla_engine_cost(engine, convolution(8, 64, 14, 1)).bound == "output");
  }

  TEST_CASE("what is no convolution, and what does not fit, is refused with the cure") {
    NvdlaEngine engine = shipped();
    const auto said = [&](const Layer& layer) {
      return refusal([&] { nvdla_engine_cost(engine, layer); });
    };
    Layer pool = convolution(1, 1, 8, 3);
    for (const Operator op : {Operator::MaxPool, Operator::AveragePool, Operator::Add,
                              Operator::Elementwise, Operator::MatrixProduct}) {
      pool.op = op;
      CHECK(said(pool) == "layer: NVDLA's model has convolutions and fully connected layers, no " +
                              std::string(name(op)) +
                              "; take a device with a mapping, such as nvdla_small");
    }
    // VGG16's first: 8 * 25088 B are 49 banks.
    CHECK(
        says(said(fully_connected(25088, 4096)),
             "fc: does not fit the convolution buffer: the inputs of one output row take 7 banks, "
             "the weights of one kernel group 49; there are 32; split the layer by channels"));
    engine.data_banks = 4;
    engine.weight_banks = 8;
    CHECK(says(said(fully_connected(25088, 4096)), "there are 32, 4 for data, 8 for weights;"));
    CHECK(says(said(convolution(8, 1 << 20, 1000, 1)), "are more than NVDLA's model follows"));
  }
}

}  // namespace tilewise
