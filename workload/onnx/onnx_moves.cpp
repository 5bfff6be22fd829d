#include <algorithm>
#include <array>
#include <limits>

#include "workload/onnx/onnx_graph.hpp"
#include "workload/onnx/onnx_numbers.hpp"
#include "workload/onnx/onnx_selection.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;
using Results = std::vector<std::optional<OnnxNumbers>>;

MaybeSelection gathered(const Mover& on) {
  const Dims* indices = on.integers(1);
  const auto axis = on.axis(0);
  if (indices == nullptr || !axis) return std::nullopt;
  const Dims& data = on.shape(0);
  const auto at = static_cast<std::ptrdiff_t>(*axis);
  const auto width = static_cast<std::ptrdiff_t>(on.rank(1));
  Dims shape(data.begin(), data.begin() + at);
  shape.insert(shape.end(), on.shape(1).begin(), on.shape(1).end());
  shape.insert(shape.end(), data.begin() + at + 1, data.end());
  return select(shape, [&](const Dims& index) -> std::optional<Pick> {
    const Dims middle(index.begin() + at, index.begin() + at + width);
    const auto place = onnx_position((*indices)[offset_of(on.shape(1), middle)],
                                     static_cast<std::size_t>(data[*axis]));
    if (!place) return std::nullopt;
    Dims from(index.begin(), index.begin() + at);
    from.push_back(static_cast<std::int64_t>(*place));
    from.insert(from.end(), index.begin() + at + width, index.end());
    return Pick{0, offset_of(data, from)};
  });
}

/// Begin, count and step of a slice along one axis of `size` elements.
struct SliceRange {
  std::int64_t begin = 0;
  std::int64_t count = 0;
  std::int64_t step = 1;
};

std::optional<SliceRange> range_of(std::int64_t begin, std::int64_t end, std::int64_t step,
                                   std::int64_t size) {
  if (step == 0 || step == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  const auto place = [&](std::int64_t at) {
    if (at < 0) at = at < -size ? -1 - size : at;  // below the front, whatever it is
    at = at < 0 ? at + size : at;
    return step > 0 ? std::clamp<std::int64_t>(at, 0, size)
                    : std::clamp<std::int64_t>(at, -1, size - 1);
  };
  if (size == 0) return SliceRange{0, 0, step};
  const std::int64_t first = std::max<std::int64_t>(place(begin), 0);
  const std::int64_t way = step > 0 ? place(end) - first : first - place(end);
  const std::int64_t stride = step > 0 ? step : -step;
  return SliceRange{first, way <= 0 ? 0 : (way - 1) / stride + 1, step};
}

MaybeSelection sliced(const Mover& on) {
  const auto argument = [&](std::string_view key, std::size_t input) -> std::optional<Dims> {
    if (!on.is_given(input)) return integers_or(on.node, key, {});
    const Dims* given = on.integers(input);
    return given == nullptr ? std::nullopt : std::optional(*given);
  };
  const auto begins = argument("starts", 1);
  const auto ends = argument("ends", 2);
  auto axes = argument("axes", 3);
  auto steps = argument("steps", 4);
  if (!begins || !ends || !axes || !steps || begins->size() != ends->size()) return std::nullopt;
  for (std::size_t i = 0; axes->size() < begins->size() && axes->size() == i; ++i) {
    axes->push_back(static_cast<std::int64_t>(i));
  }
  steps->resize(std::max(steps->size(), begins->size()), 1);
  if (axes->size() != begins->size()) return std::nullopt;
  std::vector<SliceRange> ranges;
  for (const std::int64_t size : on.shape(0)) ranges.push_back({0, size, 1});
  for (std::size_t i = 0; i < begins->size(); ++i) {
    const auto axis = onnx_position((*axes)[i], ranges.size());
    if (!axis) return std::nullopt;
    const auto range = range_of((*begins)[i], (*ends)[i], (*steps)[i], on.shape(0)[*axis]);
    if (!range) return std::nullopt;
    ranges[*axis] = *range;
  }
  Dims shape;
  for (const SliceRange& range : ranges) shape.push_back(range.count);
  return select(shape, [&](const Dims& index) -> std::optional<Pick> {
    Dims from;
    for (std::size_t i = 0; i < index.size(); ++i) {
      from.push_back(ranges[i].begin + index[i] * ranges[i].step);
    }
    return Pick{0, offset_of(on.shape(0), from)};
  });
}

MaybeSelection concatenated(const Mover& on) {
  const auto axis = on.axis(0);
  if (!axis) return std::nullopt;
  Dims shape = on.shape(0);
  shape[*axis] = 0;
  for (std::size_t i = 0; i < on.inputs.size(); ++i) {
    if (!on.has(i) || on.rank(i) != shape.size()) return std::nullopt;
    shape[*axis] += on.shape(i)[*axis];
  }
  return select(shape, [&](const Dims& index) -> std::optional<Pick> {
    Dims from = index;
    std::size_t input = 0;
    while (from[*axis] >= on.shape(input)[*axis]) from[*axis] -= on.shape(input++)[*axis];
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (from[i] >= on.shape(input)[i]) return std::nullopt;
    }
    return Pick{input, offset_of(on.shape(input), from)};
  });
}

