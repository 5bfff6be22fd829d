#include "sim/engine/tiled_engine.hpp"

#include <algorithm>

#include "base/integers.hpp"

namespace tilewise {
namespace {

/// Rows (columns) of the input that `outputs` of a window touch, S T + K - S of F11.
std::int64_t touched(std::int64_t outputs, std::int64_t stride, std::int64_t kernel) {
  return std::max<std::int64_t>(1, stride * outputs + kernel - stride);
}

}  // namespace

std::int64_t lane_count(const EngineLanes& lanes) {
  return checked_product({lanes.tm, lanes.tn, lanes.tp, lanes.tq}, "lanes");
}

EngineWork engine_work(const Layer& layer) {
  const auto& bounds = layer.bounds;
  const bool one_output = bounds[Dim::M] == 1;
  EngineWork work;
  work.outputs = one_output ? bounds[Dim::G] : bounds[Dim::M];
  work.inputs = bounds[Dim::C];
  work.rows = bounds[Dim::P];
  work.columns = bounds[Dim::Q];
  work.kernel = {bounds[Dim::R], bounds[Dim::S]};
  work.stride = layer.stride;
  work.copies = checked_multiply(bounds[Dim::N], one_output ? 1 : bounds[Dim::G], "copies");
  return work;
}

std::int64_t engine_cycles(const EngineWork& work, const EngineLanes& lanes) {
  return checked_product(
      {work.copies, ceil_div(work.rows, lanes.tp), ceil_div(work.columns, lanes.tq),
       ceil_div(work.inputs, lanes.tn), ceil_div(work.outputs, lanes.tm), work.kernel.vertical,
       work.kernel.horizontal},
      "cycles of an engine");
}

EnumArray<Tensor, std::int64_t> tile_words(const EngineWork& work, const EngineLanes& lanes,
                                           const EngineTile& tile) {
  EnumArray<Tensor, std::int64_t> words;
  words[Tensor::Input] =
      checked_product({lanes.tn, touched(tile.rows, work.stride.vertical, work.kernel.vertical),
                       touched(tile.columns, work.stride.horizontal, work.kernel.horizontal)},
                      "input tile");
  words[Tensor::Weight] = checked_product(
      {lanes.tm, lanes.tn, work.kernel.vertical, work.kernel.horizontal}, "weight tile");
  words[Tensor::Output] = checked_product({lanes.tm, tile.rows, tile.columns}, "output tile");
  return words;
}

Bits compulsory_traffic(const Layer& layer) {
  Bits sum{0};
  for (const Tensor t : kTensors) {
    if (!has_tensor(layer, t)) continue;
    sum += Bits{checked_multiply(words(layer, t), layer.widths.tensor[t].count(), "bits")};
  }
  return sum;
}

}  // namespace tilewise
