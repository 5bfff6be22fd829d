#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace tilewise {

/// Whether there is a gnuplot in PATH. Where there is none, no plot is drawn.
bool gnuplot_found();
/// What to say of it before the work begins.
std::string no_gnuplot_text();

/// gnuplot is missing or fails: a plot less, but no reason to give up all else.
struct NoPlot : InputError {
  using InputError::InputError;
};

/// What gnuplot (of PATH) draws as SVG for the commands of `script`. Throws NoPlot where it is
/// missing, fails, or draws nothing.
std::string gnuplot_svg(const std::string& script);

/// Calls `draw`. The line to warn with where gnuplot fails in it; empty also where there is none,
/// which was said before.
std::optional<std::string> draw_or_tell(const std::function<void()>& draw);

}  // namespace tilewise
