#include <algorithm>
#include <array>
#include <limits>

#include "workload/onnx/onnx_graph.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;
using Inputs = std::vector<const OnnxTensor*>;

constexpr std::size_t kMostElements = 1024;  // of a shape computed in the graph
constexpr std::int64_t kLargest = std::int64_t{1} << 62U;

const Dims* known(const Inputs& inputs, std::size_t index) {
  if (index >= inputs.size() || inputs[index] == nullptr) return nullptr;
  return inputs[index]->integers ? &*inputs[index]->integers : nullptr;
}

/// `index` counted from the front, where it may count from the back.
std::optional<std::size_t> position(std::int64_t index, std::size_t size) {
  const auto length = static_cast<std::int64_t>(size);
  if (index < -length || index >= length) return std::nullopt;
  return static_cast<std::size_t>(index < 0 ? index + length : index);
}

std::optional<Dims> shape_of(const OnnxNode& node, const Inputs& inputs) {
  if (inputs.size() != 1 || inputs[0] == nullptr || !inputs[0]->shape) return std::nullopt;
  const Dims& shape = *inputs[0]->shape;
  if (std::find(shape.begin(), shape.end(), -1) != shape.end()) return std::nullopt;
  const auto rank = static_cast<std::int64_t>(shape.size());
  const auto place = [rank](std::int64_t axis) {
    return std::clamp<std::int64_t>(axis < -rank ? 0 : (axis < 0 ? axis + rank : axis), 0, rank);
  };
  const std::int64_t begin = place(integer_or(node, "start", 0));
  const std::int64_t end = std::max(begin, place(integer_or(node, "end", rank)));
  return Dims(shape.begin() + begin, shape.begin() + end);
}

std::optional<Dims> gathered(const OnnxNode& node, const Inputs& inputs) {
  const Dims* data = known(inputs, 0);
  const Dims* indices = known(inputs, 1);
  if (data == nullptr || indices == nullptr || integer_or(node, "axis", 0) != 0 ||
      inputs[0]->shape->size() != 1) {
    return std::nullopt;
  }
  Dims values;
  for (const std::int64_t index : *indices) {
    const auto place = position(index, data->size());
    if (!place) return std::nullopt;
    values.push_back((*data)[*place]);
  }
  return values;
}

std::optional<Dims> concatenated(const Inputs& inputs) {
  Dims values;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Dims* part = known(inputs, i);
    if (part == nullptr || inputs[i]->shape->size() != 1 ||
        values.size() + part->size() > kMostElements) {
      return std::nullopt;
    }
    values.insert(values.end(), part->begin(), part->end());
  }
  return values;
}

/// A slice of a list from `begin` to before `end` in steps of `step`, as in Python.
std::optional<Dims> sliced(const OnnxNode& node, const Inputs& inputs) {
  const Dims* data = known(inputs, 0);
  if (data == nullptr || inputs[0]->shape->size() != 1) return std::nullopt;
  const auto argument = [&](std::string_view key,
                            std::size_t input) -> std::optional<std::int64_t> {
    const Dims* given = known(inputs, input);
    const Dims values = given != nullptr ? *given : integers_or(node, key, {});
    return values.size() == 1 ? std::optional(values[0]) : std::nullopt;
  };
  const auto begin = argument("starts", 1);
  const auto end = argument("ends", 2);
  const bool has_step = inputs.size() > 4 && inputs[4] != nullptr;
  const auto step = has_step ? argument("steps", 4) : std::optional<std::int64_t>(1);
  if (!begin || !end || step != 1) return std::nullopt;
  const auto size = static_cast<std::int64_t>(data->size());
  const auto place = [size](std::int64_t at) {
    return std::clamp<std::int64_t>(at < -size ? 0 : (at < 0 ? at + size : at), 0, size);
  };
  const std::int64_t first = place(*begin);
  return Dims(data->begin() + first, data->begin() + std::max(first, place(*end)));
}

/// The operator on two numbers; none where it would overflow or is not one of these.
std::optional<std::int64_t> apply(std::string_view op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (op == "Add" && !__builtin_add_overflow(a, b, &result)) return result;
  if (op == "Sub" && !__builtin_sub_overflow(a, b, &result)) return result;
  if (op == "Mul" && !__builtin_mul_overflow(a, b, &result)) return result;
  if (op == "Div" && b != 0 && !(b == -1 && a == std::numeric_limits<std::int64_t>::min())) {
    return a / b;
  }
  if (op == "Max") return std::max(a, b);
  if (op == "Min") return std::min(a, b);
  if (op == "Equal") return a == b ? 1 : 0;
  return std::nullopt;
}

