#include "sim/engine/pixel_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "sim/engine/engine_cost.hpp"
#include "sim/engine/pixel_passes.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostTiles = std::int64_t{1} << 24;
constexpr std::int64_t kMostPasses = std::int64_t{1} << 28;

/// Where the image of a layer lies, and the windows over it.
struct Windows {
  std::int64_t rows = 1;     ///< output rows
  std::int64_t columns = 1;  ///< output columns
  Plane image;
  Plane stride;
  Plane padding{0, 0};
  Plane span;  ///< rows, columns from the first to the last of a window
};

Windows windows_of(const Layer& layer) {
  const auto& d = layer.bounds;
  if (layer.op == Operator::MatrixProduct) return {1, d[Dim::N], {1, d[Dim::N]}, {}, {0, 0}, {}};
  return {d[Dim::P],
          d[Dim::Q],
          layer.image,
          layer.stride,
          layer.padding,
          {(d[Dim::R] - 1) * layer.dilation.vertical + 1,
           (d[Dim::S] - 1) * layer.dilation.horizontal + 1}};
}

/// Pixels of one channel group in a beat (FPGA I1).
std::int64_t pixels_of_beat(const PixelEngine& engine) {
  return engine.beat.count() / (engine.operand_width.count() * engine.channel_group);
}

/// A coordinate of the padded image as one of the image that is nearest to it.
std::int64_t inside(std::int64_t at, std::int64_t padding, std::int64_t size) {
  return std::clamp<std::int64_t>(at - padding, 0, std::max<std::int64_t>(size, 1) - 1);
}

/// FPGA I2 and I3 for the tile of output pixels `first` to `last`.
std::int64_t beats_between(const Windows& w, std::int64_t first, std::int64_t last,
                           std::int64_t pixels) {
  const auto pixel = [&](std::int64_t output, Plane within) {
    const std::int64_t row = output / w.columns * w.stride.vertical + within.vertical;
    const std::int64_t column = output % w.columns * w.stride.horizontal + within.horizontal;
    return inside(row, w.padding.vertical, w.image.vertical) * w.image.horizontal +
           inside(column, w.padding.horizontal, w.image.horizontal);
  };
  const std::int64_t low = pixel(first, {0, 0});
  const std::int64_t high = pixel(last, {w.span.vertical - 1, w.span.horizontal - 1});
  return std::max(high, low) / pixels - low / pixels + 1;
}

/// The cycles of a beat and of a slot of the array.
PixelClocks clocks_of(const PixelEngine& engine) {
  return {transfer_cycles(static_cast<double>(engine.beat.count()), engine.bandwidth),
          Cycles{static_cast<double>(engine.channel_group)}};
}

Cycles overhead_of(const PixelEngine& engine) {
  return Cycles{engine.layer_overhead.count() * engine.clock.count()};
}

void check_passes(const Layer& layer, std::int64_t outer, std::int64_t tiles) {
  if (tiles <= kMostPasses / outer) return;
  throw InputError(fmt::format(
      "{}: {} pixel tiles, each {} times, are more passes than a pixel engine's model follows "
      "({}); make the layer smaller",
      layer.name, tiles, outer, kMostPasses));
}

/// Channel groups of a pass: those of the layer, and zeros up to the least steps (FPGA I10).
std::int64_t channel_groups(const PixelEngine& engine, const Layer& layer) {
  const auto& d = layer.bounds;
  const std::int64_t steps =
      checked_product({engine.channel_group, d[Dim::R], d[Dim::S]}, "steps of a channel group");
  return std::max(ceil_div(d[Dim::C], engine.channel_group),
                  ceil_div(steps_at_least(engine), steps));
}

/// Words of weights that a tile of outputs takes.
std::int64_t tile_weights(const PixelEngine& engine, const Layer& layer) {
  return checked_product({engine.m, engine.channel_group, channel_groups(engine, layer),
                          layer.bounds[Dim::R], layer.bounds[Dim::S]},
                         "weights of a pass");
}

/// Whether the weight memory is for them: the second operand of a product may be an activation.
bool has_kept_weights(Operator op) {
  return op == Operator::Convolution || op == Operator::Depthwise;
}

std::int64_t sum(const std::vector<std::int64_t>& beats) {
  return std::accumulate(beats.begin(), beats.end(), std::int64_t{0});
}

std::int64_t bits_of_words(const PixelEngine& engine, std::int64_t words) {
  return checked_multiply(words, engine.operand_width.count(), "off-chip bits");
}

std::int64_t bits_of_beats(const PixelEngine& engine, std::initializer_list<std::int64_t> beats) {
  return checked_multiply(checked_product(beats, "beats"), engine.beat.count(), "off-chip bits");
}

