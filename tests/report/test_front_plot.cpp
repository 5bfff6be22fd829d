#include "report/front_plot.hpp"

#include <doctest/doctest.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "report/gnuplot.hpp"
#include "scratch_folder.hpp"

namespace tilewise {
namespace {

using Tree = boost::property_tree::ptree;

/// Throws where the text is no XML.
Tree parse(const std::string& svg) {
  std::istringstream in(svg);
  Tree tree;
  boost::property_tree::read_xml(in, tree);
  return tree;
}

/// What the plot shows in words, a line each, entities resolved.
void collect_text(const Tree& tree, bool shown, std::string& text) {
  if (shown && !tree.data().empty()) text += tree.data() + "\n";
  for (const auto& [name, child] : tree) {
    if (name != "<xmlattr>") collect_text(child, shown || name == "text", text);
  }
}

std::string text_of(const std::string& svg) {
  std::string text;
  collect_text(parse(svg), false, text);
  return text;
}

/// Marks with a place: points of the series, and one for each name in the key.
std::size_t marks_of(const std::string& svg) {
  std::size_t count = 0;
  const std::string mark = "<use xlink:href='#gpPt";
  for (auto at = svg.find(mark); at != std::string::npos; at = svg.find(mark, at + 1)) {
    if (svg.substr(at, svg.find('>', at) - at).find("translate(") != std::string::npos) ++count;
  }
  return count;
}

Plot small_plot() {
  return front_plot("Buffers", "area [mm2]", "energy [mJ]",
                    std::vector<PlotPoint>{{"16 KiB", 1.0, 9.0},
                                           {"64 KiB", 2.0, 4.0},
                                           {"wasteful", 2.5, 8.0},
                                           {"256 KiB", 30.0, 3.0}});
}

std::string plot_error(const Plot& plot) {
  return refusal([&] { plot_svg(plot); });
}

/// PATH as it was, when it goes.
class OtherPath {
 public:
  explicit OtherPath(const char* path) : before_(std::getenv("PATH")) { setenv("PATH", path, 1); }
  ~OtherPath() { setenv("PATH", before_.c_str(), 1); }
  OtherPath(const OtherPath&) = delete;
  OtherPath& operator=(const OtherPath&) = delete;

 private:
  std::string before_;
};

}  // namespace

TEST_CASE("a front has its points in order of x, and few of them have their names") {
  const Plot plot = small_plot();
  REQUIRE(plot.series.size() == 2);
  CHECK(plot.series[0].points.size() == 4);
  CHECK_FALSE(plot.series[0].line);
  CHECK(plot.series[1].line);
  CHECK(plot.series[1].points ==
        std::vector<std::pair<double, double>>{{1.0, 9.0}, {2.0, 4.0}, {30.0, 3.0}});
  CHECK(plot.series[1].labels == std::vector<std::string>{"16 KiB", "64 KiB", "256 KiB"});
  const std::vector<PlotPoint> points{{"a", 1.0, 2.0}, {"b", 2.0, 1.0}};
  CHECK(front_plot("", "", "", points, 1).series[1].labels.empty());
}

TEST_CASE("groups are series of dots, and the title tells how many points lie on others") {
  const std::vector<PlotPoint> points{
      {"0", 1.0, 2.0, "small"}, {"1", 2.0, 1.0, "large"}, {"2", 1.0, 2.0, "large"}};
  const Plot plot = front_plot("Two", "", "", points);
  REQUIRE(plot.series.size() == 3);
  CHECK(plot.series[0].name == "small");
  CHECK(plot.series[1].name == "large");
  CHECK(plot.series[1].points == std::vector<std::pair<double, double>>{{2.0, 1.0}, {1.0, 2.0}});
  CHECK(plot.title == "Two (1 of 3 points lie on others)");
  CHECK(small_plot().title == "Buffers");
}

TEST_CASE("a front goes in steps: level to the next point, then straight down to it") {
  const std::string svg = plot_svg(small_plot());
  // gnuplot draws the three points as five corners; a line from point to point would have three.
  const auto corners_of = [&](std::size_t at) {
    const std::string path = svg.substr(at, svg.find('\'', at) - at);
    std::istringstream in(path);
    std::vector<std::pair<double, double>> corners;
    for (std::string word; in >> word;) {
      const std::size_t comma = word.find(',');
      if (comma == std::string::npos) continue;
      const std::size_t digit = word.find_first_of("0123456789");
      corners.emplace_back(std::stod(word.substr(digit)), std::stod(word.substr(comma + 1)));
    }
    return corners;
  };
  const std::size_t front = svg.find("<title>gnuplot_plot_2</title>");
  REQUIRE(front != std::string::npos);
  const std::size_t path = svg.find("<path", front);
  REQUIRE(path != std::string::npos);
  const auto corners = corners_of(svg.find("d='", path) + 3);
  REQUIRE(corners.size() == 5);
  for (std::size_t i = 1; i < corners.size(); ++i) {
    CHECK((corners[i].first == corners[i - 1].first || corners[i].second == corners[i - 1].second));
  }
}

TEST_CASE("a plot is XML with a mark for each point and all its words") {
  const std::string svg = plot_svg(small_plot());
  CHECK(marks_of(svg) == 4 + 3 + 2);  // all, the front, the key
  const std::string text = text_of(svg);
  for (const char* word : {"Buffers", "area [mm2]", "energy [mJ]", "all configurations", "16 KiB",
                           "64 KiB", "256 KiB"}) {
    CHECK(text.find(word) != std::string::npos);
  }
  CHECK(text.find("wasteful") == std::string::npos);  // not on the front
}

TEST_CASE("the same plot gives the same bytes") {
  CHECK(plot_svg(small_plot()) == plot_svg(small_plot()));
}

TEST_CASE("an axis over more than a decade is logarithmic, unless told otherwise") {
  Plot plot = small_plot();  // x from 1 to 30
  const auto has_tic = [&](const char* tic) {
    return ("\n" + text_of(plot_svg(plot))).find(std::string("\n") + tic + "\n") !=
           std::string::npos;
  };
  CHECK(has_tic("20"));
  CHECK_FALSE(has_tic("15"));
  plot.x_log = false;
  CHECK(has_tic(" 15"));
  plot.series[0].points.emplace_back(-1.0, 5.0);
  plot.x_log = std::nullopt;
  CHECK(has_tic(" 15"));
  plot.x_log = true;
  CHECK(plot_error(plot) == "plot \"Buffers\": x: a logarithmic axis needs numbers above 0");
}

TEST_CASE("hostile names are shown as they are and run nothing") {
  const ScratchFolder folder("front_plot");
  const std::string trace = folder.path / "trace";
  const std::vector<std::string> names{"it's '; system('touch " + trace + "') #",
                                       "`touch " + trace + "` @x $y \\n \\",
                                       "\" . system(\"touch " + trace + "\")",
                                       "<script>&amp;</script> ]]> {/Bold a_b^c} %g",
                                       "END",
                                       "5 \xc3\xb5m \xe2\x82\xac"};
  for (const std::string& name : names) {
    CAPTURE(name);
    Plot plot = small_plot();
    plot.title = plot.x_label = plot.y_label = plot.series[0].name = name;
    plot.series[1].labels[0] = name;
    const std::string text = text_of(plot_svg(plot));
    std::size_t times = 0;
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) ++times;
    CHECK(times == 5);
  }
  CHECK_FALSE(std::filesystem::exists(trace));
}

