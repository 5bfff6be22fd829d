#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "workload/onnx/onnx_layers.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;

/// Output positions along one axis that have as many taps of a transposed filter.
struct Phases {
  std::int64_t count = 1;  ///< of the positions 0 to stride - 1
  std::int64_t taps = 1;
};

/// With stride s, position i meets the taps i, i + s, i + 2 s, ...; positions without any give
/// zeros.
std::vector<Phases> phases_of(std::int64_t taps, std::int64_t stride) {
  std::vector<Phases> phases;
  const std::int64_t longer = taps % stride;
  if (longer > 0) phases.push_back({longer, taps / stride + 1});
  if (taps / stride > 0) phases.push_back({stride - longer, taps / stride});
  return phases;
}

/// The attribute's number for one of `axes` axes.
std::int64_t along(const OnnxNode& node, std::string_view attribute, std::size_t axis,
                   std::size_t axes, std::int64_t fallback) {
  const Dims given = integers_or(node, attribute, {});
  if (given.empty()) return fallback;
  if (given.size() != axes) {
    throw InputError(fmt::format("{}: {} numbers; expected one for each axis of the map", attribute,
                                 given.size()));
  }
  return given[axis];
}

/// One axis of a map of a transposed convolution.
struct TransposedAxis {
  std::int64_t image = 1;
  std::int64_t taps = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
};

Layer phase_layer(const Dims& x, std::int64_t groups, std::int64_t outputs,
                  const std::array<TransposedAxis, 2>& axes, Phases rows, Phases columns) {
  Layer layer;
  const std::int64_t phases = checked_multiply(rows.count, columns.count, "its stride");
  layer.bounds[Dim::N] = x[0];
  layer.bounds[Dim::G] = groups;
  layer.bounds[Dim::C] = x[1] / groups;
  layer.bounds[Dim::M] = checked_multiply(outputs, phases, "its output channels");
  layer.bounds[Dim::P] = axes[0].image;
  layer.bounds[Dim::Q] = axes[1].image;
  layer.bounds[Dim::R] = rows.taps;
  layer.bounds[Dim::S] = columns.taps;
  layer.dilation = {axes[0].dilation, axes[1].dilation};
  layer.image = {axes[0].image, axes[1].image};
  layer.padding = {(rows.taps - 1) * axes[0].dilation / 2,
                   (columns.taps - 1) * axes[1].dilation / 2};
  const bool is_depthwise = groups > 1 && layer.bounds[Dim::C] == 1 && layer.bounds[Dim::M] == 1;
  layer.op = is_depthwise ? Operator::Depthwise : Operator::Convolution;
  return layer;
}

/// The layer of two axes of a volume; the third, `single`, is without a window or unfolded.
Layer plane_layer(const OnnxNode& node, const Dims& x, const Dims& w, const Dims& y,
                  std::int64_t groups, std::size_t single) {
  std::array<std::size_t, 2> kept{single == 0 ? 1U : 0U, single == 2 ? 1U : 2U};
  const Dims pads = integers_or(node, "pads", {});
  const auto pair = [&](auto of) { return Plane{of(kept[0]), of(kept[1])}; };
  Layer layer;
  layer.bounds[Dim::N] = checked_multiply(x[0], y[2 + single], "its outputs");
  layer.bounds[Dim::G] = groups;
  layer.bounds[Dim::C] = checked_multiply(w[1], w[2 + single], "its channels");
  layer.bounds[Dim::M] = w[0] / groups;
  layer.bounds[Dim::P] = y[2 + kept[0]];
  layer.bounds[Dim::Q] = y[2 + kept[1]];
  layer.bounds[Dim::R] = w[2 + kept[0]];
  layer.bounds[Dim::S] = w[2 + kept[1]];
  layer.image = pair([&](std::size_t axis) { return x[2 + axis]; });
  layer.stride = pair([&](std::size_t axis) { return along(node, "strides", axis, 3, 1); });
  layer.dilation = pair([&](std::size_t axis) { return along(node, "dilations", axis, 3, 1); });
  if (pads.size() == 6) layer.padding = pair([&](std::size_t axis) { return pads[axis]; });
  grant_padding_end(layer);
  const bool is_depthwise = groups > 1 && layer.bounds[Dim::C] == 1 && layer.bounds[Dim::M] == 1;
  layer.op = is_depthwise ? Operator::Depthwise : Operator::Convolution;
  return layer;
}

}  // namespace

std::optional<std::vector<Layer>> onnx_transposed_convolution(const OnnxNode& node,
                                                              const OnnxTensor& input,
                                                              const OnnxTensor& weight) {
  const Dims x = known_shape(input);
  const Dims w = known_shape(weight);
  const std::int64_t groups = integer_or(node, "group", 1);
  if (x.size() < 3 || x.size() > 4) return std::nullopt;
  if (w.size() != x.size() || w[0] != x[1] || x[1] % groups != 0) {
    throw InputError("its weights do not fit its input or attributes");
  }
  const std::size_t count = x.size() - 2;
  std::array<TransposedAxis, 2> axes;
  std::array<std::vector<Phases>, 2> phases{{{Phases{}}, {Phases{}}}};
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = 2 - count + i;  // a single axis is the columns
    axes[at] = {x[2 + i], w[2 + i], along(node, "strides", i, count, 1),
                along(node, "dilations", i, count, 1)};
    if (axes[at].dilation > 1 && axes[at].stride > 1) return std::nullopt;
    phases[at] = phases_of(axes[at].taps, axes[at].stride);
  }
  std::vector<Layer> layers;
  for (const Phases rows : phases[0]) {
    for (const Phases columns : phases[1]) {
      layers.push_back(phase_layer(x, groups, w[1], axes, rows, columns));
    }
  }
  return layers;
}

std::optional<Layer> onnx_volume_convolution(const OnnxNode& node, const OnnxTensor& input,
                                             const OnnxTensor& weight, const OnnxTensor& output) {
  const Dims x = known_shape(input);
  const Dims w = known_shape(weight);
  const Dims y = known_shape(output);
  const std::int64_t groups = integer_or(node, "group", 1);
  const auto mode = node.texts.find("auto_pad");
  const bool pads_itself = mode != node.texts.end() && mode->second != "NOTSET";
  if (x.size() != 5 || pads_itself) return std::nullopt;
  if (w.size() != 5 || y.size() != 5 || y[1] != w[0] || w[0] % groups != 0 || x[1] % groups != 0 ||
      w[1] != x[1] / groups) {
    throw InputError("its weights do not fit its input, output or attributes");
  }
  std::size_t single = 0;
  for (std::size_t axis = 3; axis-- > 0;) {
    if (w[2 + axis] == 1) single = axis;
  }
  return plane_layer(node, x, w, y, groups, single);
}

}  // namespace tilewise
