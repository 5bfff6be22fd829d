#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/expression.hpp"

namespace tilewise {

/// Words that a pattern may name beside numbers.
using PatternWords = std::map<std::string, std::string, std::less<>>;

/// A text with words and expressions in braces: "block{position}.{choice}"; {{ and }} are braces.
class TextPattern {
 public:
  /// Throws InputError that quotes the text.
  static TextPattern parse(std::string_view text);

  /// Throws InputError for a name that is none of `words` and `variables`.
  std::string text(const Variables& variables, const PatternWords& words) const;
  /// What stands in braces, in order.
  std::vector<std::string> holes() const;
  /// What stands before, between and behind them: one text more than there are holes.
  std::vector<std::string> between() const;
  /// The names that it reads.
  std::vector<std::string> names() const;

 private:
  std::vector<std::variant<std::string, Expression>> parts_;
};

}  // namespace tilewise
