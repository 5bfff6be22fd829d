#include "workload/layer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "workload/coordinates.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMaxExtent = std::int64_t{1} << 22U;
constexpr std::int64_t kMaxWidth = 1024;
constexpr std::int64_t kMostOperations = 1024;

AxisLoops row_loops(const Layer& layer) {
  return {layer.bounds[Dim::P], layer.bounds[Dim::R], layer.stride.vertical,
          layer.dilation.vertical};
}

AxisLoops column_loops(const Layer& layer) {
  return {layer.bounds[Dim::Q], layer.bounds[Dim::S], layer.stride.horizontal,
          layer.dilation.horizontal};
}

[[noreturn]] void fail(const Layer& layer, const std::string& what) {
  throw InputError(fmt::format("layer \"{}\": {}", layer.name, what));
}

void check_at_least(const Layer& layer, std::string_view field, std::int64_t value,
                    std::int64_t least) {
  if (value < least) {
    fail(layer, fmt::format("{}: expected at least {}, found {}", field, least, value));
  }
}

void check_plane(const Layer& layer, std::string_view field, Plane plane, std::int64_t least) {
  check_at_least(layer, fmt::format("{} (vertical)", field), plane.vertical, least);
  check_at_least(layer, fmt::format("{} (horizontal)", field), plane.horizontal, least);
}

void check_step(const Layer& layer, std::string_view field, Plane step) {
  check_plane(layer, field, step, 1);
  const std::int64_t larger = std::max(step.vertical, step.horizontal);
  if (larger > kMaxDimension) {
    fail(layer, fmt::format("{}: expected at most {}, found {}", field, kMaxDimension, larger));
  }
}

void check_width(const Layer& layer, std::string_view field, Bits width) {
  if (width < Bits{1} || width > Bits{kMaxWidth}) {
    fail(layer, fmt::format("bits of {}: expected 1 to {} bit, found {}", field, kMaxWidth,
                            width.count()));
  }
}

void check_widths_and_densities(const Layer& layer) {
  for (const Tensor t : kTensors) {
    check_width(layer, name(t), layer.widths.tensor[t]);
    const double density = layer.density[t];
    if (!(density >= 0.0 && density <= 1.0)) {
      fail(layer,
           fmt::format("density of {}: expected a share from 0 to 1, found {}", name(t), density));
    }
  }
  check_width(layer, "partial sums", layer.widths.partial_sum);
}

/// The dimensions that have no loop in an operator.
std::string_view unit_dims(Operator op) {
  switch (op) {
    case Operator::Convolution: return "";
    case Operator::Depthwise:
    case Operator::AveragePool:
    case Operator::MaxPool: return "MC";
    case Operator::FullyConnected:
    case Operator::MatrixProduct: return "PQRS";
    case Operator::Add:
    case Operator::Elementwise: return "MRS";
  }
  return "";
}

void check_operator_shape(const Layer& layer) {
  for (const Dim d : kDims) {
    if (unit_dims(layer.op).find(name(d)) == std::string_view::npos) continue;
    if (layer.bounds[d] != 1) {
      fail(layer, fmt::format("{}: a layer of kind {} has {} = 1, found {}; choose another kind",
                              name(d), name(layer.op), name(d), layer.bounds[d]));
    }
  }
}

/// How far the loops go along one axis, in words of the padded image.
struct Reach {
  std::int64_t filter = 0;  ///< from its first tap to its last
  std::int64_t needed = 1;  ///< words from the first to the last that are touched
};

Reach reach_of(const AxisLoops& loops, std::string_view what) {
  const std::int64_t last = checked_multiply(loops.outputs - 1, loops.stride, what);
  const std::int64_t filter = checked_multiply(loops.taps - 1, loops.dilation, what);
  return {filter, checked_add(checked_add(last, filter, what), 1, what)};
}

/// The padding behind an image that is more than any layer may have; 0: none is needed.
std::int64_t further_padding(const AxisLoops& loops, std::int64_t padding, std::int64_t image,
                             std::string_view what) {
  const Reach reach = reach_of(loops, what);
  const std::int64_t behind = reach.needed - image - padding;
  return behind > std::max(padding, reach.filter) ? behind : 0;
}

/// The last window may start no later than behind the image and reach no further than the padding
/// above it would, mirrored: more padding below is a slip in the image or in the padding, unless
/// `end` says it.
void check_image(const Layer& layer, std::string_view axis, const AxisLoops& loops,
                 std::int64_t padding, std::int64_t image, std::int64_t end) {
  const std::string what = fmt::format("layer \"{}\": {}", layer.name, axis);
  const auto [reach, needed] = reach_of(loops, what);
  const std::int64_t below = std::max({padding, reach, end});
  const std::int64_t there = checked_add(checked_add(image, padding, what), below, what);
  if (std::max(needed, there) > kMaxExtent) {
    fail(layer, fmt::format("{}: more than 2^22 coordinates; make the dimensions smaller", axis));
  }
  if (needed > there) {
    fail(layer, fmt::format("{}: the loops touch {}, but the image has {} and the padding allows "
                            "{} more; make the image or the padding larger, or the output smaller",
                            axis, needed, image, padding + below));
  }
}

std::int64_t product(const Layer& layer, std::initializer_list<std::int64_t> factors,
                     std::string_view what) {
  std::int64_t all = 1;
  for (const std::int64_t factor : factors) {
    if (__builtin_mul_overflow(all, factor, &all)) {
      return checked_product(factors, fmt::format("layer \"{}\": {}", layer.name, what));
    }
  }
  return all;
}

}  // namespace