TEST_CASE("a line break becomes a space and a byte that is no character a question mark") {
  Plot plot = small_plot();
  plot.title = "a\nsystem('true')\tb";
  plot.x_label = "c\xff\xe2\x82 d\xed\xa0\x80";
  const std::string text = text_of(plot_svg(plot));
  CHECK(text.find("a system('true') b") != std::string::npos);
  CHECK(text.find("c??? d???") != std::string::npos);
}

TEST_CASE("one point, and points that are all the same, are drawn") {
  Plot plot;
  plot.series = {{"one", {{0.0, 0.0}}}};
  CHECK(marks_of(plot_svg(plot)) == 2);
  plot.series = {{"", {{3.0, 7.0}, {3.0, 7.0}}}};
  CHECK(marks_of(plot_svg(plot)) == 2);
}

TEST_CASE("what cannot be drawn is refused with its place") {
  Plot plot = small_plot();
  plot.series[0].points[1].second = std::numeric_limits<double>::quiet_NaN();
  CHECK(plot_error(plot) ==
        "plot \"Buffers\": series \"all configurations\": y: expected finite numbers");
  plot.series.clear();
  CHECK(plot_error(plot) == "plot \"Buffers\": nothing to draw; give at least one point");
}

TEST_CASE("a gnuplot that fails costs the plot, with its words on one line") {
  const ScratchFolder folder("gnuplot");
  const std::filesystem::path program = folder.path / "gnuplot";
  const OtherPath path(folder.path.c_str());
  const auto told_of = [&](const std::string& script) {
    write_file(program, "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    std::string drawn;
    const auto told = draw_or_tell([&] { drawn = plot_svg(small_plot()); });
    CHECK(told.has_value() == drawn.empty());
    return told.value_or("");
  };
  const std::string end =
      "; a plot is missing, all else is written; once gnuplot works, run the same command again";
  CHECK(told_of("echo '<svg></svg>'").empty());
  CHECK(told_of("printf '\\n\"-\" line 1:\\n bad\\n' >&2; exit 1") ==
        "gnuplot: no plot (exit code 1): \"-\" line 1: bad" + end);
  CHECK(told_of("kill -9 $$") == "gnuplot: no plot (exit code 137)" + end);
  CHECK(told_of("echo nothing") == "gnuplot: no plot (exit code 0)" + end);
  CHECK_THROWS_AS(draw_or_tell([] { throw InputError("another fault"); }), InputError);
}

TEST_CASE("without gnuplot the message says what to install") {
  const OtherPath path("/no/such/folder");
  CHECK(plot_error(small_plot()) == no_gnuplot_text());
  CHECK_FALSE(gnuplot_found());
}

}  // namespace tilewise
