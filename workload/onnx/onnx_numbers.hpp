#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace onnx {
class TensorProto;
}

namespace tilewise {

struct OnnxNode;

// Small tensors whose elements are known without running the model: what exporters compute shapes
// with.

/// The elements of a small tensor, row by row: whole numbers and truths, or fractions.
struct OnnxNumbers {
  std::vector<std::int64_t> shape{};
  std::variant<std::vector<std::int64_t>, std::vector<double>> values{};

  bool is_real() const { return values.index() == 1; }
  std::size_t size() const;
  double real(std::size_t index) const;
  bool operator==(const OnnxNumbers&) const = default;
};

/// The inputs of a node; none: not given, or not known.
using OnnxNumberInputs = std::vector<std::optional<OnnxNumbers>>;

/// The most elements of a tensor that are followed.
inline constexpr std::int64_t kMostOnnxNumbers = 4096;

/// Whether an element type of TensorProto.DataType is a fraction.
bool is_real_type(int element_type);

/// The elements of a stored tensor; none where they are many, elsewhere, or of another type.
std::optional<OnnxNumbers> stored_numbers(const onnx::TensorProto& tensor);
/// The same as the library's inference functions read them.
onnx::TensorProto numbers_proto(const OnnxNumbers& numbers, int element_type);

/// Elements of an axis counted from the front, where it may count from the back; none: outside.
std::optional<std::size_t> onnx_position(std::int64_t index, std::size_t size);

/// The product of a shape whose sizes are known and few; none otherwise.
std::optional<std::size_t> few_elements(const std::vector<std::int64_t>& shape);

/// Calls `visit` with each index of a shape, row by row; `shape` has few elements.
void for_each_index(const std::vector<std::int64_t>& shape,
                    const std::function<void(const std::vector<std::int64_t>&)>& visit);
/// Where an index lies, row by row; dimensions of size 1 are repeated, and leading ones that
/// `shape` lacks are left out (broadcast).
std::size_t offset_of(const std::vector<std::int64_t>& shape,
                      const std::vector<std::int64_t>& index);

/// The outputs of an operator that only moves elements (Gather, Slice, ScatterND, Pad, ...);
/// `shapes` are those that inference found (-1: unknown). None where one cannot be told; empty
/// where the operator is none of these.
std::vector<std::optional<OnnxNumbers>> moved_numbers(
    const OnnxNode& node, const OnnxNumberInputs& inputs,
    const std::vector<std::vector<std::int64_t>>& shapes);

/// The outputs of an operator that computes elements one by one (Add, Floor, Where, Cast, ...), of
/// the element type `type`. None, empty: as above.
std::vector<std::optional<OnnxNumbers>> computed_numbers(const OnnxNode& node,
                                                         const OnnxNumberInputs& inputs, int type);

/// The outputs of an operator that looks at several elements for one (ReduceProd, CumSum, TopK,
/// NonZero, Range, ...). None, empty: as above.
std::vector<std::optional<OnnxNumbers>> reduced_numbers(const OnnxNode& node,
                                                        const OnnxNumberInputs& inputs);

}  // namespace tilewise