void check_layer(const Layer& layer) {
  for (const Dim d : kDims) check_at_least(layer, name(d), layer.bounds[d], 1);
  check_step(layer, "stride", layer.stride);
  check_step(layer, "dilation", layer.dilation);
  check_plane(layer, "padding", layer.padding, 0);
  check_plane(layer, "padding behind the image", layer.padding_end, 0);
  check_plane(layer, "image", layer.image, 0);
  check_at_least(layer, "folded parameters", layer.folded_parameters, 0);
  check_at_least(layer, "operations", layer.operations, 1);
  if (layer.operations > kMostOperations) {
    fail(layer, fmt::format("operations: expected at most {}, found {}", kMostOperations,
                            layer.operations));
  }
  if (layer.operations > 1 && layer.op != Operator::Elementwise) {
    fail(layer, fmt::format("operations: only a layer of kind elementwise has them, this is {}",
                            name(layer.op)));
  }
  check_at_least(layer, "operands that sums start from", layer.start.operands, 0);
  if (layer.start.operands > 0 && !has_weights(layer.op)) {
    fail(layer,
         fmt::format("only sums of products start from operands, this is {}", name(layer.op)));
  }
  check_widths_and_densities(layer);
  check_operator_shape(layer);
  check_image(layer, "rows", row_loops(layer), layer.padding.vertical, layer.image.vertical,
              layer.padding_end.vertical);
  check_image(layer, "columns", column_loops(layer), layer.padding.horizontal,
              layer.image.horizontal, layer.padding_end.horizontal);
  iterations(layer);
  parameters(layer);
  for (const Tensor t : kTensors) {
    const std::int64_t width = std::max(layer.widths.tensor[t], layer.widths.partial_sum).count();
    product(layer, {stored_words(layer, t), width}, "bits of a tensor");
  }
}

void grant_padding_end(Layer& layer) {
  const std::string what = fmt::format("layer \"{}\": the padded image", layer.name);
  layer.padding_end = {
      further_padding(row_loops(layer), layer.padding.vertical, layer.image.vertical, what),
      further_padding(column_loops(layer), layer.padding.horizontal, layer.image.horizontal, what)};
}

std::int64_t iterations(const Layer& layer) {
  return checked_product(layer.bounds.values,
                         fmt::format("layer \"{}\": product of the loop bounds", layer.name));
}

std::int64_t macs(const Layer& layer) { return has_weights(layer.op) ? iterations(layer) : 0; }

std::int64_t words(const Layer& layer, Tensor t) {
  if (t != Tensor::Input) return stored_words(layer, t);
  const auto& bounds = layer.bounds;
  const auto [top, left] = layer.padding;
  return product(layer,
                 {bounds[Dim::N], bounds[Dim::G], bounds[Dim::C],
                  distinct_coordinates(row_loops(layer), top, top + layer.image.vertical),
                  distinct_coordinates(column_loops(layer), left, left + layer.image.horizontal)},
                 "input words");
}

std::int64_t stored_words(const Layer& layer, Tensor t) {
  const auto& bounds = layer.bounds;
  switch (t) {
    case Tensor::Input:
      return product(layer,
                     {bounds[Dim::N], bounds[Dim::G], bounds[Dim::C], layer.image.vertical,
                      layer.image.horizontal},
                     "input words");
    case Tensor::Weight:
      if (!has_weights(layer.op)) return 0;
      return product(
          layer, {bounds[Dim::G], bounds[Dim::M], bounds[Dim::C], bounds[Dim::R], bounds[Dim::S]},
          "weight words");
    case Tensor::Output:
      return product(
          layer, {bounds[Dim::N], bounds[Dim::G], bounds[Dim::M], bounds[Dim::P], bounds[Dim::Q]},
          "output words");
  }
  return 0;
}

std::int64_t parameters(const Layer& layer) {
  // Both operands of a matrix product are computed.
  const bool learned = layer.owns_weights && layer.op != Operator::MatrixProduct;
  return checked_add(learned ? stored_words(layer, Tensor::Weight) : 0, layer.folded_parameters,
                     fmt::format("layer \"{}\": parameters", layer.name));
}

Plane padded_image(const Layer& layer) {
  return {extent(row_loops(layer)), extent(column_loops(layer))};
}

std::string_view name(Operator op) {
  switch (op) {
    case Operator::Convolution: return "convolution";
    case Operator::Depthwise: return "depthwise";
    case Operator::FullyConnected: return "fully_connected";
    case Operator::MatrixProduct: return "matrix_product";
    case Operator::AveragePool: return "average_pool";
    case Operator::MaxPool: return "max_pool";
    case Operator::Add: return "add";
    case Operator::Elementwise: return "elementwise";
  }
  return "";
}

std::string canonical_key(const Layer& layer) {
  const auto plane = [](Plane p) { return fmt::format("{}x{}", p.vertical, p.horizontal); };
  std::vector<std::int64_t> widths;
  for (const Bits width : layer.widths.tensor) widths.push_back(width.count());
  widths.push_back(layer.widths.partial_sum.count());
  const std::string operations =
      layer.operations == 1 ? "" : fmt::format(" operations {}", layer.operations);
  const std::string start =
      layer.start.operands == 0
          ? ""
          : fmt::format(" start {}x{}", layer.start.operands, layer.start.width.count());
  return fmt::format("{} {} stride {} dilation {} padding {} image {} bits {} density {}{}{}",
                     name(layer.op), fmt::join(layer.bounds, ","), plane(layer.stride),
                     plane(layer.dilation), plane(layer.padding), plane(layer.image),
                     fmt::join(widths, ","), fmt::join(layer.density, ","), operations, start);
}

}  // namespace tilewise
