#include "app/output.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "app/commands.hpp"
#include "base/quote.hpp"

namespace tilewise {

void print(std::string_view text) {
  const std::size_t written = std::fwrite(text.data(), 1, text.size(), stdout);
  if (written != text.size() || std::fflush(stdout) != 0) {
    throw std::runtime_error("standard output: cannot be written");
  }
}

std::size_t line_width(std::size_t otherwise) {
  winsize size = {};
  const bool told = ::isatty(STDOUT_FILENO) == 1 &&
                    ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return told ? size.ws_col : otherwise;
}

int refuse(std::string_view message) {
  std::string line(message);
  std::replace(line.begin(), line.end(), '\n', ' ');
  complain("error: " + line);
  return kFailure;
}

void complain(std::string_view line) {
  // Nobody reads a stream that is closed or full: the exit code says it.
  const std::string text = printable(line) + "\n";
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
}

}  // namespace tilewise
