#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "workload/onnx/onnx_graph.hpp"
#include "workload/onnx/onnx_numbers.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;
using Results = std::vector<std::optional<OnnxNumbers>>;
using Integer = std::optional<std::int64_t>;
using Real = std::optional<double>;

constexpr double kLargestReal = 9.0e18;  // of what becomes a whole number

/// Whole-number operators of two operands; none where the result leaves 64 bits, or the operator
/// is another.
Integer integer_of(std::string_view op, std::int64_t a, std::int64_t b, bool truncates) {
  std::int64_t result = 0;
  const bool divides = b != 0 && !(b == -1 && a == std::numeric_limits<std::int64_t>::min());
  if (op == "Add" || op == "Sum") {
    return __builtin_add_overflow(a, b, &result) ? std::nullopt : Integer(result);
  }
  if (op == "Sub") return __builtin_sub_overflow(a, b, &result) ? std::nullopt : Integer(result);
  if (op == "Mul") return __builtin_mul_overflow(a, b, &result) ? std::nullopt : Integer(result);
  if (op == "Div") return divides ? Integer(a / b) : std::nullopt;
  if (op == "Mod") {
    if (!divides) return std::nullopt;
    const std::int64_t rest = a % b;
    return truncates || rest == 0 || (rest < 0) == (b < 0) ? rest : rest + b;
  }
  if (op == "Max") return std::max(a, b);
  if (op == "Min") return std::min(a, b);
  if (op == "And") return a != 0 && b != 0 ? 1 : 0;
  if (op == "Or") return a != 0 || b != 0 ? 1 : 0;
  if (op == "Xor") return (a != 0) != (b != 0) ? 1 : 0;
  if (op == "Pow") {
    const double power = std::pow(static_cast<double>(a), static_cast<double>(b));
    const bool exact = b >= 0 && std::abs(power) < 9.0e15;  // a whole number of double
    return exact ? Integer(static_cast<std::int64_t>(power)) : std::nullopt;
  }
  return std::nullopt;
}

Real real_of(std::string_view op, double a, double b) {
  if (op == "Add" || op == "Sum" || op == "Mean") return a + b;
  if (op == "Sub") return a - b;
  if (op == "Mul") return a * b;
  if (op == "Div") return a / b;
  if (op == "Mod") return std::fmod(a, b);
  if (op == "Max") return std::max(a, b);
  if (op == "Min") return std::min(a, b);
  if (op == "Pow") return std::pow(a, b);
  return std::nullopt;
}

/// A comparison: 1 or 0; none where the operator is another.
template <typename Number>
Integer comparison(std::string_view op, Number a, Number b) {
  if (op == "Equal") return a == b ? 1 : 0;
  if (op == "Less") return a < b ? 1 : 0;
  if (op == "LessOrEqual") return a <= b ? 1 : 0;
  if (op == "Greater") return a > b ? 1 : 0;
  if (op == "GreaterOrEqual") return a >= b ? 1 : 0;
  return std::nullopt;
}

/// A result as an element of `type` holds it.
double rounded(double value, int type) {
  return type == onnx::TensorProto::FLOAT ? static_cast<double>(static_cast<float>(value)) : value;
}

std::optional<Dims> stretched(const Dims& a, const Dims& b) {
  Dims shape(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::int64_t left = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t right = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (left != right && left != 1 && right != 1) return std::nullopt;
    shape[shape.size() - 1 - i] = left == 1 ? right : left;
  }
  return shape;
}

/// One step of an operator of two or more operands.
std::optional<OnnxNumbers> combined(const OnnxNode& node, const OnnxNumbers& a,
                                    const OnnxNumbers& b, int type) {
  const auto shape = stretched(a.shape, b.shape);
  if (!shape || !few_elements(*shape)) return std::nullopt;
  const bool truncates = integer_or(node, "fmod", 0) != 0;
  Dims integers;
  std::vector<double> reals;
  bool all = true;
  for_each_index(*shape, [&](const Dims& index) {
    const std::size_t i = offset_of(a.shape, index);
    const std::size_t j = offset_of(b.shape, index);
    Integer whole;
    Real part;
    if (a.is_real() || b.is_real()) {
      whole = comparison(node.op, a.real(i), b.real(j));
      if (!whole) part = real_of(node.op, a.real(i), b.real(j));
    } else {
      const std::int64_t x = std::get<Dims>(a.values)[i];
      const std::int64_t y = std::get<Dims>(b.values)[j];
      whole = comparison(node.op, x, y);
      if (!whole) whole = integer_of(node.op, x, y, truncates);
    }
    all &= whole.has_value() || part.has_value();
    if (whole) integers.push_back(*whole);
    if (part) reals.push_back(rounded(*part, type));
  });
  if (!all) return std::nullopt;
  if (!reals.empty()) return OnnxNumbers{*shape, std::move(reals)};
  return OnnxNumbers{*shape, std::move(integers)};
}

