#include "workload/onnx/onnx_attention_sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "workload/onnx/onnx_layers.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;
using Tensors = std::vector<const OnnxTensor*>;

constexpr std::size_t kNone = kNoAttentionInput;

constexpr auto kAttentionForms = std::to_array<AttentionForm>({
    {"Attention", true, false, kNone, 4, kNone, "q_num_heads", "kv_num_heads"},
    {"Attention", false, true, 2, 4, kNone, "num_heads", "num_heads"},
    {"QAttention", false, true, 2, 8, kNone, "num_heads", "num_heads"},
    {"MultiHeadAttention", false, false, 3, 6, kNone, "num_heads", "num_heads"},
    {"GroupQueryAttention", false, false, kNone, 3, 6, "num_heads", "kv_num_heads"},
});

const OnnxTensor* at(const Tensors& inputs, std::size_t index) {
  return index < inputs.size() ? inputs[index] : nullptr;
}

/// The quotient; throws InputError where the words do not divide.
std::int64_t share(std::int64_t words, std::int64_t heads) {
  if (heads < 1 || words < 1 || words % heads != 0) {
    throw InputError(fmt::format("{} words do not make {} heads", words, heads));
  }
  return words / heads;
}

std::int64_t heads_of(const OnnxNode& node, std::string_view attribute, std::int64_t fallback) {
  constexpr std::int64_t kMostHeads = std::int64_t{1} << 31U;
  const std::int64_t heads = integer_or(node, attribute, fallback);
  if (heads < 1 || heads > kMostHeads) {
    throw InputError(fmt::format("{}: expected 1 to {}, found {}", attribute, kMostHeads, heads));
  }
  return heads;
}

/// Sizes by one stored product of all projections: x[batch, queries, in], w[in, q + k + v].
void set_projected(const OnnxNode& node, const Dims& x, const Dims& w, AttentionSizes& sizes) {
  if (x.size() != 3 || w.size() != 2 || w[0] != x[2]) {
    throw InputError("its weights do not fit its input");
  }
  Dims parts = integers_or(node, "qkv_hidden_sizes", {});
  if (parts.empty()) parts = Dims(3, share(w[1], 3));
  if (parts.size() != 3 || parts[0] != parts[1] || parts[0] + parts[1] + parts[2] != w[1]) {
    throw InputError("qkv_hidden_sizes: expected three numbers that add up to its columns");
  }
  sizes.batch = x[0];
  sizes.queries = sizes.keys = x[1];
  sizes.size = share(parts[0], sizes.heads);
  sizes.value_size = share(parts[2], sizes.heads);
}

/// Sizes where Q, or K and V, lie in one tensor: [batch, rows, heads, 3 or 2, size], or rows of all
/// heads one after the other.
void set_packed(const Dims& q, AttentionSizes& sizes) {
  if (q.size() == 5) {
    sizes.heads = sizes.key_heads = q[2];
    sizes.size = q[4];
  } else if (q.size() == 3) {
    sizes.size = share(q[2], sizes.heads + 2 * sizes.key_heads);
  } else {
    throw InputError("its keys are missing");
  }
  sizes.batch = q[0];
  sizes.queries = sizes.keys = q[1];
  sizes.value_size = sizes.size;
}

/// Sizes by Q of [batch, queries, heads x size] or [batch, heads, queries, size], and K, V alike.
void set_apart(const Dims& q, const Dims& k, const Dims* v, AttentionSizes& sizes) {
  if (q.size() != 3 && q.size() != 4) {
    throw InputError("its queries are not of three or four dimensions");
  }
  sizes.batch = q[0];
  sizes.heads_first = q.size() == 4;
  if (sizes.heads_first) {
    sizes.heads = q[1];
    sizes.queries = q[2];
    sizes.size = q[3];
  } else {
    sizes.queries = q[1];
    sizes.size = share(q[2], sizes.heads);
  }
  if (k.size() == 5) {  // K and V in one
    sizes.keys = k[1];
    sizes.value_size = sizes.size;
    return;
  }
  if (k.size() < 3 || (v != nullptr && v->size() != k.size())) {
    throw InputError("its keys and values are not of three or four dimensions");
  }
  const bool heads_first = k.size() == 4;
  if (heads_first) sizes.key_heads = k[1];
  sizes.keys = heads_first ? k[2] : k[1];
  const std::int64_t words = heads_first ? k[3] : share(k[2], sizes.key_heads);
  if (words != sizes.size || k[0] != sizes.batch) {
    throw InputError("its keys do not fit its queries");
  }
  sizes.value_size = sizes.size;
  if (v != nullptr && (heads_first ? (*v)[2] : (*v)[1]) != sizes.keys) {
    throw InputError("its values do not fit its keys");
  }
  if (v != nullptr) sizes.value_size = heads_first ? (*v)[3] : share((*v)[2], sizes.key_heads);
}

