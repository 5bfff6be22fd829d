#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tilewise {

/// The text without the blanks (space, tab, end of line) around it.
std::string_view trimmed(std::string_view text);

/// The parts between the separators, one more than there are of these: "" and "" for ",". They lie
/// in `text`, which outlives them.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The text in at most `width` characters of UTF-8: a longer one loses its middle, for which "..."
/// stands. `width` is 5 or more.
std::string cut_in_middle(std::string_view text, std::size_t width);

/// The finite number that the whole text is; empty: it is none.
std::optional<double> parse_number(std::string_view text);
/// The same for whole numbers within 64 bit.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// Bytes of the UTF-8 character that `text` begins with; 0: none does (a byte that is no beginning,
/// cut short, longer than it need be, half of a pair, or no character of XML). `text` is not empty.
std::size_t character_length(std::string_view text);

}  // namespace tilewise
