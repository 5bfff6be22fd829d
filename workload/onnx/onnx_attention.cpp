#include "workload/onnx/onnx_attention.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "workload/onnx/onnx_attention_sizes.hpp"
#include "workload/onnx/onnx_elementwise.hpp"
#include "workload/onnx/onnx_layers.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;
using Sources = std::vector<std::size_t>;

class AttentionWriter {
 public:
  AttentionWriter(const OnnxNode& node, const AttentionForm& form, const AttentionSizes& sizes,
                  OnnxBuilder& builder)
      : node_(node), form_(form), sizes_(sizes), builder_(builder), base_(builder.part_base(node)) {
    group_ = sizes.heads / sizes.key_heads;
    products_ = checked_multiply(sizes.batch, sizes.key_heads, "its heads");
    rows_ = checked_multiply(sizes.queries, group_, "its queries");
  }

  void write() {
    read_operands();
    if (integer_or(node_, "do_rotary", 0) != 0) turn();
    const std::size_t scores = add("scores", product(sizes_.size, sizes_.keys), joined(q_, k_));
    Sources read = joined({scores}, sources_of(form_.is_standard ? 3 : kNoAttentionInput));
    const std::size_t softmax = add("softmax", softmax_layer(), read);
    const std::size_t values =
        add("values", product(sizes_.keys, sizes_.value_size), joined({softmax}, v_));
    builder_.give(node_, 0, {values});
    builder_.give(node_, 1, form_.projects ? joined(k_, v_) : k_);
    builder_.give(node_, 2, v_);
    builder_.give(node_, 3, {scores});
  }

 private:
  Sources sources_of(std::size_t index) const { return builder_.sources_of(node_, index); }

  std::size_t add(std::string_view part, Layer layer, Sources sources) {
    return builder_.add_part(fmt::format("{}/{}", base_, part), std::move(layer),
                             std::move(sources));
  }

  std::int64_t bias() { return builder_.claim_parameters(node_, form_.bias); }

  void read_operands() {
    if (form_.projects) {
      q_ = k_ = v_ = {add_projection()};
    } else {
      builder_.fold_before(*builder_.input(node_, 0), bias());
      q_ = sources_of(0);
      k_ = builder_.input(node_, 1) == nullptr ? q_ : sources_of(1);
      v_ = builder_.input(node_, 2) == nullptr ? k_ : sources_of(2);
    }
    k_ = joined(k_, sources_of(form_.past));
    v_ = joined(v_, sources_of(form_.projects ? form_.past : form_.past + 1));
  }

  std::size_t add_projection() {
    const OnnxValue& weights = *builder_.input(node_, 1);
    const Dims x = known_shape(builder_.input_tensor(node_, 0));
    Layer layer = onnx_rows_product(checked_multiply(x[0], x[1], "its rows"), x[2],
                                    known_shape(builder_.input_tensor(node_, 1))[1]);
    const auto share = builder_.claim_weights(weights, words(layer, Tensor::Weight));
    layer.owns_weights = share.owns;
    layer.folded_parameters = checked_add(share.beyond, bias(), "its parameters");
    builder_.set_widths(node_, 0, 1, layer);
    return add("projection", std::move(layer), joined(sources_of(0), weights.sources));
  }

  /// Rotary positions: two products and a sum for each word of Q and of the new K.
  void turn() {
    const auto words = [&](std::int64_t heads) {
      const std::int64_t rows = checked_multiply(sizes_.batch, sizes_.queries, "its rows");
      Layer layer = onnx_rows(rows, checked_multiply(heads, sizes_.size, "its words"));
      layer.operations = onnx_operations("RotaryEmbedding");
      return layer;
    };
    q_ = {add("rotary_q", words(sizes_.heads), q_)};
    k_ = {add("rotary_k", words(sizes_.key_heads), k_)};
  }

  /// Queries that share the keys and values of one head are rows of one product.
  Layer product(std::int64_t inner, std::int64_t columns) const {
    Layer layer;
    layer.op = Operator::MatrixProduct;
    layer.bounds[Dim::G] = products_;
    layer.bounds[Dim::N] = rows_;
    layer.bounds[Dim::C] = inner;
    layer.bounds[Dim::M] = columns;
    return layer;
  }

  Layer softmax_layer() const {
    Layer layer = onnx_rows(sizes_.batch, sizes_.heads);
    layer.operations = onnx_operations("Softmax");
    layer.bounds[Dim::P] = layer.image.vertical = sizes_.queries;
    layer.bounds[Dim::Q] = layer.image.horizontal = sizes_.keys;
    return layer;
  }

  const OnnxNode& node_;
  const AttentionForm& form_;
  AttentionSizes sizes_;
  OnnxBuilder& builder_;
  std::string base_;
  std::int64_t group_ = 1;     ///< heads of queries for each of keys
  std::int64_t products_ = 1;  ///< batch x heads of keys
  std::int64_t rows_ = 1;      ///< queries that meet the same keys
  Sources q_;
  Sources k_;
  Sources v_;
};

}  // namespace

void add_onnx_attention(const OnnxNode& node, OnnxBuilder& builder) {
  const AttentionForm& form = *attention_form(node);
  std::vector<const OnnxTensor*> inputs;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    inputs.push_back(builder.input(node, i) == nullptr ? nullptr : &builder.tensor(node.inputs[i]));
  }
  const auto sizes = attention_sizes(node, form, inputs);
  if (!sizes) {
    for (const std::size_t index : {0U, 1U, 2U}) {
      if (index < inputs.size() && inputs[index] != nullptr) known_shape(*inputs[index]);
    }
    throw InputError("the shape of its past is not known; give sizes with --dim");
  }
  AttentionWriter(node, form, *sizes, builder).write();
}

}  // namespace tilewise
