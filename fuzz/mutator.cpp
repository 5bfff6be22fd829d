#include "fuzz/mutator.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace tilewise::fuzz {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostPart = 64;
constexpr std::size_t kMostChanges = 4;

constexpr std::array kNumbers{
    "0"sv,    "-1"sv,    "1"sv,          "65536"sv,      "2147483648"sv, "9223372036854775807"sv,
    "1e18"sv, "1e308"sv, "-1e308"sv,     "1e-320"sv,     "inf"sv,        "nan"sv,
    "0x10"sv, "1.5"sv,   "4294967296"sv, "1000000000"sv,
};
constexpr std::array kWords{
    ": "sv,   "- "sv, "["sv,   "]"sv,   "{"sv,    "}"sv,     ", "sv, "&a "sv, "*a"sv,
    "<<: "sv, "~"sv,  "---"sv, "..."sv, "\n  "sv, "\""sv,    "'"sv,  "\0"sv,  "\x7f"sv,
    "\xff"sv, "#"sv,  "|\n"sv, "!!"sv,  " .. "sv, ", +1]"sv, "\t"sv, "%"sv,
};

}  // namespace

std::string Mutator::next() {
  std::string text = seeds_[below(seeds_.size())];
  for (std::size_t changes = 1 + below(kMostChanges); changes > 0; --changes) {
    switch (below(7)) {
      case 0: change_byte(text); break;
      case 1: change_number(text); break;
      case 2: insert(text, std::string(kWords[below(kWords.size())])); break;
      case 3: insert(text, part_of(text)); break;
      case 4: insert(text, part_of(seeds_[below(seeds_.size())])); break;
      default: {
        if (text.empty()) break;
        const std::size_t at = below(text.size());
        text.erase(at, 1 + below(std::min(kMostPart, text.size() - at)));
      }
    }
  }
  if (text.size() > most_bytes_) text.resize(most_bytes_);
  return text;
}

std::string Mutator::part_of(const std::string& text) {
  if (text.empty()) return "";
  return text.substr(below(text.size()), 1 + below(kMostPart));
}

void Mutator::change_byte(std::string& text) {
  if (!text.empty()) text[below(text.size())] = static_cast<char>(below(256));
}

void Mutator::change_number(std::string& text) {
  constexpr std::string_view kDigits = "0123456789";
  if (text.empty()) return;
  const std::size_t begin = text.find_first_of(kDigits, below(text.size()));
  if (begin == std::string::npos) return;
  const std::size_t end = std::min(text.find_first_not_of(kDigits, begin), text.size());
  text.replace(begin, end - begin, kNumbers[below(kNumbers.size())]);
}

void Mutator::insert(std::string& text, const std::string& part) {
  text.insert(below(text.size() + 1), part);
}

}  // namespace tilewise::fuzz
