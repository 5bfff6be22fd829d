#pragma once

#include <cstddef>
#include <optional>

#include "base/terminal_text.hpp"

namespace tilewise {

/// The columns of the terminal that a stream (STDOUT_FILENO, STDERR_FILENO) is: $COLUMNS, or what
/// the terminal says; empty where it is none.
std::optional<std::size_t> terminal_width(int stream);

/// How text for people is written to a stream: plain and without a limit where it is no terminal;
/// without colours also where $NO_COLOR is set (no-color.org) or $TERM is dumb.
TerminalStyle terminal_style(int stream);

}  // namespace tilewise
