#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"

namespace tilewise {

/// Throws InputError: `<what> "<word>": expected one of <known>`, with the nearest known word.
[[noreturn]] void refuse_word(std::string_view word, std::string_view what,
                              std::span<const std::string_view> known);

/// The names of all enumerators, in order.
template <class E>
std::vector<std::string_view> enum_names() {
  std::vector<std::string_view> names;
  for (const E each : all_of<E>()) names.push_back(name(each));
  return names;
}

/// The enumerator of that name; empty: there is none.
template <class E>
std::optional<E> find_enum(std::string_view word) {
  for (const E each : all_of<E>()) {
    if (name(each) == word) return each;
  }
  return std::nullopt;
}

/// The enumerator of that name. Throws InputError that begins with `what`: "objective".
template <class E>
E parse_enum(std::string_view word, std::string_view what) {
  if (const auto found = find_enum<E>(word)) return *found;
  refuse_word(word, what, enum_names<E>());
}

/// The same; empty for the word `none`, such as "auto".
template <class E>
std::optional<E> parse_enum_or(std::string_view none, std::string_view word,
                               std::string_view what) {
  if (word == none) return std::nullopt;
  if (const auto found = find_enum<E>(word)) return found;
  std::vector<std::string_view> known{none};
  for (const std::string_view each : enum_names<E>()) known.push_back(each);
  refuse_word(word, what, known);
}

}  // namespace tilewise
