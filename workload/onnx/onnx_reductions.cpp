#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "workload/onnx/onnx_graph.hpp"
#include "workload/onnx/onnx_numbers.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;
using Results = std::vector<std::optional<OnnxNumbers>>;

const Dims* whole(const OnnxNumberInputs& inputs, std::size_t index) {
  if (index >= inputs.size() || !inputs[index]) return nullptr;
  return std::get_if<Dims>(&inputs[index]->values);
}

/// The one number of an input.
std::optional<std::int64_t> single(const OnnxNumberInputs& inputs, std::size_t index) {
  const Dims* values = whole(inputs, index);
  return values != nullptr && values->size() == 1 ? std::optional((*values)[0]) : std::nullopt;
}

/// The next value of a reduction by an operator such as ReduceSum; none: it leaves 63 bits.
template <typename Number>
bool reduce_step(std::string_view op, Number value, Number& sum) {
  if (op == "ReduceMax") sum = std::max(sum, value);
  if (op == "ReduceMin") sum = std::min(sum, value);
  if (op != "ReduceProd" && op != "ReduceSum" && op != "ReduceMean") return true;
  if constexpr (std::is_integral_v<Number>) {
    return op == "ReduceProd" ? !__builtin_mul_overflow(sum, value, &sum)
                              : !__builtin_add_overflow(sum, value, &sum);
  } else {
    sum = op == "ReduceProd" ? sum * value : sum + value;
    return true;
  }
}

template <typename Number>
std::optional<OnnxNumbers> reduced_as(std::string_view op, const OnnxNumbers& data,
                                      const Dims& kept, const Dims& shape) {
  const auto& values = std::get<std::vector<Number>>(data.values);
  const auto count = few_elements(kept);
  if (!count || *count == 0 || values.empty()) return std::nullopt;
  std::vector<Number> sums(*count);
  std::vector<bool> begun(*count, false);
  std::size_t next = 0;
  bool fits = true;
  for_each_index(data.shape, [&](const Dims& index) {
    const std::size_t to = offset_of(kept, index);
    const Number value = values[next++];
    if (begun[to]) {
      fits &= reduce_step(op, value, sums[to]);
    } else {
      sums[to] = value;
    }
    begun[to] = true;
  });
  if (op == "ReduceMean") {
    const auto each = static_cast<Number>(values.size() / *count);
    for (Number& sum : sums) sum /= each;
  }
  return fits ? std::optional(OnnxNumbers{shape, std::move(sums)}) : std::nullopt;
}

std::optional<OnnxNumbers> reduced(const OnnxNode& node, const OnnxNumberInputs& inputs) {
  const OnnxNumbers& data = *inputs[0];
  OnnxTensor second;
  const bool has_second = node.inputs.size() > 1 && !node.inputs[1].empty();
  if (const Dims* axes = whole(inputs, 1)) second.numbers = OnnxNumbers{{}, *axes};
  const auto axes = onnx_axes(node, data.shape.size(), has_second ? &second : nullptr);
  if (!axes) return std::nullopt;
  Dims kept = data.shape;
  for (const std::int64_t axis : *axes) kept[static_cast<std::size_t>(axis)] = 1;
  Dims shape;
  const bool keeps = integer_or(node, "keepdims", 1) != 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const bool is_reduced =
        std::find(axes->begin(), axes->end(), static_cast<std::int64_t>(i)) != axes->end();
    if (keeps || !is_reduced) shape.push_back(kept[i]);
  }
  return data.is_real() ? reduced_as<double>(node.op, data, kept, shape)
                        : reduced_as<std::int64_t>(node.op, data, kept, shape);
}

/// Calls `visit` with the offsets of the elements of each line along an axis.
template <typename Visit>
void for_each_line(const Dims& shape, std::size_t axis, const Visit& visit) {
  Dims starts = shape;
  starts[axis] = 1;
  for_each_index(starts, [&](const Dims& start) {
    std::vector<std::size_t> line;
    Dims index = start;
    for (; index[axis] < shape[axis]; ++index[axis]) line.push_back(offset_of(shape, index));
    visit(start, line);
  });
}

