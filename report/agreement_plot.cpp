#include "report/agreement_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "base/quote.hpp"
#include "report/analysis_report.hpp"
#include "report/gnuplot.hpp"

namespace tilewise {
namespace {

// In pixels.
constexpr double kSquare = 5.0;
constexpr double kPanelWidth = kSquare * kSquareColumns;
constexpr double kPanelHeight = kSquare * kSquareRows;
constexpr double kStepX = kPanelWidth + 60.0;   // tics stand between panels
constexpr double kStepY = kPanelHeight + 78.0;  // tics, a label, words above
constexpr double kLeft = 90.0;
constexpr double kTop = 74.0;
constexpr double kBottom = 36.0;  // the legend

/// How many candidates a square of one shade has, and the shade: one hue, light to dark.
struct Shade {
  std::int64_t least = 1;
  const char* colour = "";
  const char* words = "";
};
constexpr std::array kShades{Shade{1, "#b3cde3", "1 candidate in a square"},
                             Shade{2, "#6497c1", "2 to 9"}, Shade{10, "#20588f", "10 to 99"},
                             Shade{100, "#03274c", "100 or more"}};
constexpr const char* kLineColour = "#d55e00";

std::size_t shade_of(std::int64_t count) {
  std::size_t shade = 0;
  while (shade + 1 < kShades.size() && count >= kShades[shade + 1].least) ++shade;
  return shade;
}

/// One data set and column against one estimate.
struct Panel {
  std::size_t row = 0;
  std::size_t column = 0;
  std::string x_label;
  std::string y_label;
  std::string words;  ///< in its corner
  double scale = 1.0;
  LogAxis x;
  LogAxis y;
  Squares squares{};
};

Panel panel_of(const Estimate& estimate, const Agreement& agreement,
               const Measurements::Values& measured) {
  const Pairing pairing = pairing_of(estimate.values, measured);
  Panel panel;
  panel.x = log_axis_of(pairing.ours);
  panel.y = log_axis_of(pairing.measured);
  panel.squares = count_squares(pairing.ours, panel.x, pairing.measured, panel.y);
  panel.scale = agreement.calibration->scale;
  if (agreement.kendall_tau_b) panel.words = fmt::format("tau-b {:.3f}", *agreement.kendall_tau_b);
  return panel;
}

std::vector<Panel> panels_of(const Analysis& analysis) {
  std::vector<Panel> panels;
  std::size_t row = 0;
  for (const DatasetAnalysis& dataset : analysis.datasets) {
    for (const ColumnAgreement& found : dataset.agreements) {
      const MeasuredSeries& measured = analysis.measured_columns[found.column];
      const auto estimates = estimates_of(dataset.costs, measured.metric);
      for (std::size_t e = 0; e < estimates.size(); ++e) {
        if (!found.estimates[e].calibration) continue;
        Panel panel = panel_of(estimates[e], found.estimates[e], dataset.measured[found.column]);
        panel.row = row;
        panel.column = e;
        panel.x_label =
            estimates[e].unit.empty()
                ? estimates[e].name
                : with_unit(fmt::format("{} {}", estimates[e].name, name(measured.metric)),
                            estimates[e].unit);
        panel.y_label = with_unit(measured.name, measured.unit);
        if (analysis.datasets.size() > 1) {
          panel.y_label = fmt::format("{}: {}", dataset.costs.dataset, panel.y_label);
        }
        panels.push_back(std::move(panel));
      }
      ++row;
    }
  }
  return panels;
}

/// Round values inside an axis: in equal steps where the last is below three times the first, at 1,
/// 2 and 5 times powers of ten within a decade or so, else at powers of ten.
std::vector<double> round_values(const LogAxis& axis) {
  std::vector<double> values;
  const double ratio = axis.last / axis.first;
  const auto keep = [&](double value) {
    if (value >= axis.first && value <= axis.last) values.push_back(value);
  };
  const int low = static_cast<int>(std::floor(std::log10(axis.first)));
  const int high = static_cast<int>(std::ceil(std::log10(axis.last)));
  if (ratio < 3.0) {
    const double most = (axis.last - axis.first) / 3.0;
    const double power = std::pow(10.0, std::floor(std::log10(most)));
    const double step = power * (most >= 5.0 * power ? 5.0 : most >= 2.0 * power ? 2.0 : 1.0);
    for (double i = std::ceil(axis.first / step); i * step <= axis.last; ++i) keep(i * step);
    return values;
  }
  const int stride = std::max(1, (high - low) / 5);
  for (int p = low; p <= high; p += stride) {
    keep(std::pow(10.0, p));
    if (ratio > 15.0) continue;
    keep(2.0 * std::pow(10.0, p));
    keep(5.0 * std::pow(10.0, p));
  }
  return values;
}

std::string tics_commands(char name, const LogAxis& axis) {
  std::string tics;
  for (const double value : round_values(axis)) {
    const std::string words =
        value < 1e5 ? fmt::format("{:g}", value) : fmt::format("{:.3g}", value);
    tics += fmt::format("{}'{}' {:.12g}", tics.empty() ? "" : ", ", words, value);
  }
  return fmt::format("set {}range [{:.12g}:{:.12g}]\nset {}tics ({})\n", name, axis.first,
                     axis.last, name, tics);
}

/// Neighbours of one shade in a row of squares are one stroke as wide as a square is high.
std::string strokes_of(const Panel& panel, std::size_t shade) {
  std::string text;
  for (std::size_t r = 0; r < kSquareRows; ++r) {
    const auto& counts = panel.squares[r];
    const double y = panel.y.at((static_cast<double>(r) + 0.5) / kSquareRows);
    const auto is_of = [&](std::int64_t count) { return count > 0 && shade_of(count) == shade; };
    for (std::size_t c = 0; c < kSquareColumns; ++c) {
      if (!is_of(counts[c])) continue;
      const std::size_t first = c;
      while (c + 1 < kSquareColumns && is_of(counts[c + 1])) ++c;
      const auto x = [&](std::size_t edge) {
        return panel.x.at(static_cast<double>(edge) / kSquareColumns);
      };
      text += fmt::format("{:.8g} {:.8g}\n{:.8g} {:.8g}\n\n", x(first), y, x(c + 1), y);
    }
  }
  return text;
}

/// The page from its upper left, as gnuplot has it: shares from the lower left.
struct Page {
  double width = 0.0;
  double height = 0.0;

