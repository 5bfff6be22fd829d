#include "workload/layer_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/integers.hpp"
#include "workload/coordinates.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostParameters = std::numeric_limits<std::int64_t>::max();

std::int64_t integer_or(YamlMap& map, std::string_view key, std::int64_t fallback) {
  const auto node = map.find(key);
  return node ? node->integer(1, kMaxDimension) : fallback;
}

/// One number for both axes, or [vertical, horizontal].
Plane parse_plane(const YamlNode& node, std::int64_t least) {
  if (!node.is_list()) {
    const std::int64_t both = node.integer(least, kMaxDimension);
    return {both, both};
  }
  const std::vector<YamlNode> items = node.list();
  if (items.size() != 2) node.fail("expected one number or [vertical, horizontal]");
  return {items[0].integer(least, kMaxDimension), items[1].integer(least, kMaxDimension)};
}

Plane plane_or(YamlMap& map, std::string_view key, std::int64_t least, Plane fallback) {
  const auto node = map.find(key);
  return node ? parse_plane(*node, least) : fallback;
}

/// Rows above and below, columns left and right of the image.
struct Padding {
  Plane before{0, 0};
  Plane behind{0, 0};
};

/// As parse_plane, or [above, left, below, right]; below and right are else as above and left.
Padding parse_padding(const YamlNode& node) {
  if (!node.is_list() || node.list().size() != 4) {
    if (node.is_list() && node.list().size() != 2) {
      node.fail("expected one number, [vertical, horizontal] or [above, left, below, right]");
    }
    const Plane around = parse_plane(node, 0);
    return {around, around};
  }
  const std::vector<YamlNode> items = node.list();
  const auto at = [&items](std::size_t i) { return items[i].integer(0, kMaxDimension); };
  return {{at(0), at(1)}, {at(2), at(3)}};
}

/// The filter along one axis of the image.
struct Window {
  std::int64_t taps = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t span() const { return dilation * (taps - 1) + 1; }
};

/// Output size and padding before the image, along one axis.
struct Placement {
  std::int64_t outputs = 1;
  std::int64_t padding = 0;
};

Placement place_same(std::int64_t image, const Window& window) {
  const std::int64_t outputs = ceil_div(image, window.stride);
  const std::int64_t reach = (outputs - 1) * window.stride + window.span();
  return {outputs, std::max<std::int64_t>(0, reach - image) / 2};
}

Placement place_padded(const YamlNode& node, std::string_view axis, std::int64_t image,
                       const Window& window, std::int64_t padding, std::int64_t behind) {
  const std::int64_t room = image + padding + behind - window.span();
  if (room < 0) {
    node.fail(
        fmt::format("the kernel spans {} {}, but image and padding have {}; make the kernel "
                    "or the dilation smaller, or the padding larger",
                    window.span(), axis, image + padding + behind));
  }
  return {room / window.stride + 1, padding};
}

Plane parse_kernel(YamlMap& map, const FeatureMap& input) {
  const YamlNode node = map.at("kernel");
  if (node.is_scalar() && node.text() == "global") return {input.height, input.width};
  return parse_plane(node, 1);
}

/// Reads kernel, stride, dilation and padding; sets P, Q, R, S and the image.
void read_window(YamlMap& map, const FeatureMap& input, Layer& layer) {
  const Plane kernel = parse_kernel(map, input);
  layer.stride = plane_or(map, "stride", 1, {1, 1});
  layer.dilation = plane_or(map, "dilation", 1, {1, 1});
  layer.image = {input.height, input.width};
  const Window rows{kernel.vertical, layer.stride.vertical, layer.dilation.vertical};
  const Window columns{kernel.horizontal, layer.stride.horizontal, layer.dilation.horizontal};

  const auto padding = map.find("padding");
  Placement vertical;
  Placement horizontal;
  if (padding && padding->is_scalar() && padding->text() == "same") {
    vertical = place_same(input.height, rows);
    horizontal = place_same(input.width, columns);
  } else {
    const auto [before, behind] = padding ? parse_padding(*padding) : Padding{};
    const YamlNode kernel_node = map.at("kernel");
    vertical =
        place_padded(kernel_node, "rows", input.height, rows, before.vertical, behind.vertical);
    horizontal = place_padded(kernel_node, "columns", input.width, columns, before.horizontal,
                              behind.horizontal);
  }
  layer.padding = {vertical.padding, horizontal.padding};
  layer.bounds[Dim::P] = vertical.outputs;
  layer.bounds[Dim::Q] = horizontal.outputs;
  layer.bounds[Dim::R] = kernel.vertical;
  layer.bounds[Dim::S] = kernel.horizontal;
  grant_padding_end(layer);
}

FeatureMap read_input(YamlMap& map, const LayerContext& context) {
  if (context.input) return *context.input;
  FeatureMap input = parse_feature_map(map.at("input").map());
  input.batch = integer_or(map, "batch", 1);
  return input;
}

