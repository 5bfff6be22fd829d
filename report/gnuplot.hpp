#pragma once

#include <string>

namespace tilewise {

/// What gnuplot (of PATH) draws as SVG for the commands of `script`. Throws InputError where it is
/// missing, fails, or draws nothing.
std::string gnuplot_svg(const std::string& script);

}  // namespace tilewise
