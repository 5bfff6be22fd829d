#include "workload/onnx/onnx_recurrent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "workload/onnx/onnx_layers.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;
using Sources = std::vector<std::size_t>;

constexpr std::int64_t kMostParts = std::int64_t{1} << 18U;  // layers of one node

// What a part of a step reads, beside parts before it.
constexpr int kInput = -1;   // the products with the input weights
constexpr int kHidden = -2;  // the hidden state of the step before
constexpr int kCell = -3;    // the cell state of the step before
constexpr int kNothing = -4;

enum class PartKind {
  Product,   ///< with recurrent weights
  Add,       ///< of two operands, word by word
  Multiply,  ///< of two operands, word by word
  Activate,  ///< of one operand; folded into it by default
};

/// One layer of a step; its output has `units` times the words of the hidden state.
struct Part {
  std::string_view name;
  PartKind kind;
  std::int64_t units;
  int first;
  int second;
};

/// A step, and which parts give its states.
struct Cell {
  std::int64_t gates;
  std::span<const Part> parts;
  std::size_t hidden;
  std::size_t cell;
};

using enum PartKind;

// The equations of the standard. LSTM: gates i o f c of X W + H R; C = f C + i c; H = o tanh(C).
constexpr auto kLstmParts = std::to_array<Part>({
    {"recurrent", Product, 4, kHidden, kNothing},
    {"gates", Add, 4, kInput, 0},
    {"gate_activations", Activate, 4, 1, kNothing},
    {"forget", Multiply, 1, 2, kCell},
    {"write", Multiply, 1, 2, kNothing},
    {"cell", Add, 1, 3, 4},
    {"cell_activation", Activate, 1, 5, kNothing},
    {"hidden", Multiply, 1, 2, 6},
});

// The same with a share of C in the gates i and f, and one of the new C in o.
constexpr auto kPeepholeParts = std::to_array<Part>({
    {"recurrent", Product, 4, kHidden, kNothing},
    {"gates", Add, 4, kInput, 0},
    {"peephole", Add, 2, 1, kCell},
    {"gate_activations", Activate, 3, 2, 1},
    {"forget", Multiply, 1, 3, kCell},
    {"write", Multiply, 1, 3, kNothing},
    {"cell", Add, 1, 4, 5},
    {"output_peephole", Add, 1, 1, 6},
    {"output_activation", Activate, 1, 7, kNothing},
    {"cell_activation", Activate, 1, 6, kNothing},
    {"hidden", Multiply, 1, 8, 9},
});

// GRU: z r of X W + H R; h of X W + (r H) R; H = (1 - z) h + z H.
constexpr auto kGruParts = std::to_array<Part>({
    {"recurrent", Product, 2, kHidden, kNothing},
    {"gates", Add, 2, kInput, 0},
    {"gate_activations", Activate, 2, 1, kNothing},
    {"reset", Multiply, 1, 2, kHidden},
    {"candidate_recurrent", Product, 1, 3, kNothing},
    {"candidate", Add, 1, kInput, 4},
    {"candidate_activation", Activate, 1, 5, kNothing},
    {"complement", Activate, 1, 2, kNothing},
    {"new", Multiply, 1, 7, 6},
    {"old", Multiply, 1, 2, kHidden},
    {"hidden", Add, 1, 8, 9},
});

// The same with h of X W + r (H R), as cuDNN and torch have it.
constexpr auto kLinearGruParts = std::to_array<Part>({
    {"recurrent", Product, 3, kHidden, kNothing},
    {"gates", Add, 2, kInput, 0},
    {"gate_activations", Activate, 2, 1, kNothing},
    {"reset", Multiply, 1, 2, 0},
    {"candidate", Add, 1, kInput, 3},
    {"candidate_activation", Activate, 1, 4, kNothing},
    {"complement", Activate, 1, 2, kNothing},
    {"new", Multiply, 1, 6, 5},
    {"old", Multiply, 1, 2, kHidden},
    {"hidden", Add, 1, 7, 8},
});

// RNN: H = f(X W + H R).
constexpr auto kRnnParts = std::to_array<Part>({
    {"recurrent", Product, 1, kHidden, kNothing},
    {"sum", Add, 1, kInput, 0},
    {"hidden", Activate, 1, 1, kNothing},
});

