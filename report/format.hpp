#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/enum_array.hpp"

namespace tilewise {

/// How a result is printed: tables for eyes, one JSON document, or one CSV table.
enum class Format { Table, Json, Csv };
template <>
inline constexpr std::size_t enum_size<Format> = 3;
std::string_view name(Format format);

/// A result in every format. It refers to the result that it was made of, which must outlive it.
struct Report {
  std::function<std::string()> table;
  std::function<std::string()> json;
  std::function<std::string()> csv;  ///< docs/formats.md, Output formats, lists the columns
};
/// The result in one format, with a line's end at its end; the others are not made.
std::string formatted(const Report& report, Format format);

}  // namespace tilewise
