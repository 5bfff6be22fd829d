#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "report/agreement_plot.hpp"
#include "report/analysis_report.hpp"
#include "report/sweep_files.hpp"
#include "scratch_folder.hpp"
#include "space/search_spaces.hpp"

namespace tilewise {
namespace {

using Numbers = std::vector<double>;

/// Four architectures on one device, and what a board takes and a meter reads; the one left out
/// of the first column would be the slowest.
Analysis four_measured() {
  std::vector<DatasetCosts> sweep{{"set",
                                   {10, 11, 12, 13},
                                   {"a", "b", "c", "d"},
                                   {4, 3, 2, 1},
                                   {7, 7, 7, 7},
                                   {{"dev", {1, 2, 4, 8}, {1, 2, 3, 4}}}}};
  Measurements measurements =
      parse_measurements("index,board_us,meter_mJ\n12,30,30\n10,20,10\n11,10,20\n13,,40\n", "f.csv",
                         sweep, std::nullopt);
  return analyze(std::move(sweep), {}, {}, std::move(measurements));
}

/// A sweep of one device whose latencies are these.
std::vector<DatasetCosts> sweep_of(const Numbers& latencies) {
  std::vector<DatasetCosts> sweep(1);
  sweep[0].dataset = "set";
  for (std::size_t i = 0; i < latencies.size(); ++i) {
    sweep[0].indices.push_back(static_cast<std::int64_t>(i));
    sweep[0].architectures.emplace_back("a");
  }
  sweep[0].macs = sweep[0].parameters = latencies;
  sweep[0].devices = {{"dev", latencies, latencies}};
  return sweep;
}

/// Many candidates on a board whose latency scatters about ours.
Analysis many_measured(std::size_t size) {
  std::mt19937_64 random(3);
  std::vector<std::optional<double>> measured;
  Numbers ours;
  for (std::size_t i = 0; i < size; ++i) {
    ours.push_back(1.0 + static_cast<double>(random() % 100'000) / 1000.0);
    measured.emplace_back(ours.back() * (1.0 + static_cast<double>(random() % 1000) / 1000.0));
  }
  Measurements measurements{{{"board_ms", CostMetric::Latency, "ms"}}, {{measured}}, true};
  return analyze(sweep_of(ours), {}, {}, std::move(measurements));
}

std::string file_of(const Analysis& analysis, std::string_view name) {
  for (const NamedText& file : analysis_files(analysis)) {
    if (file.name == name) return file.content;
  }
  return "";
}

/// Where squares of an axis begin and end: each so many times the one before.
Numbers edges_of(const LogAxis& axis, std::size_t squares) {
  Numbers edges;
  for (std::size_t e = 0; e <= squares; ++e) {
    const double share = static_cast<double>(e) / static_cast<double>(squares);
    edges.push_back(axis.first * std::pow(axis.last / axis.first, share));
  }
  return edges;
}

/// Every pair, by the definition of tau-b.
double counted_tau(const Numbers& x, const Numbers& y) {
  std::int64_t difference = 0;
  std::int64_t apart_x = 0;
  std::int64_t apart_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const int of_x = (x[i] > x[j]) - (x[i] < x[j]);
      const int of_y = (y[i] > y[j]) - (y[i] < y[j]);
      difference += of_x * of_y;
      apart_x += of_x * of_x;
      apart_y += of_y * of_y;
    }
  }
  return static_cast<double>(difference) /
         std::sqrt(static_cast<double>(apart_x) * static_cast<double>(apart_y));
}

}  // namespace

TEST_CASE("measured.csv has a row for each column and estimate") {
  const std::string csv = file_of(four_measured(), "measured.csv");
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 2 * 3);
  CHECK(csv.starts_with(
      "dataset,measured,ours,candidates,kendall_tau_b,spearman_rho,scale,median_error_percent,"
      "p90_error_percent\nset,board_us,dev_latency_ms,3,0.33"));
  // All the same parameters rank nothing; 30 20 10 of 7: the middle scale is 20 / 7.
  CHECK(csv.find("\nset,board_us,params,3,,,2.857") != std::string::npos);
  CHECK(csv.find("\nset,meter_mJ,dev_energy_mJ,4,1,1,10") != std::string::npos);
  CHECK(csv.find("\nset,meter_mJ,macs,4,-1,-1,") != std::string::npos);
}

TEST_CASE("the table of measurements names the metric, and no line is longer than a terminal") {
  const std::string all = analysis_text(four_measured());
  const std::string text = all.substr(all.find("Measured against ours"));
  CHECK(
      text.find("\nboard_us [us]: 3 candidates\nlatency of   tau-b     rho  scale  half within") !=
      std::string::npos);
  // Ratios 20 5 7.5: 7.5, off by 2.667 1.5 1.
  CHECK(text.find("dev [ms]     0.333   0.500    7.5             50.0            166.7\n") !=
        std::string::npos);
  CHECK(text.find("\nmeter_mJ [mJ]: 4 candidates\nenergy of ") != std::string::npos);
  CHECK(text.find("\nparameters       -       -  2.857") != std::string::npos);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    CHECK(end - at <= 80);
    at = end + 1;
  }
}

TEST_CASE("the JSON of measurements has the numbers of measured.csv") {
  const auto json = nlohmann::json::parse(analysis_json(four_measured()));
  const auto& measured = json["datasets"][0]["measured"];
  REQUIRE(measured.size() == 2);
  CHECK(measured[0]["measured"] == "board_us");
  CHECK(measured[0]["metric"] == "latency_ms");
  CHECK(measured[0]["candidates"] == 3);
  const auto& dev = measured[0]["agreements"][0];
  CHECK(dev["ours"] == "dev_latency_ms");
  CHECK(dev["spearman_rho"].get<double>() == doctest::Approx(0.5));
  CHECK(dev["scale"].get<double>() == doctest::Approx(7.5));
  CHECK(dev["median_error_percent"].get<double>() == doctest::Approx(50.0));
  CHECK(dev["p90_error_percent"].get<double>() == doctest::Approx(500.0 / 3.0));
  CHECK(measured[0]["agreements"][2]["kendall_tau_b"].is_null());
  const auto without =
      nlohmann::json::parse(analysis_json(analyze(sweep_of({1, 2}), std::nullopt, {})));
  CHECK_FALSE(without["datasets"][0].contains("measured"));
}

