#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tilewise {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string cut_in_middle(std::string_view text, std::size_t width) {
  constexpr std::string_view kGap = "...";
  std::vector<std::size_t> begins;  // of each character; a byte that begins none stands alone
  for (std::size_t at = 0; at < text.size();) {
    begins.push_back(at);
    at += std::max<std::size_t>(1, character_length(text.substr(at)));
  }
  if (begins.size() <= width) return std::string(text);
  const std::size_t kept = width - kGap.size();
  const std::size_t front = (kept + 1) / 2;
  const std::size_t back = begins[begins.size() - kept / 2];
  return std::string(text.substr(0, begins[front])) + std::string(kGap) +
         std::string(text.substr(back));
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xc2 && first < 0xe0 ? 2
                             : (first & 0xf0) == 0xe0        ? 3
                             : first >= 0xf0 && first < 0xf5 ? 4
                                                             : 0;
  if (length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (length < 3) return length;
  // Longer than it need be, a half of a pair, beyond Unicode, or no character (XML 1.0).
  const bool overlong = byte(1) < (first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80);
  const bool surrogate = first == 0xed && byte(1) >= 0xa0;
  const bool beyond = first == 0xf4 && byte(1) >= 0x90;
  const bool none = first == 0xef && byte(1) == 0xbf && byte(2) >= 0xbe;
  return overlong || surrogate || beyond || none ? 0 : length;
}

}  // namespace tilewise
