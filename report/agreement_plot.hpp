#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "sweep/analysis.hpp"

namespace tilewise {

/// A logarithmic axis from one value above 0 to a greater one.
struct LogAxis {
  double first = 1.0;
  double last = 10.0;

  /// 0 at the first end, 1 at the last.
  double place(double value) const;
  /// The value at a place.
  double at(double place) const;
};
/// The axis of values above 0, with a margin, so that none lies on the frame; there is at least
/// one.
LogAxis log_axis_of(std::span<const double> values);

/// A panel in equal squares: [row from below][column from the left] how many points lie there.
inline constexpr std::size_t kSquareColumns = 40;
inline constexpr std::size_t kSquareRows = 32;
using Squares = std::array<std::array<std::int64_t, kSquareColumns>, kSquareRows>;
/// Counts each point once; all lie within the axes.
Squares count_squares(std::span<const double> xs, const LogAxis& x, std::span<const double> ys,
                      const LogAxis& y);

/// Measurements against ours as SVG, drawn by gnuplot (of PATH): a row of panels a data set and
/// measured column, a column of panels an estimate, both axes logarithmic, candidates counted in
/// squares, so that the file stays small however many there are. An estimate that is not above 0
/// has no panel. The same bytes for the same analysis. Throws NoPlot where gnuplot is missing or
/// fails.
std::string agreement_svg(const Analysis& analysis);

}  // namespace tilewise
