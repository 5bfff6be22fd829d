#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "sim/engine/streaming.hpp"

namespace tilewise {
namespace {

constexpr double kRounding = 1e-9;

std::int64_t output_channels(const Layer& layer) {
  return layer.bounds[Dim::G] * layer.bounds[Dim::M];
}

std::int64_t output_pixels(const Layer& layer) {
  return layer.bounds[Dim::P] * layer.bounds[Dim::Q];
}

std::int64_t image_pixels(const Layer& layer) {
  if (layer.op == Operator::FullyConnected) return 1;
  return checked_multiply(layer.image.vertical, layer.image.horizontal, "pixels");
}

bool is_global(const Layer& layer) {
  return layer.bounds[Dim::P] == 1 && layer.bounds[Dim::Q] == 1 &&
         layer.bounds[Dim::R] == layer.image.vertical &&
         layer.bounds[Dim::S] == layer.image.horizontal;
}

StageKind kind_of(const Layer& layer) {
  switch (layer.op) {
    case Operator::Convolution:
    case Operator::FullyConnected: return StageKind::Matrix;
    case Operator::Depthwise: return StageKind::Depthwise;
    case Operator::AveragePool:
    case Operator::MaxPool: return is_global(layer) ? StageKind::GlobalPool : StageKind::Pool;
    case Operator::Add: return StageKind::Sum;
    case Operator::Elementwise:
      throw InputError(fmt::format(
          "{}: an elementwise layer is no stage of a streaming design, whose stages multiply, pool "
          "or add; choose another organisation",
          layer.name));
    case Operator::MatrixProduct: break;
  }
  throw InputError(
      fmt::format("{}: a matrix product is no stage of a streaming design, both of its operands "
                  "change; choose another organisation",
                  layer.name));
}

StreamStage stage_of(const Layer& layer, StreamWidth width) {
  if (layer.bounds[Dim::N] != 1) {
    throw InputError(
        fmt::format("{}: a streaming design takes one image after the other; expected "
                    "batch 1, found {}",
                    layer.name, layer.bounds[Dim::N]));
  }
  StreamStage stage;
  stage.kind = kind_of(layer);
  stage.outputs = output_channels(layer);
  stage.inputs = layer.bounds[Dim::C];
  stage.channels =
      layer.op == Operator::Add ? stage.outputs : layer.bounds[Dim::G] * layer.bounds[Dim::C];
  stage.out_pixels = output_pixels(layer);
  stage.in_pixels = image_pixels(layer);
  stage.in_columns = layer.image.horizontal;
  stage.kernel_rows = layer.bounds[Dim::R];
  stage.kernel_columns = layer.bounds[Dim::S];
  stage.activation = width.value_or(layer.widths.tensor[Tensor::Input]);
  stage.weight = width.value_or(layer.widths.tensor[Tensor::Weight]);
  return stage;
}

/// Input pixels before the first output (S1): (k - 1 - p) rows and k - p pixels of a kxk window.
double first_output_delay(const Layer& layer) {
  if (layer.op == Operator::Add) return 0.0;
  const std::int64_t rows = (layer.bounds[Dim::R] - 1) * layer.dilation.vertical;
  const std::int64_t columns = (layer.bounds[Dim::S] - 1) * layer.dilation.horizontal + 1;
  const std::int64_t pixels =
      (rows - layer.padding.vertical) * layer.image.horizontal + columns - layer.padding.horizontal;
  const std::int64_t all = image_pixels(layer);
  return static_cast<double>(std::clamp<std::int64_t>(pixels, 1, all)) / static_cast<double>(all);
}

/// A tensor on its way: its channels, and the share of an interval after which its first pixel is
/// there.
struct Stream {
  std::int64_t channels = 0;
  double start = 0.0;
};

class PipelineBuilder {
 public:
  PipelineBuilder(const Network& network, StreamWidth width) : network_(network), width_(width) {}

  StreamPipeline build() {
    streams_.resize(network_.size());
    for (const std::size_t index : topological_order(network_)) add(index);
    for (std::size_t i = 0; i < network_.size(); ++i) {
      made_.path = std::max(made_.path, streams_[i].start);
      const Layer& layer = network_.layer(i);
      if (network_.inputs_of(i).empty()) made_.input += bits(layer, Tensor::Input);
      if (network_.consumers_of(i).empty()) made_.output += bits(layer, Tensor::Output);
    }
    return made_;
  }

 private:
  void add(std::size_t index) {
    const Layer& layer = network_.layer(index);
    const std::vector<std::size_t> inputs = network_.inputs_of(index);
    double start = 0.0;
    for (const std::size_t input : inputs) start = std::max(start, streams_[input].start);
    StreamStage stage = stage_of(layer, width_);
    if (stage.kind == StageKind::Sum) {
      stage.inputs = std::max<std::int64_t>(static_cast<std::int64_t>(inputs.size()), 2);
      stage.fifo_words = waiting(inputs, start, stage.in_pixels);
    } else if (inputs.size() > 1) {
      add_join(layer, inputs, start);
    }
    made_.stages.push_back(std::move(stage));
    made_.names.push_back(layer.name);
    streams_[index] = {output_channels(layer), start + first_output_delay(layer)};
  }

  void add_join(const Layer& layer, const std::vector<std::size_t>& inputs, double start) {
    StreamStage join;
    join.kind = StageKind::Join;
    join.in_pixels = join.out_pixels = image_pixels(layer);
    join.outputs = join.channels = layer.bounds[Dim::G] * layer.bounds[Dim::C];
    join.activation = width_.value_or(layer.widths.tensor[Tensor::Input]);
    join.fifo_words = waiting(inputs, start, join.in_pixels);
    made_.stages.push_back(std::move(join));
    made_.names.push_back(layer.name + ".join");
  }

  /// Words of the operands that come before the last one, sorted (S3).
  std::vector<std::int64_t> waiting(const std::vector<std::size_t>& inputs, double start,
                                    std::int64_t pixels) const {
    std::vector<std::int64_t> words;
    for (const std::size_t input : inputs) {
      const double early = (start - streams_[input].start) * static_cast<double>(pixels);
      const auto held = static_cast<std::int64_t>(std::ceil(early - kRounding));
      if (held > 0) words.push_back(checked_multiply(held, streams_[input].channels, "FIFO"));
    }
    std::sort(words.begin(), words.end());
    return words;
  }

  Bits bits(const Layer& layer, Tensor t) const {
    const Bits word = width_.value_or(layer.widths.tensor[t]);
    return Bits{checked_multiply(stored_words(layer, t), word.count(), "bits of an image")};
  }

  const Network& network_;
  StreamWidth width_;
  std::vector<Stream> streams_;
  StreamPipeline made_;
};

}  // namespace

StreamPipeline stream_pipeline(const Network& network, StreamWidth width) {
  return PipelineBuilder(network, width).build();
}

}  // namespace tilewise