/// Output `which` of a Split, whose outputs have the sizes that inference found.
MaybeSelection split_part(const Mover& on, const std::vector<Dims>& shapes, std::size_t which) {
  const auto axis = on.axis(0);
  if (!axis) return std::nullopt;
  std::int64_t before = 0;
  for (std::size_t i = 0; i <= which; ++i) {
    if (shapes[i].size() != on.rank(0) || shapes[i][*axis] < 0) return std::nullopt;
    if (i < which) before += shapes[i][*axis];
  }
  if (before + shapes[which][*axis] > on.shape(0)[*axis]) return std::nullopt;
  Dims shape = on.shape(0);
  shape[*axis] = shapes[which][*axis];
  return select(shape, [&](const Dims& index) -> std::optional<Pick> {
    Dims from = index;
    from[*axis] += before;
    return Pick{0, offset_of(on.shape(0), from)};
  });
}

MaybeSelection transposed(const Mover& on) {
  const std::size_t rank = on.rank(0);
  Dims order = integers_or(on.node, "perm", {});
  for (std::size_t i = 0; order.size() < rank && order.size() == i; ++i) {
    order.push_back(static_cast<std::int64_t>(rank - 1 - i));
  }
  Dims sorted = order;
  std::sort(sorted.begin(), sorted.end());
  Dims shape;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order.size() != rank || sorted[i] != static_cast<std::int64_t>(i)) return std::nullopt;
    shape.push_back(on.shape(0)[static_cast<std::size_t>(order[i])]);
  }
  return select(shape, [&](const Dims& index) -> std::optional<Pick> {
    Dims from(rank);
    for (std::size_t i = 0; i < rank; ++i) from[static_cast<std::size_t>(order[i])] = index[i];
    return Pick{0, offset_of(on.shape(0), from)};
  });
}

/// Expand: the input and the shape given stretch each other.
MaybeSelection expanded(const Mover& on) {
  const Dims* target = on.integers(1);
  if (target == nullptr) return std::nullopt;
  Dims shape(std::max(target->size(), on.rank(0)), 1);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::int64_t mine = i < on.rank(0) ? on.shape(0)[on.rank(0) - 1 - i] : 1;
    const std::int64_t given = i < target->size() ? (*target)[target->size() - 1 - i] : 1;
    if (mine != given && mine != 1 && given != 1) return std::nullopt;
    shape[shape.size() - 1 - i] = mine == 1 ? given : mine;
  }
  return select(shape, [&](const Dims& index) {
    return std::optional(Pick{0, offset_of(on.shape(0), index)});
  });
}