/// Convolutions and matrix products (FPGA I1 to I8, I10, I11).
EngineRun run_convolution(const PixelEngine& engine, const Layer& layer, WeightPlace place) {
  const auto& d = layer.bounds;
  const std::int64_t window = checked_multiply(d[Dim::R], d[Dim::S], "window");
  const bool product = layer.op == Operator::MatrixProduct;
  const std::int64_t runs =
      checked_multiply(product ? 1 : d[Dim::N], d[Dim::G], "images and groups");
  const std::vector<std::int64_t> beats = burst_beats(engine, layer);
  const auto tiles = static_cast<std::int64_t>(beats.size());
  const std::int64_t groups = channel_groups(engine, layer);
  const std::int64_t m_tiles = ceil_div(d[Dim::M], engine.m);
  check_passes(layer, m_tiles, tiles);
  const std::int64_t weights = place == WeightPlace::OnChip ? 0 : tile_weights(engine, layer);

  PixelPasses passes;
  passes.clocks = clocks_of(engine);
  passes.groups = groups;
  passes.group_work = passes.clocks.slot * window;
  passes.weight_load = passes.clocks.beat * (static_cast<double>(bits_of_words(engine, weights)) /
                                             static_cast<double>(engine.weight_port.count()));
  passes.output_store = passes.clocks.beat * engine.m;
  passes.lost_slots = engine.pass_slot;
  passes.m_tiles = m_tiles;
  passes.input_ring = engine.input_ring;
  const Cycles stored = last_store(passes, beats);
  // FPGA I6: P hops of the output chain at the port's clock, of the operands at the engine's.
  const Cycles hops = passes.clocks.beat * engine.p + Cycles{static_cast<double>(engine.p)};

  EngineRun run;
  run.total = (stored + hops + overhead_of(engine)) * runs;
  const auto all = static_cast<double>(m_tiles * tiles) * static_cast<double>(runs);
  const auto bursts = static_cast<double>(sum(beats)) * static_cast<double>(groups * m_tiles);
  run.loads = {{"compute", passes.group_work * groups * all},
               {"image port", passes.clocks.beat * (bursts * static_cast<double>(runs))},
               {"weight port", passes.weight_load * (static_cast<double>(m_tiles * runs))},
               {"output port", passes.output_store * all}};
  run.off_chip_bits[Tensor::Input] = bits_of_beats(engine, {runs, m_tiles, groups, sum(beats)});
  run.off_chip_bits[Tensor::Weight] =
      bits_of_words(engine, checked_product({runs, m_tiles, weights}, "weights"));
  run.off_chip_bits[Tensor::Output] = bits_of_words(engine, words(layer, Tensor::Output));
  return run;
}

/// Weights stream once a row at the rate of their port (FPGA I9).
EngineRun run_fully_connected(const PixelEngine& engine, const Layer& layer) {
  const PixelClocks clocks = clocks_of(engine);
  EngineRun run;
  run.off_chip_bits[Tensor::Weight] = bits_of_words(engine, macs(layer));
  run.off_chip_bits[Tensor::Input] = bits_of_words(engine, stored_words(layer, Tensor::Input));
  run.off_chip_bits[Tensor::Output] = bits_of_words(engine, words(layer, Tensor::Output));
  run.total = clocks.beat * (static_cast<double>(run.off_chip_bits[Tensor::Weight]) /
                             static_cast<double>(engine.weight_port.count()));
  const auto units = static_cast<double>(engine.m * engine.p);
  run.loads = {{"compute", Cycles{static_cast<double>(macs(layer)) / units}},
               {"weight port", run.total}};
  run.total += overhead_of(engine);
  return run;
}

/// The latency of the pool unit: the words of a beat and P hops, at the port's clock (FPGA I9).
Cycles pool_tail(const PixelEngine& engine) {
  const std::int64_t words = engine.beat.count() / engine.operand_width.count();
  return clocks_of(engine).beat * (words + engine.p);
}

EngineRun run_max_pool(const PixelEngine& engine, const Layer& layer) {
  const auto& d = layer.bounds;
  const std::vector<std::int64_t> beats = burst_beats(engine, layer);
  const auto tiles = static_cast<std::int64_t>(beats.size());
  const std::int64_t groups = ceil_div(d[Dim::G], engine.channel_group);
  check_passes(layer, groups, tiles);
  const Cycles beat = clocks_of(engine).beat;
  const Cycles work = beat * (checked_multiply(d[Dim::R], d[Dim::S], "window") + 1);
  Cycles loaded;
  Cycles done;
  for (std::int64_t group = 0; group < groups; ++group) {
    for (const std::int64_t burst : beats) {
      const Cycles first = loaded + beat;
      loaded += beat * burst;
      done = std::max({done + work, first + work, loaded + beat});
    }
  }
  EngineRun run;
  run.total = (done + pool_tail(engine) + overhead_of(engine)) * d[Dim::N];
  const auto passes = static_cast<double>(groups * tiles) * static_cast<double>(d[Dim::N]);
  run.off_chip_bits[Tensor::Input] = bits_of_beats(engine, {d[Dim::N], groups, sum(beats)});
  run.off_chip_bits[Tensor::Output] = bits_of_words(engine, words(layer, Tensor::Output));
  const double image = static_cast<double>(run.off_chip_bits[Tensor::Input]) /
                       static_cast<double>(engine.beat.count());
  run.loads = {{"compute", work * passes}, {"image port", beat * image}};
  return run;
}

