#include "app/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "base/text.hpp"

namespace tilewise {
namespace {

std::string_view environment(const char* variable) {
  const char* set = std::getenv(variable);
  return set == nullptr ? "" : set;
}

}  // namespace

std::optional<std::size_t> terminal_width(int stream) {
  constexpr std::int64_t kMost = 10'000;
  if (::isatty(stream) != 1) return std::nullopt;
  const auto set = parse_integer(environment("COLUMNS"));
  if (set && *set > 0 && *set <= kMost) return static_cast<std::size_t>(*set);
  winsize size = {};
  if (::ioctl(stream, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

TerminalStyle terminal_style(int stream) {
  const bool colours =
      ::isatty(stream) == 1 && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  return {terminal_width(stream).value_or(0), colours};
}

}  // namespace tilewise
