#include "mapper/factors.hpp"

#include "base/enum_words.hpp"

namespace tilewise {

std::string_view name(Factors factors) {
  switch (factors) {
    case Factors::Divisors: return "divisors";
    case Factors::All: return "all";
  }
  return "";
}

std::string_view name(const std::optional<Factors>& factors) {
  return factors ? name(*factors) : "auto";
}

std::optional<Factors> parse_factors_or_auto(std::string_view word) {
  return parse_enum_or<Factors>("auto", word, "factors");
}

}  // namespace tilewise