Cell cell_of(const OnnxNode& node, const OnnxBuilder& builder) {
  if (node.op == "LSTM" && builder.input(node, 7) != nullptr) return {4, kPeepholeParts, 10, 6};
  if (node.op == "LSTM") return {4, kLstmParts, 7, 5};
  if (node.op == "RNN") return {1, kRnnParts, 2, 2};
  if (integer_or(node, "linear_before_reset", 0) != 0) return {3, kLinearGruParts, 9, 9};
  return {3, kGruParts, 10, 10};
}

struct RecurrentSizes {
  std::int64_t inputs = 1;
  std::int64_t hidden = 1;
  std::int64_t directions = 1;
  Dims rows{};  ///< sequences that a step works on
};

/// How many sequences a step works on: all, or where their lengths are stored those that are
/// longer.
Dims rows_of(const OnnxNode& node, const OnnxBuilder& builder, std::int64_t steps,
             std::int64_t batch) {
  const Dims* lengths =
      builder.input(node, 4) == nullptr ? nullptr : known_integers(&builder.tensor(node.inputs[4]));
  if (lengths == nullptr) return Dims(static_cast<std::size_t>(steps), batch);
  const auto fits = [&](std::int64_t length) { return length >= 0 && length <= steps; };
  if (static_cast<std::int64_t>(lengths->size()) != batch ||
      !std::all_of(lengths->begin(), lengths->end(), fits)) {
    throw InputError(fmt::format("sequence_lens: expected {} numbers from 0 to {}", batch, steps));
  }
  Dims rows(static_cast<std::size_t>(steps), 0);
  for (std::size_t step = 0; step < rows.size(); ++step) {
    rows[step] = std::count_if(lengths->begin(), lengths->end(), [step](std::int64_t length) {
      return length > static_cast<std::int64_t>(step);
    });
  }
  rows.erase(std::find(rows.begin(), rows.end(), 0), rows.end());
  if (rows.empty()) throw InputError("sequence_lens: all are 0; expected a step or more");
  return rows;
}

RecurrentSizes sizes_of(const OnnxNode& node, const Cell& cell, const OnnxBuilder& builder) {
  const Dims x = known_shape(builder.input_tensor(node, 0));
  const Dims w = known_shape(builder.input_tensor(node, 1));
  const Dims r = known_shape(builder.input_tensor(node, 2));
  const auto direction = node.texts.find("direction");
  RecurrentSizes sizes;
  sizes.directions = direction != node.texts.end() && direction->second == "bidirectional" ? 2 : 1;
  if (x.size() != 3 || w.size() != 3 || r.size() != 3) {
    throw InputError("its input or weights are not of three dimensions");
  }
  sizes.inputs = x[2];
  sizes.hidden = integer_or(node, "hidden_size", r[2]);
  const std::int64_t columns = checked_multiply(cell.gates, sizes.hidden, "its gates");
  const auto fits = [&](const Dims& given, std::int64_t rows) {
    return given == Dims{sizes.directions, columns, rows} ||
           given == Dims{sizes.directions, rows, columns};
  };
  if (!fits(w, sizes.inputs) || !fits(r, sizes.hidden)) {
    throw InputError("its weights do not fit its input or attributes");
  }
  const bool batch_first = integer_or(node, "layout", 0) != 0;
  const std::int64_t steps = batch_first ? x[1] : x[0];
  const auto parts = static_cast<std::int64_t>(cell.parts.size());
  if (steps > kMostParts / (parts * sizes.directions)) {
    throw InputError(fmt::format("{} steps make more than {} layers; give it a shorter sequence",
                                 steps, kMostParts));
  }
  sizes.rows = rows_of(node, builder, steps, batch_first ? x[0] : x[1]);
  return sizes;
}

Layer words_of(PartKind kind, std::int64_t rows, std::int64_t columns) {
  Layer layer = onnx_rows(rows, columns);
  if (kind == Add) layer.op = Operator::Add;
  layer.bounds[Dim::C] = kind == Activate ? 1 : 2;
  return layer;
}

class RecurrentWriter {
 public:
  RecurrentWriter(const OnnxNode& node, OnnxBuilder& builder)
      : node_(node),
        builder_(builder),
        cell_(cell_of(node, builder)),
        sizes_(sizes_of(node, cell_, builder)),
        base_(builder.part_base(node)) {
    input_share_ = claim(1, sizes_.inputs);
    recurrent_share_ = claim(2, sizes_.hidden);
    builder.set_widths(node, 0, 1, input_widths_);
    Layer recurrent;
    builder.set_widths(node, 0, 2, recurrent);
    recurrent_widths_.tensor[Tensor::Weight] = recurrent.widths.tensor[Tensor::Weight];
  }