TEST_CASE("each candidate is in one square of the plot, the one at its place") {
  std::mt19937_64 random(4);
  Numbers xs;
  Numbers ys;
  for (int i = 0; i < 1000; ++i) {
    xs.push_back(std::exp(static_cast<double>(random() % 1000) / 200.0));
    ys.push_back(std::exp(static_cast<double>(random() % 1000) / 100.0));
  }
  const LogAxis x = log_axis_of(xs);
  const LogAxis y = log_axis_of(ys);
  const Numbers x_edges = edges_of(x, kSquareColumns);
  const Numbers y_edges = edges_of(y, kSquareRows);
  const Squares squares = count_squares(xs, x, ys, y);
  std::int64_t all = 0;
  for (std::size_t r = 0; r < kSquareRows; ++r) {
    for (std::size_t c = 0; c < kSquareColumns; ++c) {
      std::int64_t counted = 0;
      for (std::size_t i = 0; i < xs.size(); ++i) {
        const bool in_column = xs[i] >= x_edges[c] && xs[i] < x_edges[c + 1];
        const bool in_row = ys[i] >= y_edges[r] && ys[i] < y_edges[r + 1];
        counted += in_column && in_row ? 1 : 0;
      }
      REQUIRE(squares[r][c] == counted);
      all += counted;
    }
  }
  CHECK(all == 1000);
}

TEST_CASE("the plot of 15,625 candidates is small, always the same, and says what it shows") {
  const Analysis analysis = many_measured(15'625);
  const std::string svg = agreement_svg(analysis);
  CHECK(svg.size() < 200'000);  // dots would be 3 x 15,625 x some 75 bytes
  CHECK(svg == agreement_svg(analysis));
  for (const std::string words :
       {"Measured against ours", "dev latency [ms]", "MACs", "board_ms [ms]", "tau-b 0.8",
        "none is left out", "1 candidate in a square", "100 or more", "measured = scale x ours"}) {
    CAPTURE(words);
    CHECK(svg.find(words) != std::string::npos);
  }
}

TEST_CASE("one candidate, and columns that all have one value, are drawn too") {
  CHECK(agreement_svg(many_measured(1)).find("dev latency [ms]") != std::string::npos);
  CHECK(agreement_svg(four_measured()).find("parameters") != std::string::npos);
}

TEST_CASE("NAS-Bench-201 on boards: Kendall's tau-b of our devices, MACs and parameters") {
  const auto file = reference_folder() / "measured" / "nasbench201_cifar10_latency.csv";
  if (!std::filesystem::exists(file)) {
    std::cout << "skipped: reference data not found: measured/" << file.filename().string() << "\n";
    return;
  }
  SweepOptions options;
  options.datasets = {"cifar10"};
  options.devices = {"eyeriss", "zc706"};
  const ScratchFolder scratch("measured");
  write_file(scratch.path / "costs.csv", costs_csv(sweep(find_space("nasbench201"), options)));
  std::vector<DatasetCosts> costs = read_cost_table(scratch.path / "costs.csv");
  Measurements measurements = load_measurements(file, costs, std::nullopt);
  const Analysis analysis = analyze(std::move(costs), {}, {}, std::move(measurements));
  // eyeriss, zc706, MACs; by the README beside the table.
  struct Expected {
    const char* column;
    double eyeriss;
    double zc706;
    double macs;
  };
  const DatasetAnalysis& dataset = analysis.datasets[0];
  for (const Expected& of :
       {Expected{"raspi4", 0.607, 0.791, 0.739}, Expected{"pixel3", 0.618, 0.747, 0.682},
        Expected{"gpu_1080ti_batch256", 0.892, 0.621, 0.521},
        Expected{"cpu_xeon_6226", 0.619, 0.714, 0.747}}) {
    CAPTURE(of.column);
    const auto found = std::find_if(
        dataset.agreements.begin(), dataset.agreements.end(),
        [&](const auto& each) { return analysis.measured_columns[each.column].name == of.column; });
    REQUIRE(found != dataset.agreements.end());
    CHECK(found->candidates == 15'625);
    REQUIRE(found->estimates.size() == 4);
    CHECK(std::abs(*found->estimates[0].kendall_tau_b - of.eyeriss) < 0.0006);
    CHECK(std::abs(*found->estimates[1].kendall_tau_b - of.zc706) < 0.0006);
    CHECK(std::abs(*found->estimates[2].kendall_tau_b - of.macs) < 0.0006);
    // The first thousand, pair by pair.
    Numbers ours;
    Numbers theirs;
    for (std::size_t row = 0; row < 1000; ++row) {
      ours.push_back(dataset.costs.devices[1].latency_ms[row]);
      theirs.push_back(*dataset.measured[found->column][row]);
    }
    Measurements::Values part(dataset.measured[found->column]);
    std::fill(part.begin() + 1000, part.end(), std::nullopt);
    const auto of_part =
        agreements_of(dataset.costs, {analysis.measured_columns[found->column]}, {part}, 1);
    CHECK(*of_part[0].estimates[1].kendall_tau_b ==
          doctest::Approx(counted_tau(ours, theirs)).epsilon(1e-12));
  }
}

}  // namespace tilewise