std::optional<OnnxNumbers> running_sums(const OnnxNode& node, const OnnxNumberInputs& inputs) {
  const auto given = single(inputs, 1);
  const auto* values = whole(inputs, 0);
  const Dims& shape = inputs[0]->shape;
  const auto axis = given ? onnx_position(*given, shape.size()) : std::nullopt;
  if (!axis || values == nullptr) return std::nullopt;
  const bool exclusive = integer_or(node, "exclusive", 0) != 0;
  const bool reverse = integer_or(node, "reverse", 0) != 0;
  Dims sums(values->size());
  bool fits = true;
  for_each_line(shape, *axis, [&](const Dims&, std::vector<std::size_t> line) {
    if (reverse) std::reverse(line.begin(), line.end());
    std::int64_t sum = 0;
    for (const std::size_t at : line) {
      if (exclusive) sums[at] = sum;
      fits &= !__builtin_add_overflow(sum, (*values)[at], &sum);
      if (!exclusive) sums[at] = sum;
    }
  });
  return fits ? std::optional(OnnxNumbers{shape, std::move(sums)}) : std::nullopt;
}

/// The places of a line's elements, the largest (or smallest) first, of equal ones the first.
std::vector<std::size_t> ranked(const OnnxNumbers& data, const std::vector<std::size_t>& line,
                                bool largest) {
  std::vector<std::size_t> order(line.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double left = data.real(line[a]);
    const double right = data.real(line[b]);
    return largest ? left > right : left < right;
  });
  return order;
}

std::optional<OnnxNumbers> place_of_extreme(const OnnxNode& node, const OnnxNumbers& data) {
  const auto axis = onnx_position(integer_or(node, "axis", 0), data.shape.size());
  if (!axis || integer_or(node, "select_last_index", 0) != 0 || data.size() == 0) {
    return std::nullopt;
  }
  Dims shape = data.shape;
  shape[*axis] = 1;
  if (integer_or(node, "keepdims", 1) == 0) {
    shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(*axis));
  }
  Dims places;
  for_each_line(data.shape, *axis, [&](const Dims&, const std::vector<std::size_t>& line) {
    places.push_back(static_cast<std::int64_t>(ranked(data, line, node.op == "ArgMax").front()));
  });
  return OnnxNumbers{shape, std::move(places)};
}

Results top(const OnnxNode& node, const OnnxNumberInputs& inputs) {
  Results results(node.outputs.size());
  const OnnxNumbers& data = *inputs[0];
  const auto axis = onnx_position(integer_or(node, "axis", -1), data.shape.size());
  const auto count = single(inputs, 1);
  if (!axis || !count || *count < 0 || *count > data.shape[*axis] || results.size() != 2) {
    return results;
  }
  Dims shape = data.shape;
  shape[*axis] = *count;
  std::vector<double> values(few_elements(shape).value_or(0));
  Dims places(values.size());
  for_each_line(data.shape, *axis, [&](Dims start, const std::vector<std::size_t>& line) {
    const auto order = ranked(data, line, integer_or(node, "largest", 1) != 0);
    for (std::int64_t i = 0; i < *count; ++i) {
      start[*axis] = i;
      Dims squeezed = start;
      const std::size_t from = order[static_cast<std::size_t>(i)];
      values[offset_of(shape, squeezed)] = data.real(line[from]);
      places[offset_of(shape, squeezed)] = static_cast<std::int64_t>(from);
    }
  });
  if (data.is_real()) {
    results[0] = OnnxNumbers{shape, values};
  } else {
    Dims whole_values;
    for (const double value : values) whole_values.push_back(static_cast<std::int64_t>(value));
    results[0] = OnnxNumbers{shape, std::move(whole_values)};
  }
  results[1] = OnnxNumbers{shape, std::move(places)};
  return results;
}

std::optional<OnnxNumbers> places_of_nonzero(const OnnxNumbers& data) {
  const std::size_t rank = data.shape.size();
  std::vector<Dims> coordinates(rank);
  std::size_t next = 0;
  for_each_index(data.shape, [&](const Dims& index) {
    if (data.real(next++) == 0) return;
    for (std::size_t i = 0; i < rank; ++i) coordinates[i].push_back(index[i]);
  });
  Dims flat;
  for (const Dims& each : coordinates) flat.insert(flat.end(), each.begin(), each.end());
  if (rank == 0) return std::nullopt;
  return OnnxNumbers{
      {static_cast<std::int64_t>(rank), static_cast<std::int64_t>(coordinates[0].size())},
      std::move(flat)};
}