MaybeSelection tiled(const Mover& on) {
  const Dims* repeats = on.integers(1);
  if (repeats == nullptr || repeats->size() != on.rank(0)) return std::nullopt;
  Dims shape;
  for (std::size_t i = 0; i < repeats->size(); ++i) {
    const std::int64_t times = (*repeats)[i];
    if (times < 0 || times > kMostOnnxNumbers) return std::nullopt;
    shape.push_back(on.shape(0)[i] * times);
  }
  return select(shape, [&](const Dims& index) -> std::optional<Pick> {
    Dims from;
    for (std::size_t i = 0; i < index.size(); ++i) from.push_back(index[i] % on.shape(0)[i]);
    return Pick{0, offset_of(on.shape(0), from)};
  });
}

MaybeSelection chosen(const Mover& on) {
  const Dims* condition = on.integers(0);
  if (condition == nullptr || !on.has(1) || !on.has(2)) return std::nullopt;
  Dims shape(std::max({on.rank(0), on.rank(1), on.rank(2)}), 1);
  for (std::size_t input = 0; input < 3; ++input) {
    const std::size_t skipped = shape.size() - on.rank(input);
    for (std::size_t i = 0; i < on.rank(input); ++i) {
      const std::int64_t size = on.shape(input)[i];
      std::int64_t& whole = shape[skipped + i];
      if (size != 1 && whole != 1 && size != whole) return std::nullopt;
      whole = whole == 1 ? size : whole;
    }
  }
  return select(shape, [&](const Dims& index) -> std::optional<Pick> {
    const std::size_t input = (*condition)[offset_of(on.shape(0), index)] != 0 ? 1 : 2;
    return Pick{input, offset_of(on.shape(input), index)};
  });
}

MaybeSelection selection_of(const Mover& on, const std::vector<Dims>& shapes, std::size_t output) {
  const std::string& op = on.node.op;
  if (op == "Split") return split_part(on, shapes, output);
  if (output > 0) return std::nullopt;
  if (op == "Gather") return gathered(on);
  if (op == "GatherElements") return gathered_elements(on);
  if (op == "GatherND") return gathered_nd(on);
  if (op == "Slice") return sliced(on);
  if (op == "Concat") return concatenated(on);
  if (op == "Transpose") return transposed(on);
  if (op == "Expand") return expanded(on);
  if (op == "Tile") return tiled(on);
  if (op == "Where") return chosen(on);
  if (op == "ScatterElements" || op == "Scatter") return scattered_elements(on);
  if (op == "ScatterND") return scattered_nd(on);
  return same_elements(on, shapes[0]);
}

constexpr auto kMoves = std::to_array<std::string_view>(
    {"Concat", "Dropout", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "Identity",
     "Reshape", "Scatter", "ScatterElements", "ScatterND", "Slice", "Split", "Squeeze", "Tile",
     "Transpose", "Unsqueeze", "Where"});

OnnxNumbers picked(const Selection& selection, const OnnxNumberInputs& inputs) {
  OnnxNumbers numbers{selection.shape};
  const bool is_real = std::any_of(selection.picks.begin(), selection.picks.end(),
                                   [&](Pick pick) { return inputs[pick.input]->is_real(); });
  if (is_real) {
    std::vector<double> values;
    for (const Pick pick : selection.picks) {
      values.push_back(inputs[pick.input]->real(pick.element));
    }
    numbers.values = std::move(values);
  } else {
    Dims values;
    for (const Pick pick : selection.picks) {
      values.push_back(std::get<Dims>(inputs[pick.input]->values)[pick.element]);
    }
    numbers.values = std::move(values);
  }
  return numbers;
}

}  // namespace

Results moved_numbers(const OnnxNode& node, const OnnxNumberInputs& inputs,
                      const std::vector<Dims>& shapes) {
  if (std::find(kMoves.begin(), kMoves.end(), node.op) == kMoves.end()) return {};
  Results results(shapes.size());
  const Mover on{node, inputs};
  if (!on.has(0) || shapes.empty()) return results;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (const MaybeSelection selection = selection_of(on, shapes, i)) {
      results[i] = picked(*selection, inputs);
    }
  }
  return results;
}

}  // namespace tilewise
