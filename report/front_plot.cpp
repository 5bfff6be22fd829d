#include "report/front_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>

#include "base/error.hpp"
#include "base/quote.hpp"
#include "report/gnuplot.hpp"
#include "sweep/pareto_front.hpp"

namespace tilewise {
namespace {

/// Colours that the colour-blind tell apart (Okabe and Ito); the dots' are the same ones, light.
constexpr std::array kDark{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000"};
constexpr std::array kLight{"#b3b3b3", "#9fcbe3", "#eebf99", "#99d8c7", "#ebc9dc"};
/// Filled circle, square, triangle, diamond, pentagon.
constexpr std::array kMarks{7, 5, 9, 13, 15};

struct PlotRange {
  double least = 0.0;
  double most = 0.0;
};

template <class Coordinate>
PlotRange range_of(const Plot& plot, std::string_view axis, Coordinate coordinate) {
  std::optional<PlotRange> range;
  for (const PlotSeries& series : plot.series) {
    for (const auto& point : series.points) {
      const double value = coordinate(point);
      if (!std::isfinite(value)) {
        throw InputError(fmt::format("plot \"{}\": series \"{}\": {}: expected finite numbers",
                                     plot.title, series.name, axis));
      }
      if (!range) range = PlotRange{value, value};
      range = PlotRange{std::min(range->least, value), std::max(range->most, value)};
    }
  }
  if (!range) {
    throw InputError(
        fmt::format("plot \"{}\": nothing to draw; give at least one point", plot.title));
  }
  return *range;
}

/// Whether that axis is logarithmic.
bool is_log(const Plot& plot, std::string_view axis, std::optional<bool> wanted, PlotRange range) {
  if (wanted.value_or(false) && range.least <= 0.0) {
    throw InputError(
        fmt::format("plot \"{}\": {}: a logarithmic axis needs numbers above 0", plot.title, axis));
  }
  return wanted.value_or(range.least > 0.0 && range.most > 10.0 * range.least);
}

/// Marks at 1, 2 and 5 times each power of ten; over more than three decades gnuplot's own.
std::string log_tics(std::string_view axis, double least, double most) {
  std::string marks;
  const int low = static_cast<int>(std::floor(std::log10(least)));
  const int high = static_cast<int>(std::floor(std::log10(most)));
  if (std::log10(most / least) > 3.0) return "";
  for (int power = low; power <= high; ++power) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double at = factor * std::pow(10.0, power);
      marks += fmt::format("{}'{:g}' {:.17g}", marks.empty() ? "" : ", ", at, at);
    }
  }
  return fmt::format("set {}tics ({})\n", axis, marks);
}

/// An axis: from where to where it goes, the ends included.
struct PlotAxis {
  PlotRange range;
  bool log = false;

  /// 0 at the least end, 1 at the other.
  double place(double value) const {
    if (log) return std::log(value / range.least) / std::log(range.most / range.least);
    return (value - range.least) / (range.most - range.least);
  }
};

/// The range with a margin, so that no mark lies on the frame.
PlotAxis axis_of(PlotRange range, bool log) {
  const auto scaled = [&](double value) { return log ? std::log10(value) : value; };
  const auto back = [&](double value) { return log ? std::pow(10.0, value) : value; };
  const double low = scaled(range.least);
  const double high = scaled(range.most);
  const double span = high > low ? high - low : log ? 1.0 : std::max(std::abs(high), 1.0);
  return {{back(low - 0.05 * span), back(high + 0.05 * span)}, log};
}

std::string axis_commands(std::string_view name, const PlotAxis& axis) {
  const auto [first, last] = axis.range;
  std::string text = fmt::format("set {}range [{:.17g}:{:.17g}]\n", name, first, last);
  if (axis.log) text += fmt::format("set logscale {}\n", name) + log_tics(name, first, last);
  return text;
}

/// A rectangle in characters of the label font, from the lower left end of both axes.
struct Box {
  double left = 0.0;
  double low = 0.0;
  double right = 0.0;
  double high = 0.0;

