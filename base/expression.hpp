#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tilewise {

/// Names and the whole numbers that stand behind them.
using Variables = std::map<std::string, std::int64_t, std::less<>>;

/// An expression of whole numbers and names, such as `expand * in` or `stride == 1 and in == out`:
/// `or`, `and`, `not`, one comparison, + and -, *, / (which must leave no rest), // (rounded down)
/// and %, brackets, and the functions min, max, if(condition, then, else) and divisible(x, d): the
/// multiple of d nearest to x, halves up, at least d and at least 0.9 x (the rounding of channels
/// in MobileNet's public code). A condition is 1 or 0.
class Expression {
 public:
  /// Throws InputError that quotes the text, also where it is over 1,000 characters.
  static Expression parse(std::string_view text);

  /// Throws InputError that quotes the expression: for a name that is none of `variables`, which it
  /// lists, for a division by 0 or with a rest, and where a number leaves 63 bits.
  std::int64_t value(const Variables& variables) const;

  /// The names that it reads, sorted, each once.
  std::vector<std::string> names() const;
  /// How many numbers, names and operations it has.
  std::size_t size() const;
  const std::string& text() const { return text_; }

  struct Node;  ///< defined in expression.cpp

 private:
  Expression(std::string text, std::shared_ptr<const Node> root)
      : text_(std::move(text)), root_(std::move(root)) {}

  std::string text_;
  std::shared_ptr<const Node> root_;
};

}  // namespace tilewise