/// Beats of `maps` whole maps of `pixels`, each begun on a beat (FPGA I1).
std::int64_t map_beats(const PixelEngine& engine, std::int64_t maps, std::int64_t pixels) {
  return checked_multiply(maps, ceil_div(pixels, pixels_of_beat(engine)), "beats");
}

/// One pixel of a channel group a beat, window after window (FPGA I9).
EngineRun run_average_pool(const PixelEngine& engine, const Layer& layer) {
  const auto& d = layer.bounds;
  const std::int64_t groups = ceil_div(d[Dim::G], engine.channel_group);
  const std::int64_t steps =
      checked_product({groups, d[Dim::R], d[Dim::S], d[Dim::P], d[Dim::Q]}, "steps of a pool");
  const Cycles beat = clocks_of(engine).beat;
  EngineRun run;
  run.total = (beat * steps + pool_tail(engine) + overhead_of(engine)) * d[Dim::N];
  const std::int64_t pixels =
      checked_multiply(layer.image.vertical, layer.image.horizontal, "pixels of an image");
  const std::int64_t image = map_beats(engine, checked_multiply(d[Dim::N], groups, "maps"), pixels);
  run.loads = {{"compute", beat * steps * d[Dim::N]}, {"image port", beat * image}};
  run.off_chip_bits[Tensor::Input] = bits_of_beats(engine, {image});
  run.off_chip_bits[Tensor::Output] = bits_of_words(engine, words(layer, Tensor::Output));
  return run;
}

/// Sums of two operands on two ports, one after the other (FPGA I9; measured with two operands).
EngineRun run_add(const PixelEngine& engine, const Layer& layer) {
  const auto& d = layer.bounds;
  const std::int64_t groups = ceil_div(d[Dim::G], engine.channel_group);
  const std::int64_t sums = std::max<std::int64_t>(1, d[Dim::C] - 1);
  const std::int64_t pixels = checked_multiply(d[Dim::P], d[Dim::Q], "pixels of a map");
  const std::int64_t beats =
      map_beats(engine, checked_product({d[Dim::N], groups, sums}, "maps"), pixels);
  const Cycles busy = clocks_of(engine).beat * beats;
  EngineRun run;
  run.total = busy + overhead_of(engine);
  run.loads = {{"compute", Cycles{}}, {"image port", busy}};
  run.off_chip_bits[Tensor::Input] = bits_of_beats(engine, {2, beats});
  run.off_chip_bits[Tensor::Output] =
      bits_of_words(engine, checked_multiply(sums, words(layer, Tensor::Output), "sums"));
  return run;
}

EngineRun run_of(const PixelEngine& engine, const Layer& layer, WeightPlace weights) {
  switch (layer.op) {
    case Operator::Convolution:
    case Operator::Depthwise:
    case Operator::MatrixProduct: return run_convolution(engine, layer, weights);
    case Operator::FullyConnected: return run_fully_connected(engine, layer);
    case Operator::MaxPool: return run_max_pool(engine, layer);
    case Operator::AveragePool: return run_average_pool(engine, layer);
    case Operator::Add: return run_add(engine, layer);
    case Operator::Elementwise: refuse_elementwise(layer);
  }
  return {};
}

}  // namespace

std::vector<std::int64_t> burst_beats(const PixelEngine& engine, const Layer& layer) {
  const Windows windows = windows_of(layer);
  const std::int64_t pixels = checked_multiply(windows.rows, windows.columns, "output pixels");
  const std::int64_t tiles = ceil_div(pixels, engine.p);
  if (tiles > kMostTiles) {
    throw InputError(fmt::format("{}: {} pixel tiles, at most {}; make the map smaller", layer.name,
                                 tiles, kMostTiles));
  }
  std::vector<std::int64_t> beats;
  beats.reserve(static_cast<std::size_t>(tiles));
  for (std::int64_t first = 0; first < pixels; first += engine.p) {
    const std::int64_t last = std::min(first + engine.p, pixels) - 1;
    beats.push_back(beats_between(windows, first, last, pixels_of_beat(engine)));
  }
  return beats;
}

LayerCost pixel_engine_cost(const PixelEngine& engine, const Layer& layer, WeightPlace weights) {
  return engine_cost(engine, layer, run_of(engine, layer, weights),
                     checked_multiply(engine.m, engine.p, "MACs of the engine"));
}

LayerCost pixel_engine_cost(const PixelEngine& engine, const Layer& layer) {
  const Bits room = weight_room(engine, layer);
  const bool fits = room > Bits{} && engine.weight_memory && room <= *engine.weight_memory;
  return pixel_engine_cost(engine, layer, fits ? WeightPlace::OnChip : WeightPlace::OffChip);
}

Bits weight_room(const PixelEngine& engine, const Layer& layer) {
  if (!has_kept_weights(layer.op)) return Bits{};
  const std::int64_t words = checked_product(
      {layer.bounds[Dim::G], ceil_div(layer.bounds[Dim::M], engine.m), tile_weights(engine, layer)},
      "weights of a layer");
  return Bits{bits_of_words(engine, words)};
}

}  // namespace tilewise
