#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "workload/onnx/onnx_graph.hpp"

namespace tilewise {

/// An input that an operator of attention does not have.
inline constexpr std::size_t kNoAttentionInput = 99;

/// Where an operator of attention has what it reads, as in the specifications of ONNX and of
/// onnxruntime's docs/ContribOperators.md.
struct AttentionForm {
  std::string_view op;
  bool is_standard;  ///< of ONNX, else of onnxruntime
  bool projects;     ///< input 1 is the weights of Q, K and V
  std::size_t bias;
  std::size_t past;   ///< of keys, or of keys and values
  std::size_t total;  ///< a number: keys and values with the past
  std::string_view heads;
  std::string_view key_heads;  ///< heads of K and V, where they may be fewer
};

/// What the products of an attention are made of, in words and rows.
struct AttentionSizes {
  std::int64_t batch = 1;
  std::int64_t queries = 1;
  std::int64_t keys = 1;  ///< with those of the past
  std::int64_t heads = 1;
  std::int64_t key_heads = 1;
  std::int64_t size = 1;        ///< words of a query or key
  std::int64_t value_size = 1;  ///< words of a value
  bool heads_first = false;     ///< batch, heads, queries, words
};

/// The operator of a node; nullptr: no attention.
const AttentionForm* attention_form(const OnnxNode& node);

/// Sizes by the shapes of what a node reads; none: one of them is not known. Throws InputError
/// where they contradict each other or the attributes.
std::optional<AttentionSizes> attention_sizes(const OnnxNode& node, const AttentionForm& form,
                                              const std::vector<const OnnxTensor*>& inputs);

/// The shapes of output, keys and values with those of the past, scores; of an operator that
/// projects, output, and keys and values in one.
std::vector<std::vector<std::int64_t>> attention_shapes(const AttentionForm& form,
                                                        const AttentionSizes& sizes);

}  // namespace tilewise
