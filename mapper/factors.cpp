#include "mapper/factors.hpp"

#include "base/enum_words.hpp"

namespace tilewise {

namespace {

constexpr std::string_view kAuto = "auto";

}  // namespace

std::string_view name(Factors factors) {
  switch (factors) {
    case Factors::Divisors: return "divisors";
    case Factors::All: return "all";
  }
  return "";
}

std::string_view name(const std::optional<Factors>& factors) {
  return factors ? name(*factors) : kAuto;
}

std::optional<Factors> parse_factors_or_auto(std::string_view word) {
  return parse_enum_or<Factors>(kAuto, word, "factors");
}

std::vector<std::string_view> factor_words() {
  std::vector<std::string_view> words = enum_names<Factors>();
  words.insert(words.begin(), kAuto);
  return words;
}

}  // namespace tilewise
