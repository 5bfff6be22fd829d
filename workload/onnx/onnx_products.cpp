#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "base/error.hpp"
#include "base/integers.hpp"
#include "workload/onnx/onnx_layers.hpp"

namespace tilewise {
namespace {

using Dims = std::vector<std::int64_t>;

/// A stack of matrices.
struct Matrices {
  Dims stack;
  std::int64_t rows = 1;
  std::int64_t columns = 1;
};

/// One dimension: a row of the first operand, a column of the second.
Matrices matrices_of(const OnnxTensor& tensor, bool is_first) {
  const Dims shape = known_shape(tensor);
  if (shape.empty()) throw InputError("a product with a scalar; expected matrices");
  if (shape.size() == 1) {
    return is_first ? Matrices{{}, 1, shape[0]} : Matrices{{}, shape[0], 1};
  }
  return {Dims(shape.begin(), shape.end() - 2), shape[shape.size() - 2], shape.back()};
}

/// Sizes of a product by which operands have them.
struct ProductSizes {
  Dims both{};    ///< in both operands and the output
  Dims first{};   ///< in the first and the output
  Dims second{};  ///< in the second and the output
  Dims summed{};  ///< in both and not in the output
};

Layer product_layer(const ProductSizes& sizes, std::size_t weight) {
  const auto product = [](const Dims& all) { return checked_product(all, "its elements"); };
  Layer layer;
  layer.op = Operator::MatrixProduct;
  layer.bounds[Dim::G] = product(sizes.both);
  layer.bounds[Dim::N] = product(weight == 1 ? sizes.first : sizes.second);
  layer.bounds[Dim::C] = product(sizes.summed);
  layer.bounds[Dim::M] = product(weight == 1 ? sizes.second : sizes.first);
  return layer;
}

/// The letters of an operand; each dimension of an ellipsis has a number above kEllipsis, counted
/// from the last.
using Letters = std::vector<int>;

constexpr int kEllipsis = 1000;  // letters of an ellipsis are above it

std::optional<Letters> letters_of(std::string_view term, std::size_t rank) {
  Letters letters;
  for (std::size_t i = 0; i < term.size(); ++i) {
    if (term[i] == ' ') continue;
    if (term.substr(i, 3) == "...") {
      const auto named = static_cast<std::size_t>(
          std::count_if(term.begin(), term.end(), [](char c) { return c != '.' && c != ' '; }));
      for (std::size_t left = rank - std::min(named, rank); left > 0; --left) {
        letters.push_back(kEllipsis + static_cast<int>(left));
      }
      i += 2;
    } else {
      letters.push_back(term[i]);
    }
  }
  return letters.size() == rank ? std::optional(letters) : std::nullopt;
}

/// The size of each letter of an operand; none: a letter stands there twice.
std::optional<std::map<int, std::int64_t>> sizes_of(const Letters& letters, const Dims& shape) {
  std::map<int, std::int64_t> sizes;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (!sizes.emplace(letters[i], shape[i]).second) return std::nullopt;
  }
  return sizes;
}

}  // namespace

Layer onnx_rows_product(std::int64_t rows, std::int64_t inner, std::int64_t columns) {
  Layer layer;
  layer.op = Operator::FullyConnected;
  layer.bounds[Dim::N] = rows;
  layer.bounds[Dim::C] = inner;
  layer.bounds[Dim::M] = columns;
  return layer;
}

Layer onnx_rows(std::int64_t rows, std::int64_t columns) {
  Layer layer;
  layer.op = Operator::Elementwise;
  layer.bounds[Dim::N] = rows;
  layer.bounds[Dim::G] = columns;
  layer.image = {1, 1};
  return layer;
}

Layer onnx_gemm(const OnnxNode& node, const OnnxTensor& a, const OnnxTensor& b) {
  Dims left = known_shape(a);
  Dims right = known_shape(b);
  if (left.size() != 2 || right.size() != 2) throw InputError("expected two matrices");
  if (integer_or(node, "transA", 0) != 0) std::swap(left[0], left[1]);
  if (integer_or(node, "transB", 0) != 0) std::swap(right[0], right[1]);
  if (left[1] != right[0]) {
    throw InputError(fmt::format("{} columns times {} rows; they must agree", left[1], right[0]));
  }
  return product_layer({{}, {left[0]}, {right[1]}, {left[1]}}, 1);
}

OnnxTensor onnx_operand(const OnnxNode& node, std::string_view key, const OnnxTensor& tensor) {
  OnnxTensor operand = tensor;
  if (integer_or(node, key, 0) == 0 || !operand.shape || operand.shape->size() < 2) return operand;
  std::swap((*operand.shape)[operand.shape->size() - 2], operand.shape->back());
  operand.numbers.reset();
  return operand;
}

std::size_t smaller_stack(const OnnxTensor& a, const OnnxTensor& b) {
  const auto count = [](const Dims& stack) { return checked_product(stack, "its matrices"); };
  return count(matrices_of(a, true).stack) < count(matrices_of(b, false).stack) ? 0 : 1;
}

