#pragma once

#include <string>

namespace tilewise {

/// Whether there is a gnuplot in PATH. Where there is none, no plot is drawn.
bool gnuplot_found();
/// What to say of it before the work begins.
std::string no_gnuplot_text();

/// What gnuplot (of PATH) draws as SVG for the commands of `script`. Throws InputError where it is
/// missing, fails, or draws nothing.
std::string gnuplot_svg(const std::string& script);

}  // namespace tilewise