void read_convolution(YamlMap& map, const LayerContext& context, Layer& layer) {
  const FeatureMap input = read_input(map, context);
  const std::int64_t outputs = map.at("output_channels").integer(1, kMaxDimension);
  const std::int64_t groups = integer_or(map, "groups", 1);
  if (input.channels % groups != 0 || outputs % groups != 0) {
    map.at("groups").fail(
        fmt::format("{} groups do not divide {} input and {} output channels; expected a divisor "
                    "of both",
                    groups, input.channels, outputs));
  }
  layer.bounds[Dim::N] = input.batch;
  layer.bounds[Dim::G] = groups;
  layer.bounds[Dim::C] = input.channels / groups;
  layer.bounds[Dim::M] = outputs / groups;
  read_window(map, input, layer);
}

/// Depthwise convolution and pooling: each channel is a group of its own.
void read_channelwise(YamlMap& map, const LayerContext& context, Layer& layer) {
  const FeatureMap input = read_input(map, context);
  layer.bounds[Dim::N] = input.batch;
  layer.bounds[Dim::G] = input.channels;
  read_window(map, input, layer);
}

void read_fully_connected(YamlMap& map, const LayerContext& context, Layer& layer) {
  const auto inputs = context.input ? map.find("inputs") : map.at("inputs");
  layer.bounds[Dim::M] = map.at("outputs").integer(1, kMaxDimension);
  if (!context.input) {
    layer.bounds[Dim::C] = inputs->integer(1, kMaxDimension);
    layer.bounds[Dim::N] = integer_or(map, "batch", 1);
    return;
  }
  const FeatureMap& input = *context.input;
  layer.bounds[Dim::C] = checked_product({input.channels, input.height, input.width}, "inputs");
  layer.bounds[Dim::N] = input.batch;
  if (inputs && inputs->integer(1, kMaxDimension) != layer.bounds[Dim::C]) {
    inputs->fail(
        fmt::format("the layer before gives {} x {} x {} = {} values; leave `inputs` out "
                    "or make them agree",
                    input.channels, input.height, input.width, layer.bounds[Dim::C]));
  }
}

void read_matrix_product(YamlMap& map, Layer& layer) {
  layer.bounds[Dim::N] = map.at("rows").integer(1, kMaxDimension);
  layer.bounds[Dim::M] = map.at("columns").integer(1, kMaxDimension);
  layer.bounds[Dim::C] = map.at("inner").integer(1, kMaxDimension);
  layer.bounds[Dim::G] = integer_or(map, "batch", 1);
}

void read_add(YamlMap& map, const LayerContext& context, Layer& layer) {
  const FeatureMap input = read_input(map, context);
  layer.bounds[Dim::N] = input.batch;
  layer.bounds[Dim::G] = input.channels;
  layer.bounds[Dim::C] =
      context.input ? context.operands : integer_or(map, "operands", context.operands);
  layer.bounds[Dim::P] = input.height;
  layer.bounds[Dim::Q] = input.width;
  layer.image = {input.height, input.width};
}

/// As an add; one operand where nothing says how many.
void read_elementwise(YamlMap& map, const LayerContext& context, Layer& layer) {
  LayerContext one = context;
  if (!context.input) one.operands = 1;
  read_add(map, one, layer);
}

/// The form that names the eight loop bounds. The image defaults to what the loops touch, less the
/// padding on both sides.
void read_dims(YamlMap& map, Layer& layer) {
  YamlMap dims = map.at("dims").map();
  for (const Dim d : kDims) layer.bounds[d] = integer_or(dims, name(d), 1);
  dims.done();
  layer.stride = plane_or(map, "stride", 1, {1, 1});
  layer.dilation = plane_or(map, "dilation", 1, {1, 1});
  const auto given = map.find("padding");
  const Padding padding = given ? parse_padding(*given) : Padding{};
  layer.padding = padding.before;
  // Four numbers say what lies behind the image, which else only the filter may reach over.
  if (given && given->is_list() && given->list().size() == 4) layer.padding_end = padding.behind;
  if (const auto image = map.find("image")) {
    layer.image = parse_plane(*image, 1);
    return;
  }
  const auto bounded = [&](std::int64_t outputs, std::int64_t taps, std::int64_t stride,
                           std::int64_t dilation, std::int64_t around) {
    return extent({outputs, taps, stride, dilation}) - around;
  };
  const auto& bounds = layer.bounds;
  layer.image = {
      bounded(bounds[Dim::P], bounds[Dim::R], layer.stride.vertical, layer.dilation.vertical,
              padding.before.vertical + padding.behind.vertical),
      bounded(bounds[Dim::Q], bounds[Dim::S], layer.stride.horizontal, layer.dilation.horizontal,
              padding.before.horizontal + padding.behind.horizontal)};
  if (layer.image.vertical < 1 || layer.image.horizontal < 1) {
    map.at("padding").fail("leaves no row or column of the image; say `image: [rows, columns]`");
  }
}