std::optional<OnnxNumbers> range(const OnnxNumberInputs& inputs) {
  if (inputs.size() != 3 || !inputs[1] || !inputs[2]) return std::nullopt;
  for (const auto& each : inputs) {
    if (each->size() != 1) return std::nullopt;
  }
  const double step = inputs[2]->real(0);
  const double steps = std::ceil((inputs[1]->real(0) - inputs[0]->real(0)) / step);
  if (step == 0 || !(steps <= static_cast<double>(kMostOnnxNumbers))) return std::nullopt;
  const auto count = static_cast<std::int64_t>(std::max(steps, 0.0));
  if (inputs[0]->is_real()) {
    std::vector<double> values;
    for (std::int64_t i = 0; i < count; ++i) {
      values.push_back(inputs[0]->real(0) + static_cast<double>(i) * step);
    }
    return OnnxNumbers{{count}, std::move(values)};
  }
  const auto first = single(inputs, 0);
  const auto stride = single(inputs, 2);
  if (!first || !stride) return std::nullopt;
  Dims values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(*first + i * *stride);
  return OnnxNumbers{{count}, std::move(values)};
}

/// The part of matrices above (or below) a diagonal, zeros elsewhere.
std::optional<OnnxNumbers> triangle(const OnnxNode& node, const OnnxNumberInputs& inputs) {
  const bool given = node.inputs.size() > 1 && !node.inputs[1].empty();
  const auto diagonal = given ? single(inputs, 1) : std::optional<std::int64_t>(0);
  const std::size_t rank = inputs[0]->shape.size();
  if (!diagonal || rank < 2) return std::nullopt;
  const bool upper = integer_or(node, "upper", 1) != 0;
  OnnxNumbers result = *inputs[0];
  std::size_t next = 0;
  for_each_index(result.shape, [&](const Dims& index) {
    const auto column = static_cast<double>(index[rank - 1]);
    const auto limit = static_cast<double>(index[rank - 2]) + static_cast<double>(*diagonal);
    const bool keeps = upper ? column >= limit : column <= limit;
    std::visit([&](auto& all) { all[next] = keeps ? all[next] : 0; }, result.values);
    ++next;
  });
  return result;
}

/// Truths on an axis of their own: `values` holds what stands elsewhere and where the index is.
std::optional<OnnxNumbers> one_hot(const OnnxNode& node, const OnnxNumberInputs& inputs) {
  const auto depth = single(inputs, 1);
  const Dims* values = whole(inputs, 2);
  const Dims* indices = whole(inputs, 0);
  if (!depth || values == nullptr || indices == nullptr || values->size() != 2 || *depth < 1 ||
      *depth > kMostOnnxNumbers) {
    return std::nullopt;
  }
  Dims shape = inputs[0]->shape;
  const auto axis = onnx_position(integer_or(node, "axis", -1), shape.size() + 1);
  if (!axis) return std::nullopt;
  const auto at = static_cast<std::ptrdiff_t>(*axis);
  shape.insert(shape.begin() + at, *depth);
  if (!few_elements(shape)) return std::nullopt;
  Dims result;
  for_each_index(shape, [&](Dims index) {
    const std::int64_t level = index[*axis];
    index.erase(index.begin() + at);
    const std::int64_t wanted = (*indices)[offset_of(inputs[0]->shape, index)];
    const bool is_hot = (wanted < 0 ? wanted + *depth : wanted) == level;
    result.push_back((*values)[is_hot ? 1 : 0]);
  });
  return OnnxNumbers{shape, std::move(result)};
}

constexpr auto kReductions = std::to_array<std::string_view>(
    {"ReduceMax", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceMean"});
constexpr auto kOthers = std::to_array<std::string_view>(
    {"CumSum", "ArgMax", "ArgMin", "TopK", "NonZero", "Range", "Trilu", "OneHot"});

}  // namespace

Results reduced_numbers(const OnnxNode& node, const OnnxNumberInputs& inputs) {
  const std::string_view op = node.op;
  const bool reduces = std::find(kReductions.begin(), kReductions.end(), op) != kReductions.end();
  if (!reduces && std::find(kOthers.begin(), kOthers.end(), op) == kOthers.end()) return {};
  if (inputs.empty() || !inputs[0]) return Results(node.outputs.size());
  if (reduces) return {reduced(node, inputs)};
  if (op == "CumSum") return {running_sums(node, inputs)};
  if (op == "TopK") return top(node, inputs);
  if (op == "NonZero") return {places_of_nonzero(*inputs[0])};
  if (op == "Range") return {range(inputs)};
  if (op == "Trilu") return {triangle(node, inputs)};
  if (op == "OneHot") return {one_hot(node, inputs)};
  return {place_of_extreme(node, *inputs[0])};
}

}  // namespace tilewise
