#include <onnx/onnx_pb.h>

#include <algorithm>

#include "workload/onnx/onnx_graph.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;
using Inputs = std::vector<const OnnxTensor*>;
using Results = std::vector<std::optional<OnnxNumbers>>;

bool is_known_tensor(const OnnxTensor* tensor) {
  return tensor != nullptr && tensor->shape &&
         std::none_of(tensor->shape->begin(), tensor->shape->end(),
                      [](std::int64_t size) { return size < 0; });
}

std::optional<OnnxNumbers> shape_of(const OnnxNode& node, const Inputs& inputs) {
  if (inputs.size() != 1 || !is_known_tensor(inputs[0])) return std::nullopt;
  const Dims& shape = *inputs[0]->shape;
  const auto rank = static_cast<std::int64_t>(shape.size());
  const auto place = [rank](std::int64_t axis) {
    return std::clamp<std::int64_t>(axis < -rank ? 0 : (axis < 0 ? axis + rank : axis), 0, rank);
  };
  const std::int64_t begin = place(integer_or(node, "start", 0));
  const std::int64_t end = std::max(begin, place(integer_or(node, "end", rank)));
  return OnnxNumbers{{end - begin}, Dims(shape.begin() + begin, shape.begin() + end)};
}

std::optional<OnnxNumbers> size_of(const Inputs& inputs) {
  if (inputs.size() != 1 || !is_known_tensor(inputs[0])) return std::nullopt;
  std::int64_t count = 1;
  for (const std::int64_t size : *inputs[0]->shape) {
    if (__builtin_mul_overflow(count, size, &count)) return std::nullopt;
  }
  return OnnxNumbers{{}, Dims{count}};
}

const onnx::AttributeProto* find_attribute(const OnnxNode& node, std::string_view name) {
  for (const onnx::AttributeProto& each : node.proto->attribute()) {
    if (each.name() == name) return &each;
  }
  return nullptr;
}

std::optional<OnnxNumbers> constant(const OnnxNode& node) {
  if (const auto* each = find_attribute(node, "value_int")) return OnnxNumbers{{}, Dims{each->i()}};
  if (const auto* each = find_attribute(node, "value_ints")) {
    return OnnxNumbers{{each->ints_size()}, Dims(each->ints().begin(), each->ints().end())};
  }
  if (const auto* each = find_attribute(node, "value_float")) {
    return OnnxNumbers{{}, std::vector<double>{each->f()}};
  }
  return std::nullopt;
}

/// ConstantOfShape: one number all over; a float of zero where none is given.
std::optional<OnnxNumbers> filled(const OnnxNode& node, const Inputs& inputs) {
  const Dims* shape = inputs.empty() ? nullptr : known_integers(inputs[0]);
  const auto count = shape == nullptr ? std::nullopt : few_elements(*shape);
  if (!count) return std::nullopt;
  const auto* value = find_attribute(node, "value");
  if (value == nullptr) return OnnxNumbers{*shape, std::vector<double>(*count, 0.0)};
  const auto one = value->has_t() ? stored_numbers(value->t()) : std::nullopt;
  if (!one || one->size() != 1) return std::nullopt;
  if (one->is_real()) return OnnxNumbers{*shape, std::vector<double>(*count, one->real(0))};
  return OnnxNumbers{*shape, Dims(*count, std::get<Dims>(one->values)[0])};
}

Results results_of(const OnnxNode& node, const Inputs& inputs,
                   const std::vector<OnnxTensor>& outputs) {
  if (node.op == "Shape") return {shape_of(node, inputs)};
  if (node.op == "Size") return {size_of(inputs)};
  if (node.op == "Constant") return {constant(node)};
  if (node.op == "ConstantOfShape") return {filled(node, inputs)};
  OnnxNumberInputs numbers;
  for (const OnnxTensor* each : inputs) {
    numbers.push_back(each == nullptr ? std::nullopt : each->numbers);
  }
  const bool none = std::none_of(numbers.begin(), numbers.end(),
                                 [](const auto& each) { return each.has_value(); });
  if (none) return {};
  std::vector<Dims> shapes;
  for (const OnnxTensor& each : outputs) shapes.push_back(each.shape.value_or(Dims{-1}));
  if (Results moved = moved_numbers(node, numbers, shapes); !moved.empty()) return moved;
  if (Results made = computed_numbers(node, numbers, outputs[0].element_type); !made.empty()) {
    return made;
  }
  return reduced_numbers(node, numbers);
}

}  // namespace

const Dims* known_integers(const OnnxTensor* tensor) {
  if (tensor == nullptr || !tensor->numbers) return nullptr;
  return std::get_if<Dims>(&tensor->numbers->values);
}

void evaluate_onnx_numbers(const OnnxNode& node, const Inputs& inputs,
                           std::vector<OnnxTensor>& outputs) {
  if (outputs.empty()) return;
  Results results = results_of(node, inputs, outputs);
  for (std::size_t i = 0; i < std::min(results.size(), outputs.size()); ++i) {
    if (!results[i] || few_elements(results[i]->shape) != results[i]->size()) continue;
    outputs[i].shape = results[i]->shape;
    outputs[i].numbers = std::move(results[i]);
  }
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
    const Dims* given = known_integers(second);
    if (given == nullptr) return std::nullopt;
    axes = *given;
  }
  Dims counted;
  for (const std::int64_t axis : axes) {
    const auto place = onnx_position(axis, rank);
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
  constexpr std::size_t kMostOfName = 80;
  std::string text(name.substr(0, kMostOfName));
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return name.size() > kMostOfName ? text + "..." : text;
}

}  // namespace tilewise
