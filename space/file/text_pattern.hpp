#pragma once

#include <map>
#include <span>
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
  /// With these words for what stands in braces, in order.
  std::string text(std::span<const std::string_view> of_holes) const;
  /// What stands in braces, in order.
  std::vector<std::string> holes() const;
  /// The names that it reads.
  std::vector<std::string> names() const;

 private:
  std::vector<std::variant<std::string, Expression>> parts_;
};

}  // namespace tilewise
