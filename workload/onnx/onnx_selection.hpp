#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "workload/onnx/onnx_graph.hpp"
#include "workload/onnx/onnx_numbers.hpp"

namespace tilewise {

/// Which element of which input an element of an output is.
struct Pick {
  std::size_t input = 0;
  std::size_t element = 0;
};

/// An output as elements of the inputs, row by row.
struct Selection {
  std::vector<std::int64_t> shape{};
  std::vector<Pick> picks{};
};

using MaybeSelection = std::optional<Selection>;

/// What a node and its inputs are asked while they are moved.
struct Mover {
  const OnnxNode& node;
  const OnnxNumberInputs& inputs;

  bool has(std::size_t input) const { return input < inputs.size() && inputs[input].has_value(); }
  bool is_given(std::size_t input) const {
    return input < node.inputs.size() && !node.inputs[input].empty();
  }
  const std::vector<std::int64_t>& shape(std::size_t input) const { return inputs[input]->shape; }
  std::size_t rank(std::size_t input) const { return shape(input).size(); }
  const std::vector<std::int64_t>* integers(std::size_t input) const {
    return has(input) ? std::get_if<std::vector<std::int64_t>>(&inputs[input]->values) : nullptr;
  }
  std::optional<std::size_t> axis(std::int64_t fallback) const {
    return onnx_position(integer_or(node, "axis", fallback), rank(0));
  }
};

/// Fills a selection of `shape` by `pick` of an index; none where `pick` gives none.
template <typename PickOf>
MaybeSelection select(const std::vector<std::int64_t>& shape, const PickOf& pick_of) {
  if (!few_elements(shape)) return std::nullopt;
  Selection selection{shape};
  bool all = true;
  for_each_index(shape, [&](const std::vector<std::int64_t>& index) {
    const std::optional<Pick> pick = all ? pick_of(index) : std::nullopt;
    all &= pick.has_value();
    if (pick) selection.picks.push_back(*pick);
  });
  return all ? MaybeSelection(std::move(selection)) : std::nullopt;
}

/// The elements of the first input in their order, as `shape`.
MaybeSelection same_elements(const Mover& on, const std::vector<std::int64_t>& shape);

// What ONNX's operators of these names give; none where indices lie outside or are not known.
MaybeSelection gathered_elements(const Mover& on);
MaybeSelection gathered_nd(const Mover& on);
MaybeSelection scattered_elements(const Mover& on);
MaybeSelection scattered_nd(const Mover& on);

}  // namespace tilewise