  bool meets(const Box& other) const {
    return left < other.right && other.left < right && low < other.high && other.low < high;
  }
};

/// The area between the axes, about, and the room that a mark takes.
constexpr Box kArea{0.0, 0.0, 108.0, 34.0};
constexpr double kMarkSize = 0.5;

/// Places labels beside their points where they hide neither a mark nor each other: above and to
/// the right, or below and to the left, ever further off; the nearest where all is full.
class LabelPlaces {
 public:
  LabelPlaces(const Plot& plot, PlotAxis x, PlotAxis y) : x_(x), y_(y) {
    for (const PlotSeries& series : plot.series) {
      if (series.labels.empty()) continue;
      for (const auto& point : series.points) {
        const auto [at_x, at_y] = place(point);
        taken_.push_back({at_x - kMarkSize, at_y - kMarkSize, at_x + kMarkSize, at_y + kMarkSize});
      }
    }
  }

  /// The commands that show the labels of a series.
  std::string commands(const PlotSeries& series) {
    std::string text;
    for (std::size_t i = 0; i < std::min(series.labels.size(), series.points.size()); ++i) {
      if (series.labels[i].empty()) continue;
      const Offset offset = free_place(series.points[i], series.labels[i]);
      text += fmt::format(
          "set label {} at {:.17g},{:.17g} {} offset character {:g},{:g} noenhanced front "
          "font ',11'\n",
          gnuplot_quoted(series.labels[i]), series.points[i].first, series.points[i].second,
          offset.x > 0.0 ? "left" : "right", offset.x, offset.y);
    }
    return text;
  }

 private:
  struct Offset {
    double x = 0.0;
    double y = 0.0;
  };

  std::pair<double, double> place(const std::pair<double, double>& point) const {
    return {x_.place(point.first) * kArea.right, y_.place(point.second) * kArea.high};
  }

  Offset free_place(const std::pair<double, double>& point, const std::string& label) {
    const auto [x, y] = place(point);
    const double width = static_cast<double>(label.size());
    const auto box_at = [&](Offset offset) {
      const double left = offset.x > 0.0 ? x + offset.x : x + offset.x - width;
      return Box{left, y + offset.y - 0.5, left + width, y + offset.y + 0.5};
    };
    const Offset nearest{x + width < kArea.right ? 0.8 : -0.8, 0.6};
    for (int lines = 0; lines < 8; ++lines) {
      const double away = 0.6 + lines;
      for (const Offset offset :
           {Offset{0.8, away}, Offset{-0.8, -away}, Offset{0.8, -away}, Offset{-0.8, away}}) {
        const Box box = box_at(offset);
        const bool inside = box.left > kArea.left && box.right < kArea.right &&
                            box.low > kArea.low && box.high < kArea.high;
        const auto hides = [&](const Box& other) { return box.meets(other); };
        if (!inside || std::any_of(taken_.begin(), taken_.end(), hides)) continue;
        taken_.push_back(box);
        return offset;
      }
    }
    return nearest;
  }