std::optional<Dims> elementwise(const OnnxNode& node, const Inputs& inputs) {
  const Dims* a = known(inputs, 0);
  const Dims* b = known(inputs, 1);
  if (a == nullptr || b == nullptr || inputs.size() != 2 || a->empty() || b->empty()) {
    return std::nullopt;
  }
  if (a->size() != b->size() && a->size() != 1 && b->size() != 1) return std::nullopt;
  if (inputs[0]->shape->size() > 1 || inputs[1]->shape->size() > 1) return std::nullopt;
  Dims values;
  for (std::size_t i = 0; i < std::max(a->size(), b->size()); ++i) {
    const auto value = apply(node.op, (*a)[a->size() == 1 ? 0 : i], (*b)[b->size() == 1 ? 0 : i]);
    if (!value || *value > kLargest || *value < -kLargest) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

std::optional<Dims> chosen(const Inputs& inputs) {
  const Dims* condition = known(inputs, 0);
  const Dims* yes = known(inputs, 1);
  const Dims* no = known(inputs, 2);
  if (condition == nullptr || yes == nullptr || no == nullptr || condition->size() != yes->size() ||
      condition->size() != no->size()) {
    return std::nullopt;
  }
  Dims values;
  for (std::size_t i = 0; i < condition->size(); ++i) {
    values.push_back((*condition)[i] != 0 ? (*yes)[i] : (*no)[i]);
  }
  return values;
}

/// Whether the output has the elements of the first input. A cast to a fraction has not: a later
/// division would round.
bool passes_elements(const OnnxNode& node) {
  if (node.op == "Cast") {
    const std::int64_t to = integer_or(node, "to", 0);
    return to == 6 || to == 7 || to == 9;  // INT32, INT64, BOOL of TensorProto.DataType
  }
  constexpr auto kOperators =
      std::to_array<std::string_view>({"Identity", "Reshape", "Squeeze", "Unsqueeze"});
  return std::find(kOperators.begin(), kOperators.end(), node.op) != kOperators.end();
}

}  // namespace

std::optional<Dims> evaluate_onnx_integers(const OnnxNode& node, const Inputs& inputs) {
  std::optional<Dims> values;
  if (node.op == "Constant") {
    for (const std::string_view key : {"value_int", "value_ints"}) {
      if (node.integers.contains(key)) values = integers_or(node, key, {});
    }
  } else if (node.op == "Shape") {
    values = shape_of(node, inputs);
  } else if (node.op == "Gather") {
    values = gathered(node, inputs);
  } else if (node.op == "Concat") {
    values = concatenated(inputs);
  } else if (node.op == "Slice") {
    values = sliced(node, inputs);
  } else if (node.op == "Where") {
    values = chosen(inputs);
  } else if (passes_elements(node)) {
    if (const Dims* same = known(inputs, 0)) values = *same;
  } else {
    values = elementwise(node, inputs);
  }
  if (values && values->size() > kMostElements) values.reset();
  return values;
}

Dims integers_or(const OnnxNode& node, std::string_view attribute, Dims fallback) {
  const auto found = node.integers.find(attribute);
  return found == node.integers.end() ? std::move(fallback) : found->second;
}

std::int64_t integer_or(const OnnxNode& node, std::string_view attribute, std::int64_t fallback) {
  const auto found = node.integers.find(attribute);
  return found == node.integers.end() || found->second.size() != 1 ? fallback : found->second[0];
}

std::optional<Dims> onnx_axes(const OnnxNode& node, std::size_t rank, const OnnxTensor* second) {
  Dims axes = integers_or(node, "axes", {});
  if (second != nullptr) {
    if (!second->integers) return std::nullopt;
    axes = *second->integers;
  }
  Dims counted;
  for (const std::int64_t axis : axes) {
    const auto place = position(axis, rank);
    if (!place) return std::nullopt;
    counted.push_back(static_cast<std::int64_t>(*place));
  }
  if (axes.empty() && integer_or(node, "noop_with_empty_axes", 0) == 0) {
    for (std::size_t axis = 0; axis < rank; ++axis) {
      counted.push_back(static_cast<std::int64_t>(axis));
    }
  }
  std::sort(counted.begin(), counted.end());
  counted.erase(std::unique(counted.begin(), counted.end()), counted.end());
  return counted;
}

std::string shown(std::string_view name) {
  constexpr std::size_t kMost = 80;
  std::string text(name.substr(0, kMost));
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return name.size() > kMost ? text + "..." : text;
}

}  // namespace tilewise
