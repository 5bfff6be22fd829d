#include "workload/onnx/onnx_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;

/// A feature map's rows and columns: of a map with one axis, one row.
struct MapShape {
  Plane size;
  bool is_line = false;
};

std::optional<MapShape> map_of(const Dims& shape) {
  if (shape.size() == 3) return MapShape{{1, shape[2]}, true};
  if (shape.size() == 4) return MapShape{{shape[2], shape[3]}, false};
  return std::nullopt;
}

/// The attribute's numbers for the axes of a map, one before the other; `fallback` for each.
Plane plane_of(const OnnxNode& node, std::string_view attribute, bool is_line, Plane fallback) {
  const Dims given = integers_or(node, attribute, {});
  if (given.empty()) return fallback;
  if (given.size() != (is_line ? 1U : 2U)) {
    throw InputError(fmt::format("{}: {} numbers; expected one for each axis of the map", attribute,
                                 given.size()));
  }
  return is_line ? Plane{fallback.vertical, given[0]} : Plane{given[0], given[1]};
}

/// Padding before the image that makes P = ceil(image / stride); the odd word lies behind it, or
/// before it for SAME_LOWER.
std::int64_t same_padding(std::int64_t outputs, std::int64_t stride, std::int64_t span,
                          std::int64_t image, bool lower) {
  const std::int64_t total = std::max<std::int64_t>((outputs - 1) * stride + span - image, 0);
  return lower ? ceil_div(total, 2) : total / 2;
}

Plane padding_of(const OnnxNode& node, const Layer& layer, bool is_line) {
  const auto mode = node.texts.find("auto_pad");
  if (mode != node.texts.end() && mode->second != "NOTSET") {
    if (mode->second == "VALID") return {0, 0};
    const bool lower = mode->second == "SAME_LOWER";
    const auto& [bounds, stride, dilation] = std::tie(layer.bounds, layer.stride, layer.dilation);
    return {same_padding(bounds[Dim::P], stride.vertical,
                         dilation.vertical * (bounds[Dim::R] - 1) + 1, layer.image.vertical, lower),
            same_padding(bounds[Dim::Q], stride.horizontal,
                         dilation.horizontal * (bounds[Dim::S] - 1) + 1, layer.image.horizontal,
                         lower)};
  }
  const Dims pads = integers_or(node, "pads", {});
  if (pads.empty()) return {0, 0};
  if (pads.size() != (is_line ? 2U : 4U)) {
    throw InputError(fmt::format("pads: {} numbers; expected two for each axis", pads.size()));
  }
  return is_line ? Plane{0, pads[0]} : Plane{pads[0], pads[1]};
}

void set_window(const OnnxNode& node, const MapShape& in, const MapShape& out, Plane kernel,
                Layer& layer) {
  layer.image = in.size;
  layer.stride = plane_of(node, "strides", in.is_line, {1, 1});
  layer.dilation = plane_of(node, "dilations", in.is_line, {1, 1});
  layer.bounds[Dim::P] = out.size.vertical;
  layer.bounds[Dim::Q] = out.size.horizontal;
  layer.bounds[Dim::R] = kernel.vertical;
  layer.bounds[Dim::S] = kernel.horizontal;
  layer.padding = padding_of(node, layer, in.is_line);
  grant_padding_end(layer);
}

std::int64_t product(std::span<const std::int64_t> factors) {
  return checked_product(factors, "its elements");
}

}  // namespace

bool has_known_shape(const OnnxTensor& tensor) {
  return tensor.shape && std::all_of(tensor.shape->begin(), tensor.shape->end(),
                                     [](std::int64_t size) { return size >= 1; });
}

Dims known_shape(const OnnxTensor& tensor) {
  if (!has_known_shape(tensor)) {
    const std::string since =
        tensor.lost_at.empty() ? "" : fmt::format(" since {}", tensor.lost_at);
    throw InputError(fmt::format(
        "the shape of what it reads or gives is not known{}; export the model with fixed shapes "
        "(constant folding on), or give sizes with --batch and --dim",
        since));
  }
  return *tensor.shape;
}

std::optional<Layer> onnx_convolution(const OnnxNode& node, const OnnxTensor& input,
                                      const OnnxTensor& weight, const OnnxTensor& output) {
  const Dims x = known_shape(input);
  const Dims w = known_shape(weight);
  const Dims y = known_shape(output);
  const auto in = map_of(x);
  const auto filter = map_of(w);
  const auto out = map_of(y);
  if (!in) return std::nullopt;
  const std::int64_t groups = integer_or(node, "group", 1);
  const Plane kernel = filter ? filter->size : Plane{};
  if (!filter || !out || w.size() != x.size() || y.size() != x.size() || y[0] != x[0] ||
      y[1] != w[0] || w[0] % groups != 0 || x[1] % groups != 0 || w[1] != x[1] / groups ||
      plane_of(node, "kernel_shape", in->is_line, kernel) != kernel) {
    throw InputError("its weights do not fit its input, output or attributes");
  }
  Layer layer;
  const bool depthwise = groups > 1 && groups == x[1] && groups == w[0];
  layer.op = depthwise ? Operator::Depthwise : Operator::Convolution;
  layer.bounds[Dim::N] = x[0];
  layer.bounds[Dim::G] = groups;
  layer.bounds[Dim::C] = w[1];
  layer.bounds[Dim::M] = w[0] / groups;
  set_window(node, *in, *out, kernel, layer);
  return layer;
}

std::optional<Layer> onnx_pool(const OnnxNode& node, Operator op, const OnnxTensor& input,
                               const OnnxTensor& output) {
  const Dims x = known_shape(input);
  const Dims y = known_shape(output);
  const auto in = map_of(x);
  const auto out = map_of(y);
  if (!in || !out || in->is_line != out->is_line) return std::nullopt;
  Layer layer;
  layer.op = op;
  layer.bounds[Dim::N] = x[0];
  layer.bounds[Dim::G] = x[1];
  set_window(node, *in, *out, plane_of(node, "kernel_shape", in->is_line, {1, 1}), layer);
  return layer;
}

std::optional<Layer> onnx_global_pool(Operator op, const OnnxTensor& input) {
  const Dims x = known_shape(input);
  const auto in = map_of(x);
  if (!in) return std::nullopt;
  Layer layer;
  layer.op = op;
  layer.bounds[Dim::N] = x[0];
  layer.bounds[Dim::G] = x[1];
  layer.bounds[Dim::R] = in->size.vertical;
  layer.bounds[Dim::S] = in->size.horizontal;
  layer.image = in->size;
  return layer;
}

Layer onnx_add(const OnnxTensor& output, std::int64_t operands, bool channels_first) {
  const Dims shape = known_shape(output);
  Layer layer;
  layer.op = Operator::Add;
  layer.bounds[Dim::C] = operands;
  if (channels_first) {
    layer.bounds[Dim::N] = shape[0];
    layer.bounds[Dim::G] = shape[1];
    layer.image = map_of(shape)->size;
    layer.bounds[Dim::P] = layer.image.vertical;
    layer.bounds[Dim::Q] = layer.image.horizontal;
  } else if (!shape.empty()) {
    layer.bounds[Dim::N] = product(std::span(shape).first(shape.size() - 1));
    layer.bounds[Dim::G] = shape.back();
  }
  return layer;
}

}  // namespace tilewise