  std::string margins(double left, double top, double wide, double high) const {
    return fmt::format(
        "set lmargin at screen {:.8g}\nset rmargin at screen {:.8g}\n"
        "set tmargin at screen {:.8g}\nset bmargin at screen {:.8g}\n",
        left / width, (left + wide) / width, 1.0 - top / height, 1.0 - (top + high) / height);
  }
};

std::string panel_commands(const Panel& panel, const Page& page, bool first_of_row) {
  std::string text =
      page.margins(kLeft + kStepX * static_cast<double>(panel.column),
                   kTop + kStepY * static_cast<double>(panel.row), kPanelWidth, kPanelHeight);
  text += tics_commands('x', panel.x) + tics_commands('y', panel.y);
  text += fmt::format("set xlabel {} noenhanced\n", gnuplot_quoted(panel.x_label));
  text += first_of_row ? fmt::format("set ylabel {} noenhanced\n", gnuplot_quoted(panel.y_label))
                       : "unset ylabel\n";
  text += fmt::format("set label 1 {} at graph 0, 1.05 noenhanced\n", gnuplot_quoted(panel.words));
  std::string plot;
  for (std::size_t s = 0; s < kShades.size(); ++s) {
    const std::string strokes = strokes_of(panel, s);
    if (strokes.empty()) continue;
    text += fmt::format("$shade{} << END\n{}END\n", s, strokes);
    plot += fmt::format("{}$shade{} with lines lw {:g} lc rgb '{}'", plot.empty() ? "plot " : ", ",
                        s, kSquare, kShades[s].colour);
  }
  // The ends of the axis: a straight line where both are logarithmic.
  text += fmt::format("$line << END\n{:.8g} {:.8g}\n{:.8g} {:.8g}\nEND\n", panel.x.first,
                      panel.scale * panel.x.first, panel.x.last, panel.scale * panel.x.last);
  return text + plot + fmt::format(", $line with lines lw 1.5 lc rgb '{}'\n", kLineColour);
}

/// Below all panels, centred: what shades and line mean.
std::string legend_commands(const Page& page) {
  std::string text = page.margins(0.0, page.height - kBottom, page.width, kBottom) +
                     "unset border\nunset tics\nunset label\nunset xlabel\nunset ylabel\n"
                     "unset logscale\nset xrange [0:1]\nset yrange [0:1]\n"
                     "set key center center horizontal noenhanced samplen 1\nplot ";
  for (const Shade& shade : kShades) {
    text += fmt::format("NaN with lines lw 10 lc rgb '{}' title '{}', ", shade.colour, shade.words);
  }
  return text + fmt::format("NaN with lines lw 1.5 lc rgb '{}' title 'measured = scale x ours'\n",
                            kLineColour);
}

std::string script_of(const std::vector<Panel>& panels) {
  std::size_t rows = 0;
  std::size_t columns = 2;  // room for the legend
  for (const Panel& panel : panels) {
    rows = std::max(rows, panel.row + 1);
    columns = std::max(columns, panel.column + 1);
  }
  const Page page{kLeft + kStepX * static_cast<double>(columns),
                  kTop + kStepY * static_cast<double>(rows) + kBottom};
  std::string text = fmt::format(
      "set encoding utf8\n"
      "set terminal svg size {:g},{:g} dynamic enhanced butt font 'Helvetica,Arial,sans-serif,11' "
      "background rgb 'white'\n"
      "set multiplot\nset border 3 lc rgb '#444444'\nset tics nomirror\nunset key\n"
      "set logscale xy\nset clip two\n"
      "set label 2 'Measured against ours' at screen 0.5, {:.8g} center font ',16'\n"
      "set label 3 'each candidate is counted in one of {} x {} squares of its panel; none is "
      "left out' at screen 0.5, {:.8g} center\n",
      page.width, page.height, 1.0 - 20.0 / page.height, kSquareColumns, kSquareRows,
      1.0 - 40.0 / page.height);
  std::size_t drawn_row = rows;
  for (const Panel& panel : panels) {
    text += panel_commands(panel, page, panel.row != drawn_row);
    if (drawn_row == rows) text += "unset label 2\nunset label 3\n";
    drawn_row = panel.row;
  }
  return text + legend_commands(page) + "unset multiplot\n";
}

std::size_t square_of(double place, std::size_t count) {
  const double square = std::floor(place * static_cast<double>(count));
  return static_cast<std::size_t>(std::clamp(square, 0.0, static_cast<double>(count - 1)));
}

}  // namespace

double LogAxis::place(double value) const {
  return std::log(value / first) / std::log(last / first);
}

double LogAxis::at(double place) const { return first * std::pow(last / first, place); }

LogAxis log_axis_of(std::span<const double> values) {
  assert(!values.empty());
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const double ratio = *most > *least ? *most / *least : 10.0;
  const double margin = std::pow(ratio, *most > *least ? 0.05 : 0.5);
  return {*least / margin, *most * margin};
}

Squares count_squares(std::span<const double> xs, const LogAxis& x, std::span<const double> ys,
                      const LogAxis& y) {
  assert(xs.size() == ys.size());
  Squares squares{};
  for (std::size_t i = 0; i < xs.size(); ++i) {
    ++squares[square_of(y.place(ys[i]), kSquareRows)][square_of(x.place(xs[i]), kSquareColumns)];
  }
  return squares;
}

std::string agreement_svg(const Analysis& analysis) {
  return gnuplot_svg(script_of(panels_of(analysis)));
}

}  // namespace tilewise