/// The keys of earlier calls, and of all calls where that is stored as a number.
void add_past(const AttentionForm& form, const Tensors& inputs, AttentionSizes& sizes) {
  const OnnxTensor* past = at(inputs, form.past);
  const Dims* total = known_integers(at(inputs, form.total));
  if (total != nullptr && total->size() == 1 && total->front() > 0) {
    sizes.keys = total->front();
  } else if (past != nullptr) {
    const Dims& shape = *past->shape;
    if (shape.size() < 4) throw InputError("its past keys are not of four or five dimensions");
    sizes.keys = checked_add(sizes.keys, shape[shape.size() - 2], "its keys");
  }
}

}  // namespace

const AttentionForm* attention_form(const OnnxNode& node) {
  const auto* found =
      std::find_if(kAttentionForms.begin(), kAttentionForms.end(), [&](const AttentionForm& each) {
        return each.op == node.op && each.is_standard == node.domain.empty();
      });
  return found == kAttentionForms.end() ? nullptr : found;
}

std::optional<AttentionSizes> attention_sizes(const OnnxNode& node, const AttentionForm& form,
                                              const Tensors& inputs) {
  const OnnxTensor* second = at(inputs, 1);
  const OnnxTensor* third = form.projects ? nullptr : at(inputs, 2);
  for (const OnnxTensor* each : {at(inputs, 0), second, third}) {
    if (each != nullptr && !has_known_shape(*each)) return std::nullopt;
  }
  const OnnxTensor* past = at(inputs, form.past);
  if (past != nullptr && !past->shape) return std::nullopt;
  if (past != nullptr) {  // a past of no keys is one
    const auto known = [](std::int64_t size) { return size >= 0; };
    if (!std::all_of(past->shape->begin(), past->shape->end(), known)) return std::nullopt;
  }
  if (at(inputs, 0) == nullptr) throw InputError("input 0 is missing");
  const Dims& q = *at(inputs, 0)->shape;
  AttentionSizes sizes;
  sizes.heads = heads_of(node, form.heads, 1);
  sizes.key_heads = heads_of(node, form.key_heads, sizes.heads);
  if (form.projects) {
    if (second == nullptr) throw InputError("input 1 is missing");
    set_projected(node, q, *second->shape, sizes);
  } else if (second == nullptr) {
    set_packed(q, sizes);
  } else {
    set_apart(q, *second->shape, third == nullptr ? nullptr : &*third->shape, sizes);
  }
  add_past(form, inputs, sizes);
  if (sizes.key_heads < 1 || sizes.heads % sizes.key_heads != 0) {
    throw InputError(fmt::format("{} heads of queries do not go together with {} of keys",
                                 sizes.heads, sizes.key_heads));
  }
  return sizes;
}

std::vector<Dims> attention_shapes(const AttentionForm& form, const AttentionSizes& sizes) {
  const Dims keys{sizes.batch, sizes.key_heads, sizes.keys, sizes.size};
  const Dims values{sizes.batch, sizes.key_heads, sizes.keys, sizes.value_size};
  const Dims output = sizes.heads_first
                          ? Dims{sizes.batch, sizes.heads, sizes.queries, sizes.value_size}
                          : Dims{sizes.batch, sizes.queries,
                                 checked_multiply(sizes.heads, sizes.value_size, "its output")};
  if (form.projects) return {output, {2, sizes.batch, sizes.heads, sizes.keys, sizes.size}};
  return {output, keys, values, {sizes.batch, sizes.heads, sizes.queries, sizes.keys}};
}

}  // namespace tilewise