void read_shape(YamlMap& map, const LayerContext& context, Layer& layer) {
  if (layer.op == Operator::Elementwise) layer.operations = integer_or(map, "operations", 1);
  if (map.find("dims")) return read_dims(map, layer);
  switch (layer.op) {
    case Operator::Convolution: return read_convolution(map, context, layer);
    case Operator::Depthwise:
    case Operator::AveragePool:
    case Operator::MaxPool: return read_channelwise(map, context, layer);
    case Operator::FullyConnected: return read_fully_connected(map, context, layer);
    case Operator::MatrixProduct: return read_matrix_product(map, layer);
    case Operator::Add: return read_add(map, context, layer);
    case Operator::Elementwise: return read_elementwise(map, context, layer);
  }
}

void read_density(YamlMap& map, Layer& layer) {
  const auto node = map.find("density");
  if (!node) return;
  YamlMap density = node->map();
  for (const auto& [tensor, key] : {std::pair{Tensor::Input, "input"},
                                    {Tensor::Weight, "weight"},
                                    {Tensor::Output, "output"}}) {
    if (const auto share = density.find(key)) layer.density[tensor] = share->number();
  }
  density.done();
}

/// Parameters beyond the weights: for each output channel and for the layer as a whole.
struct FoldedParameters {
  std::int64_t per_channel = 0;
  std::int64_t more = 0;
};

/// One parameter an output channel for a bias, two for a batch norm (its scale and shift), and
/// those that are given as a number.
FoldedParameters read_folded(YamlMap& map) {
  const auto bias = map.find("bias");
  const auto batch_norm = map.find("batch_norm");
  const auto more = map.find("folded_parameters");
  return {(bias && bias->boolean() ? 1 : 0) + (batch_norm && batch_norm->boolean() ? 2 : 0),
          more ? more->integer(0, kMostParameters) : 0};
}

}  // namespace

Layer parse_layer(YamlMap map, const LayerContext& context) {
  Layer layer;
  const auto given_name = context.name.empty() ? map.at("name") : map.find("name");
  layer.name = given_name ? given_name->text() : context.name;
  layer.op = map.at("op").word_of<Operator>();
  layer.widths = context.widths;
  read_shape(map, context, layer);
  if (const auto bits = map.find("bits")) layer.widths = parse_word_widths(*bits, layer.widths);
  read_density(map, layer);
  const FoldedParameters folded = read_folded(map);
  if (const auto owns = map.find("owns_weights")) layer.owns_weights = owns->boolean();
  map.done();
  try {
    layer.folded_parameters = checked_add(
        checked_product({folded.per_channel, layer.bounds[Dim::G], layer.bounds[Dim::M]},
                        "parameters"),
        folded.more, "parameters");
    check_layer(layer);
    grant_padding_end(layer);  // of what was said only what is needed
  } catch (const InputError& error) {
    map.node().fail(error.what());
  }
  return layer;
}

Layer parse_layer(YamlMap map) { return parse_layer(std::move(map), {}); }

Layer load_layer(const std::filesystem::path& path) {
  YamlMap map = YamlNode::load_file(path).map();
  if (map.find("layers")) map.node().fail("a network, not a layer; give it where a network goes");
  return parse_layer(std::move(map), {.name = path.stem().string()});
}

Layer find_layer(const std::string& name) { return load_layer(find_config("workload", name)); }

FeatureMap parse_feature_map(YamlMap map) {
  FeatureMap parsed;
  parsed.channels = map.at("channels").integer(1, kMaxDimension);
  parsed.height = integer_or(map, "height", 1);
  parsed.width = integer_or(map, "width", 1);
  map.done();
  return parsed;
}

WordWidths parse_word_widths(const YamlNode& node, const WordWidths& defaults) {
  const auto width = [](const YamlNode& value) {
    const Bits bits = value.size();
    if (bits < Bits{1} || bits > Bits{1024}) value.fail("expected 1 bit to 1024 bit");
    return bits;
  };
  if (node.is_scalar()) {
    const Bits all = width(node);
    return {{{all, all, all}}, all};
  }
  YamlMap map = node.map();
  WordWidths widths = defaults;
  const auto read = [&](std::string_view key, Bits& target) {
    if (const auto value = map.find(key)) target = width(*value);
  };
  read("input", widths.tensor[Tensor::Input]);
  read("weight", widths.tensor[Tensor::Weight]);
  read("output", widths.tensor[Tensor::Output]);
  read("partial_sum", widths.partial_sum);
  map.done();
  return widths;
}

FeatureMap output_map(const Layer& layer) {
  const auto& bounds = layer.bounds;
  return {bounds[Dim::N], checked_product({bounds[Dim::G], bounds[Dim::M]}, "output channels"),
          bounds[Dim::P], bounds[Dim::Q]};
}

}  // namespace tilewise
