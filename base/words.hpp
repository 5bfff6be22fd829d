#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tilewise {

/// The known word that was meant by a mistyped one: the only one that begins with it, if it has
/// three letters or more; else the one it is nearest to, where at most a third of the longer word's
/// letters are missing, added, others or swapped with their neighbour, case aside. Empty: none is
/// near. Of equally near ones the first.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);

/// Whether `word` may be `meant` mistyped where it may also be meant as it is: one of few names
/// that are alike, such as input_buffer and output_buffer. Two such mistakes at most, in a third of
/// the letters at most.
bool is_slip(std::string_view word, std::string_view meant);

/// The text with the letters A to Z as a to z, whatever locale a host of the library has set.
std::string lower_case(std::string_view text);

/// How an error about an unknown word ends: "; did you mean \"energy\"?", or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace tilewise
