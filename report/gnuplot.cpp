#include "report/gnuplot.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "base/child_process.hpp"
#include "base/error.hpp"

namespace tilewise {
namespace {

constexpr std::chrono::seconds kGnuplotPatience{60};

}  // namespace

bool gnuplot_found() {
  const std::array<std::string, 2> command{"gnuplot", "--version"};
  return run_program(command, "", kGnuplotPatience).has_value();
}

std::string no_gnuplot_text() {
  return "gnuplot: not found in PATH; no plot is drawn, all else is written; install it (Debian, "
         "Ubuntu: apt-get install gnuplot-nox) for the plots";
}

std::string gnuplot_svg(const std::string& script) {
  const std::array<std::string, 3> command{"gnuplot", "--default-settings", "-"};
  const auto drawn = run_program(command, script, kGnuplotPatience);
  if (!drawn) throw InputError(no_gnuplot_text());
  if (drawn->exit_code != 0 || drawn->output.find("</svg>") == std::string::npos) {
    throw InputError(
        fmt::format("gnuplot: no plot (exit code {}): {}", drawn->exit_code, drawn->errors));
  }
  return drawn->output;
}

}  // namespace tilewise
