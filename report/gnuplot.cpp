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

std::string gnuplot_svg(const std::string& script) {
  const std::array<std::string, 3> command{"gnuplot", "--default-settings", "-"};
  const auto drawn = run_program(command, script, kGnuplotPatience);
  if (!drawn) {
    throw InputError(
        "gnuplot: not found in PATH; it draws the plots: install it (Debian, Ubuntu: "
        "apt-get install gnuplot-nox)");
  }
  if (drawn->exit_code != 0 || drawn->output.find("</svg>") == std::string::npos) {
    throw InputError(
        fmt::format("gnuplot: no plot (exit code {}): {}", drawn->exit_code, drawn->errors));
  }
  return drawn->output;
}

}  // namespace tilewise