  void write() {
    for (std::int64_t direction = 0; direction < sizes_.directions; ++direction) {
      write_direction(sizes_.directions == 1 ? ""
                      : direction == 0       ? "forward/"
                                             : "reverse/",
                      direction == 0);
    }
    builder_.give(node_, 0, all_hidden_);
    builder_.give(node_, 1, last_hidden_);
    builder_.give(node_, 2, last_cell_);
  }

 private:
  Sources sources_of(std::size_t index) const { return builder_.sources_of(node_, index); }
  static void append(Sources& all, const Sources& more) {
    all.insert(all.end(), more.begin(), more.end());
  }

  OnnxBuilder::WeightShare claim(std::size_t index, std::int64_t rows) {
    const std::int64_t columns = sizes_.directions * cell_.gates * sizes_.hidden;
    return builder_.claim_weights(*builder_.input(node_, index),
                                  checked_multiply(columns, rows, "its weights"));
  }

  void write_direction(const std::string& prefix, bool is_first) {
    std::int64_t rows = 0;
    for (const std::int64_t each : sizes_.rows) rows = checked_add(rows, each, "its rows");
    Layer product = onnx_rows_product(rows, sizes_.inputs, cell_.gates * sizes_.hidden);
    product.owns_weights = input_share_.owns;
    product.widths = input_widths_.widths;
    if (is_first) {
      product.folded_parameters =
          checked_add(input_share_.beyond, recurrent_share_.beyond, "parameters");
      for (const std::size_t index : {3U, 7U}) {
        product.folded_parameters = checked_add(
            product.folded_parameters, builder_.claim_parameters(node_, index), "parameters");
      }
    }
    Sources read = sources_of(0);
    append(read, sources_of(1));
    input_ = {builder_.add_part(base_ + "/" + prefix + "input", std::move(product), read)};
    hidden_ = sources_of(5);
    cell_state_ = sources_of(6);
    for (std::size_t step = 0; step < sizes_.rows.size(); ++step) {
      write_step(fmt::format("{}/{}step{}/", base_, prefix, step + 1), step);
      append(all_hidden_, hidden_);
    }
    append(last_hidden_, hidden_);
    append(last_cell_, cell_state_);
  }

  void write_step(const std::string& prefix, std::size_t step) {
    std::vector<Sources> made(cell_.parts.size());
    for (std::size_t i = 0; i < made.size(); ++i) {
      const Part& part = cell_.parts[i];
      Sources read = joined(read_of(part.first, made), read_of(part.second, made));
      if (part.kind == Activate && !builder_.unfused()) {
        made[i] = std::move(read);
      } else {
        made[i] = {builder_.add_part(prefix + std::string(part.name), layer_of(part, step), read)};
      }
    }
    hidden_ = made[cell_.hidden];
    cell_state_ = made[cell_.cell];
  }

  Layer layer_of(const Part& part, std::size_t step) const {
    const std::int64_t columns = part.units * sizes_.hidden;
    if (part.kind != Product) return words_of(part.kind, sizes_.rows[step], columns);
    Layer layer = onnx_rows_product(sizes_.rows[step], sizes_.hidden, columns);
    layer.owns_weights = recurrent_share_.owns && step == 0;
    layer.widths = recurrent_widths_;
    return layer;
  }

  Sources read_of(int what, const std::vector<Sources>& made) const {
    switch (what) {
      case kInput: return input_;
      case kHidden: return hidden_;
      case kCell: return cell_state_;
      case kNothing: return {};
      default: return made[static_cast<std::size_t>(what)];
    }
  }

  const OnnxNode& node_;
  OnnxBuilder& builder_;
  Cell cell_;
  RecurrentSizes sizes_;
  std::string base_;  ///< what the names of its layers begin with
  OnnxBuilder::WeightShare input_share_;
  OnnxBuilder::WeightShare recurrent_share_;
  Layer input_widths_;
  WordWidths recurrent_widths_;
  Sources input_;  ///< of the direction at hand
  Sources hidden_;
  Sources cell_state_;
  Sources all_hidden_;
  Sources last_hidden_;
  Sources last_cell_;
};

}  // namespace

void add_onnx_recurrent(const OnnxNode& node, OnnxBuilder& builder) {
  RecurrentWriter(node, builder).write();
}

}  // namespace tilewise
