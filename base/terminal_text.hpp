#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tilewise {

/// How a text is shown to a person.
struct TerminalStyle {
  std::size_t width = 0;  ///< columns of a line; 0: without a limit
  bool colours = false;
};

/// A text of tables (base/text_table.hpp) and sentences with its tables in the width: words of
/// columns lose their middle, then columns on the right are left out, which a line below names.
/// Sentences stay as they are: a terminal breaks them. With colours the heads of tables are bold.
std::string terminal_text(std::string_view text, const TerminalStyle& style);

/// "error: ..." or "warning: ..." with its first word in colour.
std::string terminal_complaint(std::string_view line, const TerminalStyle& style);

}  // namespace tilewise
