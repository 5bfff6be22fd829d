#include "workload/onnx/onnx_elementwise.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

#include "base/integers.hpp"
#include "workload/onnx/onnx_layers.hpp"

namespace tilewise {
namespace {

using OperationCount = std::pair<std::string_view, std::int64_t>;

constexpr auto kOperations = std::to_array<OperationCount>({
    {"Softmax", 5},                    // greatest, difference, exponential, sum, quotient
    {"LogSoftmax", 5},                 // greatest, difference, exponential, sum, difference
    {"LayerNormalization", 7},         // sum, difference, square, sum, quotient, scale, shift
    {"GroupNormalization", 7},         // the same
    {"InstanceNormalization", 7},      // the same
    {"MeanVarianceNormalization", 5},  // the same without scale and shift
    {"RMSNormalization", 4},           // square, sum, quotient, scale
    {"LpNormalization", 3},            // power, sum, quotient
    {"RotaryEmbedding", 3},            // two products, a sum
    {"LRN", 4},                        // square, sum, power, quotient
});

constexpr auto kMovers = std::to_array<std::string_view>(
    {"Concat", "DepthToSpace", "Expand", "Gather", "GatherElements", "GatherND", "Pad",
     "ScatterElements", "ScatterND", "Slice", "SpaceToDepth", "Split", "TensorScatter", "Tile",
     "Trilu", "Where"});

/// Whether the order of the dimensions that are more than one changes.
bool reorders(const OnnxNode& node, const std::vector<std::int64_t>& shape) {
  std::vector<std::int64_t> order = integers_or(node, "perm", {});
  if (order.empty()) {
    order.resize(shape.size());
    std::iota(order.rbegin(), order.rend(), std::int64_t{0});
  }
  std::int64_t last = -1;
  for (const std::int64_t axis : order) {
    if (axis < 0 || static_cast<std::size_t>(axis) >= shape.size()) return true;
    if (shape[static_cast<std::size_t>(axis)] == 1) continue;
    if (axis < last) return true;
    last = axis;
  }
  return false;
}

}  // namespace

std::int64_t onnx_operations(std::string_view op) {
  const auto* found = std::find_if(kOperations.begin(), kOperations.end(),
                                   [op](const OperationCount& each) { return each.first == op; });
  return found == kOperations.end() ? 1 : found->second;
}

std::optional<Layer> onnx_elementwise(const OnnxTensor& shaped, std::int64_t operands,
                                      bool channels_first) {
  if (!has_known_shape(shaped)) return std::nullopt;
  Layer layer = onnx_add(shaped, operands, channels_first);
  layer.op = Operator::Elementwise;
  return layer;
}

std::optional<Layer> onnx_reduction(const OnnxTensor& input, const OnnxTensor& output) {
  if (!has_known_shape(input) || !has_known_shape(output)) return std::nullopt;
  const std::int64_t read = checked_product(*input.shape, "its elements");
  const std::int64_t written = checked_product(*output.shape, "its elements");
  if (read % written != 0) return std::nullopt;
  Layer layer;
  layer.op = Operator::Elementwise;
  layer.bounds[Dim::G] = written;
  layer.bounds[Dim::C] = read / written;
  layer.image = {1, 1};
  return layer;
}

bool moves_words(const OnnxNode& node, const OnnxTensor& input) {
  if (node.op == "Transpose") return !has_known_shape(input) || reorders(node, *input.shape);
  return std::find(kMovers.begin(), kMovers.end(), node.op) != kMovers.end();
}

}  // namespace tilewise
