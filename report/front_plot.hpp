#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tilewise {

/// Points of one kind in a plot.
struct PlotSeries {
  std::string name;                               ///< in the key; empty: not in it
  std::vector<std::pair<double, double>> points;  ///< x, y
  bool line = false;  ///< dark marks joined by a line; off: light dots, drawn below the lines
  std::vector<std::string> labels = {};  ///< beside the points, one each; empty: none
  bool steps = false;  ///< of a line: level up to the next point, then straight to it
};

/// A scatter plot. Any text is shown as it is written: nothing in it is a command or markup.
struct Plot {
  std::string title;
  std::string x_label;             ///< with its unit
  std::string y_label;             ///< with its unit
  std::optional<bool> x_log = {};  ///< empty: where all are above 0 and span over a decade
  std::optional<bool> y_log = {};
  std::vector<PlotSeries> series;
};

/// The plot as SVG of 800 x 600, drawn by gnuplot (of PATH); same bytes for the same plot. Throws
/// NoPlot where gnuplot is missing or fails, InputError where there is no point, and where a number
/// is not finite or, on a logarithmic axis, not above 0.
std::string plot_svg(const Plot& plot);

/// A configuration of two costs, both to be small.
struct PlotPoint {
  std::string name;
  double x = 0.0;
  double y = 0.0;
  std::string group = {};  ///< what its colour tells, in the key; empty: one of all
};
/// So many groups have colours of their own.
inline constexpr std::size_t kMostGroups = 5;

/// Configurations as light dots, a colour a group, and those that no other beats as steps, in order
/// of x: above and right of these, all is beaten. They have their names beside them where they are
/// at most `most_labels`. The title says how many points lie on others.
Plot front_plot(std::string title, std::string x_label, std::string y_label,
                std::span<const PlotPoint> points, std::size_t most_labels = 8);

}  // namespace tilewise