  PlotAxis x_;
  PlotAxis y_;
  std::vector<Box> taken_;
};

std::string data_block(const PlotSeries& series, std::size_t index) {
  std::string text = fmt::format("$series{} << END\n", index);
  for (const auto& [x, y] : series.points) text += fmt::format("{:.17g} {:.17g}\n", x, y);
  return text + "END\n";
}

/// Dots first: what is drawn last lies on top.
std::string plot_command(const Plot& plot) {
  std::string text;
  for (const bool line : {false, true}) {
    std::size_t kind = 0;
    for (std::size_t i = 0; i < plot.series.size(); ++i) {
      const PlotSeries& series = plot.series[i];
      if (series.line != line || series.points.empty()) continue;
      const std::string title =
          series.name.empty() ? "notitle" : "title " + gnuplot_quoted(series.name) + " noenhanced";
      const char* colour = (line ? kDark : kLight)[kind % kDark.size()];
      if (series.steps) {
        text += fmt::format("{} $series{} with steps lw 2 lc rgb '{}' notitle",
                            text.empty() ? "plot" : ",", i, colour);
      }
      const bool joined = line && !series.steps;
      text += fmt::format("{} $series{} with {} pt {} ps {} lc rgb '{}' {}",
                          text.empty() ? "plot" : ",", i, joined ? "linespoints lw 2" : "points",
                          kMarks[kind % kMarks.size()], line ? 0.8 : 0.5, colour, title);
      ++kind;
    }
  }
  return text + "\n";
}

std::string script(const Plot& plot) {
  const PlotRange x_range = range_of(plot, "x", [](const auto& point) { return point.first; });
  const PlotRange y_range = range_of(plot, "y", [](const auto& point) { return point.second; });
  const PlotAxis x = axis_of(x_range, is_log(plot, "x", plot.x_log, x_range));
  const PlotAxis y = axis_of(y_range, is_log(plot, "y", plot.y_log, y_range));
  std::string text =
      "set encoding utf8\n"
      "set terminal svg size 800,600 dynamic enhanced font 'Helvetica,Arial,sans-serif,14' "
      "background rgb 'white'\n"
      "set border 3 lc rgb '#444444'\n"
      "set grid lc rgb '#e5e5e5' lw 0.5\n"
      "set tics nomirror\n"
      "set key outside below center horizontal noenhanced\n";
  text += fmt::format("set title {} noenhanced font ',16'\nset xlabel {} noenhanced\n",
                      gnuplot_quoted(plot.title), gnuplot_quoted(plot.x_label));
  text += fmt::format("set ylabel {} noenhanced\n", gnuplot_quoted(plot.y_label));
  text += axis_commands("x", x) + axis_commands("y", y);
  LabelPlaces places(plot, x, y);
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    text += data_block(plot.series[i], i) + places.commands(plot.series[i]);
  }
  return text + plot_command(plot);
}

}  // namespace

std::string plot_svg(const Plot& plot) { return gnuplot_svg(script(plot)); }

namespace {

/// A series of dots for each group, in the order in which they come.
std::vector<PlotSeries> grouped(std::span<const PlotPoint> points) {
  std::vector<PlotSeries> groups;
  for (const PlotPoint& point : points) {
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const PlotSeries& each) { return each.name == point.group; });
    if (group == groups.end()) group = groups.insert(groups.end(), {point.group, {}});
    group->points.emplace_back(point.x, point.y);
  }
  if (groups.size() == 1 && groups.front().name.empty()) groups.front().name = "all configurations";
  return groups;
}

}  // namespace

Plot front_plot(std::string title, std::string x_label, std::string y_label,
                std::span<const PlotPoint> points, std::size_t most_labels) {
  std::vector<double> x;
  std::vector<double> y;
  std::set<std::pair<double, double>> places;
  for (const PlotPoint& point : points) {
    x.push_back(point.x);
    y.push_back(point.y);
    places.emplace(point.x, point.y);
  }
  if (const std::size_t hidden = points.size() - places.size(); hidden > 0) {
    title += fmt::format(" ({} of {} points lie on others)", hidden, points.size());
  }
  Plot plot{std::move(title), std::move(x_label), std::move(y_label), {}, {}, grouped(points)};
  PlotSeries front{"no other is better in both", {}, true, {}, true};
  const std::vector<std::size_t> best = pareto_front(x, y);
  for (const std::size_t i : best) {
    front.points.emplace_back(points[i].x, points[i].y);
    if (best.size() <= most_labels) front.labels.push_back(points[i].name);
  }
  plot.series.push_back(std::move(front));
  return plot;
}

}  // namespace tilewise
