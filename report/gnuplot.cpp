#include "report/gnuplot.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <sstream>
#include <utility>

#include "base/child_process.hpp"
#include "base/quote.hpp"
#include "base/text.hpp"

namespace tilewise {
namespace {

constexpr std::chrono::seconds kGnuplotPatience{60};
constexpr std::size_t kMostWords = 200;  // characters of what gnuplot says

/// What gnuplot says on several lines, on one.
std::string one_line(const std::string& said) {
  std::istringstream lines(said);
  std::string text;
  for (std::string word; lines >> word;) text += (text.empty() ? "" : " ") + word;
  return cut_in_middle(printable(text), kMostWords);
}

ProgramResult run_gnuplot(const std::string& script) {
  const std::array<std::string, 3> command{"gnuplot", "--default-settings", "-"};
  try {
    if (auto drawn = run_program(command, script, kGnuplotPatience)) return *drawn;
  } catch (const InputError& error) {
    throw NoPlot(error.what());
  }
  throw NoPlot(no_gnuplot_text());
}

}  // namespace

bool gnuplot_found() { return program_found("gnuplot"); }

std::string no_gnuplot_text() {
  return "gnuplot: not found in PATH; no plot is drawn, all else is written; install it (Debian, "
         "Ubuntu: apt-get install gnuplot-nox) for the plots";
}

std::string gnuplot_svg(const std::string& script) {
  ProgramResult drawn = run_gnuplot(script);
  if (drawn.exit_code != 0 || drawn.output.find("</svg>") == std::string::npos) {
    throw NoPlot(fmt::format("gnuplot: no plot (exit code {}){}{}", drawn.exit_code,
                             drawn.errors.empty() ? "" : ": ", one_line(drawn.errors)));
  }
  return std::move(drawn.output);
}

std::optional<std::string> draw_or_tell(const std::function<void()>& draw) {
  if (!gnuplot_found()) return std::nullopt;
  try {
    draw();
    return std::nullopt;
  } catch (const NoPlot& failed) {
    return fmt::format(
        "{}; a plot is missing, all else is written; once gnuplot works, run the "
        "same command again",
        failed.what());
  }
}

}  // namespace tilewise