Real unary_real(std::string_view op, double a) {
  if (op == "Neg") return -a;
  if (op == "Abs") return std::abs(a);
  if (op == "Floor") return std::floor(a);
  if (op == "Ceil") return std::ceil(a);
  if (op == "Round") return std::nearbyint(a);  // halves to even, as ONNX has it
  if (op == "Sqrt") return std::sqrt(a);
  if (op == "Exp") return std::exp(a);
  if (op == "Log") return std::log(a);
  if (op == "Reciprocal") return 1.0 / a;
  if (op == "Relu") return std::max(a, 0.0);
  if (op == "Sign") return a > 0 ? 1.0 : (a < 0 ? -1.0 : 0.0);
  return std::nullopt;
}

Integer unary_integer(std::string_view op, std::int64_t a) {
  if (op == "Not") return a == 0 ? 1 : 0;
  if (a == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  if (op == "Neg") return -a;
  if (op == "Abs") return std::abs(a);
  if (op == "Relu") return std::max<std::int64_t>(a, 0);
  if (op == "Sign") return a > 0 ? 1 : (a < 0 ? -1 : 0);
  return std::nullopt;
}

std::optional<OnnxNumbers> mapped(const OnnxNode& node, const OnnxNumbers& a, int type) {
  Dims integers;
  std::vector<double> reals;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a.is_real()) {
      const Real value = unary_real(node.op, a.real(i));
      if (!value) return std::nullopt;
      reals.push_back(rounded(*value, type));
    } else {
      const Integer value = unary_integer(node.op, std::get<Dims>(a.values)[i]);
      if (!value) return std::nullopt;
      integers.push_back(*value);
    }
  }
  if (a.is_real()) return OnnxNumbers{a.shape, std::move(reals)};
  return OnnxNumbers{a.shape, std::move(integers)};
}

/// The elements in another type: fractions lose what is behind the point, truths are 0 or 1.
std::optional<OnnxNumbers> cast(const OnnxNumbers& a, int type) {
  Dims integers;
  std::vector<double> reals;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (is_real_type(type)) {
      reals.push_back(rounded(a.real(i), type));
    } else if (type == onnx::TensorProto::BOOL) {
      integers.push_back(a.real(i) != 0 ? 1 : 0);
    } else if (!a.is_real()) {
      integers.push_back(std::get<Dims>(a.values)[i]);
    } else if (std::abs(a.real(i)) < kLargestReal) {
      integers.push_back(static_cast<std::int64_t>(a.real(i)));
    } else {
      return std::nullopt;
    }
  }
  if (is_real_type(type)) return OnnxNumbers{a.shape, std::move(reals)};
  return OnnxNumbers{a.shape, std::move(integers)};
}

/// Clip between the inputs 1 and 2, either of which may be missing.
std::optional<OnnxNumbers> clipped(const OnnxNode& node, const OnnxNumberInputs& inputs, int type) {
  std::optional<OnnxNumbers> result = inputs[0];
  for (std::size_t i = 1; i < inputs.size() && i < 3 && result; ++i) {
    if (node.inputs[i].empty()) continue;
    if (!inputs[i]) return std::nullopt;
    OnnxNode step = node;
    step.op = i == 1 ? "Max" : "Min";
    result = combined(step, *result, *inputs[i], type);
  }
  return result;
}

constexpr auto kUnary =
    std::to_array<std::string_view>({"Neg", "Abs", "Floor", "Ceil", "Round", "Sqrt", "Exp", "Log",
                                     "Reciprocal", "Relu", "Sign", "Not"});
constexpr auto kBinary = std::to_array<std::string_view>({"Add", "Sub", "Mul", "Div", "Mod", "Pow",
                                                          "Equal", "Less", "LessOrEqual", "Greater",
                                                          "GreaterOrEqual", "And", "Or", "Xor"});
constexpr auto kVariadic = std::to_array<std::string_view>({"Max", "Min", "Sum", "Mean"});

template <typename List>
bool has(const List& list, std::string_view op) {
  return std::find(list.begin(), list.end(), op) != list.end();
}

std::optional<OnnxNumbers> folded(const OnnxNode& node, const OnnxNumberInputs& inputs, int type) {
  std::optional<OnnxNumbers> result = inputs[0];
  for (std::size_t i = 1; i < inputs.size() && result; ++i) {
    result = inputs[i] ? combined(node, *result, *inputs[i], type) : std::nullopt;
  }
  if (!result || node.op != "Mean") return result;
  auto* reals = std::get_if<std::vector<double>>(&result->values);
  if (reals == nullptr) return std::nullopt;
  for (double& each : *reals) each = rounded(each / static_cast<double>(inputs.size()), type);
  return result;
}

}  // namespace

Results computed_numbers(const OnnxNode& node, const OnnxNumberInputs& inputs, int type) {
  const bool is_unary = has(kUnary, node.op);
  const bool is_binary = has(kBinary, node.op);
  const bool is_variadic = has(kVariadic, node.op);
  const bool is_other = node.op == "Cast" || node.op == "CastLike" || node.op == "Clip";
  if (!is_unary && !is_binary && !is_variadic && !is_other) return {};
  if (inputs.empty() || !inputs[0] || node.outputs.size() != 1) return {std::nullopt};
  if (node.op == "Cast" || node.op == "CastLike") return {cast(*inputs[0], type)};
  if (node.op == "Clip") return {clipped(node, inputs, type)};
  if (is_unary) return {mapped(node, *inputs[0], type)};
  if (is_binary && inputs.size() != 2) return {std::nullopt};
  return {folded(node, inputs, type)};
}

}  // namespace tilewise
