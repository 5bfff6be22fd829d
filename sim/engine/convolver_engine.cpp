#include "sim/engine/convolver_engine.hpp"

#include <algorithm>

#include "base/integers.hpp"
#include "sim/engine/engine_cost.hpp"

namespace tilewise {
namespace {

double real(std::int64_t count) { return static_cast<double>(count); }

/// Cycles to move words over the off-chip port.
Cycles move(const ConvolverEngine& engine, double words) {
  return transfer_cycles(words * real(engine.operand_width.count()), engine.bandwidth);
}

std::int64_t bits(const ConvolverEngine& engine, std::int64_t words) {
  return checked_multiply(words, engine.operand_width.count(), "off-chip bits");
}

/// A tile along one axis.
struct TileSide {
  std::int64_t tiles = 1;
  std::int64_t outputs = 1;   ///< of a tile
  std::int64_t streamed = 1;  ///< inputs of a tile, padding and halo included
  std::int64_t loaded = 1;    ///< of these, those that a tile reads: no padding of a whole map
};

TileSide tile_side(std::int64_t tile, std::int64_t outputs, std::int64_t stride, std::int64_t span,
                   std::int64_t image) {
  TileSide side;
  side.tiles = ceil_div(outputs, tile);
  side.outputs = std::min(tile, outputs);
  side.streamed = (side.outputs - 1) * stride + span;
  side.loaded = std::min(side.streamed, image);
  return side;
}

/// FPGA Q1 to Q3: nothing overlaps, sums stay on chip.
EngineRun run_convolution(const ConvolverEngine& engine, const Layer& layer) {
  const auto& d = layer.bounds;
  const TileSide rows =
      tile_side(engine.tile, d[Dim::P], layer.stride.vertical,
                (d[Dim::R] - 1) * layer.dilation.vertical + 1, layer.image.vertical);
  const TileSide columns =
      tile_side(engine.tile, d[Dim::Q], layer.stride.horizontal,
                (d[Dim::S] - 1) * layer.dilation.horizontal + 1, layer.image.horizontal);
  const std::int64_t tiles =
      checked_product({d[Dim::N], d[Dim::G], rows.tiles, columns.tiles}, "tiles");
  const std::int64_t input_groups = ceil_div(d[Dim::C], engine.tn);
  const std::int64_t output_groups = ceil_div(d[Dim::M], engine.tm);
  const std::int64_t windows = checked_multiply(ceil_div(d[Dim::R], engine.kernel),
                                                ceil_div(d[Dim::S], engine.kernel), "windows");
  // One pixel a cycle through the line buffers; a small map takes as long as a whole tile (Q1).
  const std::int64_t streamed = std::max(checked_multiply(engine.tile, engine.tile, "tile"),
                                         checked_multiply(rows.streamed, columns.streamed, "tile"));
  const std::int64_t weights =
      checked_product({d[Dim::C], d[Dim::R], d[Dim::S], engine.tm}, "weights");
  const std::int64_t outputs = checked_product({engine.tm, rows.outputs, columns.outputs}, "tile");
  const std::int64_t inputs = checked_product({d[Dim::C], rows.loaded, columns.loaded}, "tile");

  const Cycles compute =
      Cycles{real(streamed) * real(windows) * real(input_groups)} * real(output_groups);
  EngineRun run;
  const auto all_tiles = [&](std::int64_t words, std::int64_t times) {
    return checked_product({tiles, times, words}, "off-chip words");
  };
  const std::int64_t input_words = all_tiles(inputs, 1);
  const std::int64_t weight_words = all_tiles(weights, output_groups);
  const std::int64_t output_words = all_tiles(outputs, output_groups);
  const Cycles moved = move(engine, real(input_words) + real(weight_words) + real(output_words));
  run.total = compute * tiles + moved;
  run.loads = {{"compute", compute * tiles}, {"off-chip port", moved}};
  run.off_chip_bits[Tensor::Input] = bits(engine, input_words);
  run.off_chip_bits[Tensor::Weight] = bits(engine, weight_words);
  run.off_chip_bits[Tensor::Output] = bits(engine, output_words);
  return run;
}

/// Weights cross the port once a row; nothing else takes time (FPGA Q3).
EngineRun run_product(const ConvolverEngine& engine, const Layer& layer) {
  EngineRun run;
  run.total = move(engine, real(macs(layer)));
  const auto units = real(engine.tm) * real(engine.tn) * real(engine.kernel * engine.kernel);
  run.loads = {{"compute", Cycles{real(macs(layer)) / units}}, {"off-chip port", run.total}};
  run.off_chip_bits[Tensor::Input] = bits(engine, stored_words(layer, Tensor::Input));
  run.off_chip_bits[Tensor::Weight] = bits(engine, macs(layer));
  run.off_chip_bits[Tensor::Output] = bits(engine, words(layer, Tensor::Output));
  return run;
}

/// Pools and sums: all words cross the port.
EngineRun run_words(const ConvolverEngine& engine, const Layer& layer) {
  const std::int64_t read = stored_words(layer, Tensor::Input);
  const std::int64_t written = words(layer, Tensor::Output);
  EngineRun run;
  run.total = move(engine, real(read) + real(written));
  run.loads = {{"compute", Cycles{}}, {"off-chip port", run.total}};
  run.off_chip_bits[Tensor::Input] = bits(engine, read);
  run.off_chip_bits[Tensor::Output] = bits(engine, written);
  return run;
}

EngineRun run_of(const ConvolverEngine& engine, const Layer& layer) {
  switch (layer.op) {
    case Operator::Convolution:
    case Operator::Depthwise: return run_convolution(engine, layer);
    case Operator::FullyConnected:
    case Operator::MatrixProduct: return run_product(engine, layer);
    case Operator::AveragePool:
    case Operator::MaxPool:
    case Operator::Add: return run_words(engine, layer);
    case Operator::Elementwise: refuse_elementwise(layer);
  }
  return {};
}

}  // namespace

LayerCost convolver_engine_cost(const ConvolverEngine& engine, const Layer& layer) {
  const std::int64_t units =
      checked_product({engine.tm, engine.tn, engine.kernel, engine.kernel}, "multipliers");
  return engine_cost(engine, layer, run_of(engine, layer), units);
}

}  // namespace tilewise
