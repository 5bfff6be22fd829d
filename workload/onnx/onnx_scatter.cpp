#include <algorithm>

#include "workload/onnx/onnx_selection.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;

/// The leading coordinates that a row of the indices of GatherND or ScatterND names.
std::optional<Dims> row_of(const Dims& indices, std::size_t row, std::size_t width,
                           const Dims& data, std::size_t first) {
  Dims coordinates;
  for (std::size_t i = 0; i < width; ++i) {
    const auto place =
        onnx_position(indices[row * width + i], static_cast<std::size_t>(data[first + i]));
    if (!place) return std::nullopt;
    coordinates.push_back(static_cast<std::int64_t>(*place));
  }
  return coordinates;
}

/// The length of such a row; none where it is longer than there are dimensions.
std::optional<std::size_t> row_width(const Mover& on, std::size_t batch) {
  if (on.integers(1) == nullptr || on.rank(1) <= batch) return std::nullopt;
  const auto width = static_cast<std::size_t>(on.shape(1).back());
  return batch + width <= on.rank(0) ? std::optional(width) : std::nullopt;
}

}  // namespace

MaybeSelection same_elements(const Mover& on, const Dims& shape) {
  if (few_elements(shape) != on.inputs[0]->size()) return std::nullopt;
  Selection selection{shape};
  for (std::size_t i = 0; i < on.inputs[0]->size(); ++i) selection.picks.push_back({0, i});
  return selection;
}

MaybeSelection gathered_elements(const Mover& on) {
  const Dims* indices = on.integers(1);
  const auto axis = on.axis(0);
  if (indices == nullptr || !axis || on.rank(1) != on.rank(0)) return std::nullopt;
  const Dims& data = on.shape(0);
  return select(on.shape(1), [&](const Dims& index) -> std::optional<Pick> {
    Dims from = index;
    const auto place = onnx_position((*indices)[offset_of(on.shape(1), index)],
                                     static_cast<std::size_t>(data[*axis]));
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (i != *axis && from[i] >= data[i]) return std::nullopt;
    }
    if (!place) return std::nullopt;
    from[*axis] = static_cast<std::int64_t>(*place);
    return Pick{0, offset_of(data, from)};
  });
}

MaybeSelection gathered_nd(const Mover& on) {
  const std::int64_t batch_dims = integer_or(on.node, "batch_dims", 0);
  if (batch_dims < 0 || batch_dims > 16) return std::nullopt;
  const auto batch = static_cast<std::size_t>(batch_dims);
  const auto width = row_width(on, batch);
  if (!width) return std::nullopt;
  const Dims& data = on.shape(0);
  const Dims rows(on.shape(1).begin(), on.shape(1).end() - 1);
  if (!std::equal(data.begin(), data.begin() + batch_dims, rows.begin())) return std::nullopt;
  Dims shape = rows;
  shape.insert(shape.end(), data.begin() + static_cast<std::ptrdiff_t>(batch + *width), data.end());
  const auto lead = static_cast<std::ptrdiff_t>(rows.size());
  return select(shape, [&](const Dims& index) -> std::optional<Pick> {
    const Dims at(index.begin(), index.begin() + lead);
    const auto row = row_of(*on.integers(1), offset_of(rows, at), *width, data, batch);
    if (!row) return std::nullopt;
    Dims from(index.begin(), index.begin() + batch_dims);
    from.insert(from.end(), row->begin(), row->end());
    from.insert(from.end(), index.begin() + lead, index.end());
    return Pick{0, offset_of(data, from)};
  });
}

MaybeSelection scattered_elements(const Mover& on) {
  const Dims* indices = on.integers(1);
  const auto axis = on.axis(0);
  const auto mode = on.node.texts.find("reduction");
  const bool replaces = mode == on.node.texts.end() || mode->second == "none";
  if (indices == nullptr || !on.has(2) || !axis || !replaces || on.rank(1) != on.rank(0) ||
      on.shape(2) != on.shape(1)) {
    return std::nullopt;
  }
  MaybeSelection selection = same_elements(on, on.shape(0));
  bool inside = selection.has_value();
  for_each_index(on.shape(1), [&](const Dims& index) {
    const std::size_t source = offset_of(on.shape(1), index);
    const auto place =
        onnx_position((*indices)[source], static_cast<std::size_t>(on.shape(0)[*axis]));
    Dims to = index;
    for (std::size_t i = 0; i < to.size(); ++i) inside &= i == *axis || to[i] < on.shape(0)[i];
    inside &= place.has_value();
    if (!inside) return;
    to[*axis] = static_cast<std::int64_t>(*place);
    selection->picks[offset_of(on.shape(0), to)] = {2, source};
  });
  return inside ? selection : std::nullopt;
}

MaybeSelection scattered_nd(const Mover& on) {
  const auto width = row_width(on, 0);
  const auto mode = on.node.texts.find("reduction");
  const bool replaces = mode == on.node.texts.end() || mode->second == "none";
  if (!width || !on.has(2) || !replaces) return std::nullopt;
  const Dims& data = on.shape(0);
  const Dims rows(on.shape(1).begin(), on.shape(1).end() - 1);
  const Dims tail(data.begin() + static_cast<std::ptrdiff_t>(*width), data.end());
  Dims updates = rows;
  updates.insert(updates.end(), tail.begin(), tail.end());
  MaybeSelection selection = same_elements(on, data);
  bool inside = selection.has_value() && on.shape(2) == updates;
  if (!inside) return std::nullopt;
  for_each_index(updates, [&](const Dims& index) {
    const auto lead = static_cast<std::ptrdiff_t>(rows.size());
    const Dims at(index.begin(), index.begin() + lead);
    auto to = row_of(*on.integers(1), offset_of(rows, at), *width, data, 0);
    inside &= to.has_value();
    if (!inside) return;
    to->insert(to->end(), index.begin() + lead, index.end());
    selection->picks[offset_of(data, *to)] = {2, offset_of(updates, index)};
  });
  return inside ? selection : std::nullopt;
}

}  // namespace tilewise
