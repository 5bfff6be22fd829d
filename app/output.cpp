#include "app/output.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "app/commands.hpp"
#include "app/terminal.hpp"
#include "base/quote.hpp"

namespace tilewise {

void print(std::string_view text) {
  const std::size_t written = std::fwrite(text.data(), 1, text.size(), stdout);
  if (written != text.size() || std::fflush(stdout) != 0) {
    throw std::runtime_error("standard output: cannot be written");
  }
}

void print_tables(std::string_view text, bool wide) {
  TerminalStyle style = terminal_style(STDOUT_FILENO);
  if (wide) style.width = 0;
  print(style.width == 0 && !style.colours ? std::string(text) : terminal_text(text, style));
}

int refuse(std::string_view message) {
  std::string line(message);
  std::replace(line.begin(), line.end(), '\n', ' ');
  complain("error: " + line);
  return kFailure;
}

void complain(std::string_view line) {
  // Nobody reads a stream that is closed or full: the exit code says it.
  const std::string text =
      terminal_complaint(printable(line), terminal_style(STDERR_FILENO)) + "\n";
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
}

}  // namespace tilewise