Layer onnx_matmul(const OnnxTensor& a, const OnnxTensor& b, std::size_t weight) {
  const Matrices left = matrices_of(a, true);
  const Matrices right = matrices_of(b, false);
  if (left.columns != right.rows) {
    throw InputError(
        fmt::format("{} columns times {} rows; they must agree", left.columns, right.rows));
  }
  ProductSizes sizes{{}, {left.rows}, {right.columns}, {left.columns}};
  for (std::size_t i = 0; i < std::max(left.stack.size(), right.stack.size()); ++i) {
    const auto size = [i](const Dims& stack) {
      return i < stack.size() ? stack[stack.size() - 1 - i] : 1;
    };
    const std::int64_t from_a = size(left.stack);
    const std::int64_t from_b = size(right.stack);
    if (from_a != from_b && from_a != 1 && from_b != 1) {
      throw InputError(
          fmt::format("stacks of {} and {} matrices do not go together", from_a, from_b));
    }
    if (from_a == from_b) {
      sizes.both.push_back(from_a);
    } else {
      (from_b == 1 ? sizes.first : sizes.second).push_back(std::max(from_a, from_b));
    }
  }
  return product_layer(sizes, weight);
}

std::optional<Dims> onnx_einsum_shape(const std::string& equation,
                                      const std::vector<const OnnxTensor*>& operands) {
  const std::size_t arrow = equation.find("->");
  if (arrow == std::string::npos) return std::nullopt;
  std::string_view terms = std::string_view(equation).substr(0, arrow);
  std::map<int, std::int64_t> sizes;
  std::size_t spread = 0;  // dimensions of the widest ellipsis
  for (const OnnxTensor* operand : operands) {
    const std::string_view term = terms.substr(0, terms.find(','));
    terms.remove_prefix(std::min(terms.size(), term.size() + 1));
    if (operand == nullptr || !has_known_shape(*operand)) return std::nullopt;
    const auto letters = letters_of(term, operand->shape->size());
    if (!letters) return std::nullopt;
    for (std::size_t i = 0; i < letters->size(); ++i) {
      std::int64_t& size = sizes.try_emplace((*letters)[i], 1).first->second;
      const std::int64_t given = (*operand->shape)[i];
      if (given != size && given != 1 && size != 1) return std::nullopt;
      size = std::max(size, given);
      if ((*letters)[i] > kEllipsis) {
        spread = std::max(spread, static_cast<std::size_t>((*letters)[i] - kEllipsis));
      }
    }
  }
  const std::string_view output = std::string_view(equation).substr(arrow + 2);
  const bool spreads = output.find("...") != std::string_view::npos;
  const auto named = static_cast<std::size_t>(
      std::count_if(output.begin(), output.end(), [](char c) { return c != '.' && c != ' '; }));
  const auto letters = letters_of(output, named + (spreads ? spread : 0));
  if (!letters) return std::nullopt;
  Dims shape;
  for (const int letter : *letters) {
    const auto found = sizes.find(letter);
    if (found == sizes.end()) return std::nullopt;
    shape.push_back(found->second);
  }
  return shape;
}

std::optional<Layer> onnx_einsum(const std::string& equation, const OnnxTensor& a,
                                 const OnnxTensor& b, std::size_t weight) {
  const std::size_t comma = equation.find(',');
  const std::size_t arrow = equation.find("->");
  if (comma == std::string::npos || arrow == std::string::npos || comma > arrow) {
    return std::nullopt;
  }
  const Dims left = known_shape(a);
  const Dims right = known_shape(b);
  const auto first = letters_of(std::string_view(equation).substr(0, comma), left.size());
  const auto second =
      letters_of(std::string_view(equation).substr(comma + 1, arrow - comma - 1), right.size());
  const std::string_view output = std::string_view(equation).substr(arrow + 2);
  if (!first || !second) return std::nullopt;
  const auto in_a = sizes_of(*first, left);
  const auto in_b = sizes_of(*second, right);
  if (!in_a || !in_b) return std::nullopt;
  const bool spreads = output.find("...") != std::string_view::npos;
  const auto is_kept = [&](int letter) {
    if (letter > kEllipsis) return spreads;
    return output.find(static_cast<char>(letter)) != std::string_view::npos;
  };
  ProductSizes sizes;
  for (const auto& [letter, size] : *in_a) {
    const auto other = in_b->find(letter);
    const bool is_alone = other == in_b->end() || (other->second == 1 && size > 1);
    if (is_alone && !is_kept(letter)) return std::nullopt;
    if (!is_alone && size != other->second && size != 1) return std::nullopt;
    if (!is_alone && size == 1 && other->second > 1) continue;  // stretched: the second's alone
    (is_alone ? sizes.first : (is_kept(letter) ? sizes.both : sizes.summed)).push_back(size);
  }
  for (const auto& [letter, size] : *in_b) {
    const auto other = in_a->find(letter);
    if (other != in_a->end() && !(other->second == 1 && size > 1)) continue;
    if (!is_kept(letter)) return std::nullopt;
    sizes.second.push_back(size);
  }
  return product_layer(sizes, weight);
}

}  // namespace tilewise
