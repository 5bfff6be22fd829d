#include "sweep/analysis.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.hpp"
#include "report/analysis_report.hpp"

namespace tilewise {
namespace {

using Rows = std::vector<std::size_t>;

/// Four architectures 10 to 13 on two devices. Latency: `fast` likes 10 (1 ms), `slow` likes 12
/// (4 ms). Energy of both falls while latency of `fast` rises, but for 13, which 12 beats.
std::vector<DatasetCosts> four_architectures() {
  return {{"set",
           {10, 11, 12, 13},
           {"a", "b", "c", "d"},
           {100, 200, 300, 400},
           {1, 2, 3, 4},
           {{"fast", {1, 2, 3, 4}, {9, 8, 7, 7}}, {"slow", {8, 5, 4, 10}, {4, 3, 2, 2}}}}};
}

std::optional<Accuracies> some_accuracies() {
  return Accuracies{{{60.0, 50.0, std::nullopt, 70.0}}, false};
}

DatasetAnalysis analyzed(std::optional<Accuracies> accuracies = {}, AnalysisOptions options = {}) {
  return analyze(four_architectures(), std::move(accuracies), options).datasets.front();
}

/// Text with the accuracies.
Analysis whole() { return analyze(four_architectures(), some_accuracies(), {}); }

}  // namespace

TEST_CASE("correlations cover MACs, parameters, and both metrics of every device") {
  const Correlations found = analyzed().correlations;
  REQUIRE(found.variables.size() == 6);
  CHECK(found.variables[0].label == "MACs");
  CHECK(found.variables[3].label == "fast energy [mJ]");
  CHECK(found.variables[4].column == "slow_latency_ms");
  CHECK(*found.kendall_tau_b[0][1] == 1.0);
  CHECK(*found.kendall_tau_b[0][2] == 1.0);
  // Energies 9 8 7 7 against 100 200 300 400: 5 pairs fall, 1 is tied: -5 / sqrt(6 * 5).
  CHECK(*found.kendall_tau_b[0][3] == doctest::Approx(-0.912870929));
  CHECK(*found.kendall_tau_b[3][0] == *found.kendall_tau_b[0][3]);
  // 8 5 4 10 against rising: 3 pairs fall, 3 rise.
  CHECK(*found.kendall_tau_b[2][4] == 0.0);
  CHECK(*found.pearson_r[0][2] == doctest::Approx(1.0));
}

TEST_CASE("regret is what the best of one device costs on another, above the least there") {
  const DatasetAnalysis found = analyzed();
  const RegretMatrix& latency = found.regrets[0];
  CHECK(latency.best == Rows{0, 2});
  CHECK(*latency.percent[0][0] == 0.0);
  CHECK(*latency.percent[0][1] == doctest::Approx(100.0));  // 8 ms instead of 4
  CHECK(*latency.percent[1][0] == doctest::Approx(200.0));  // 3 ms instead of 1
  CHECK(found.regrets[1].best == Rows{2, 2});               // of the tie 7, 7 the lower index
}

TEST_CASE("the best architectures stand by rising cost, ties by index, and no more than asked") {
  const DatasetAnalysis found = analyzed({}, {.best = 2});
  REQUIRE(found.rankings.size() == 4);
  CHECK(found.rankings[0].rows == Rows{0, 1});
  CHECK(found.rankings[1].rows == Rows{2, 3});
  CHECK(found.rankings[2].rows == Rows{2, 1});
  CHECK(analyzed({}, {.best = 9}).rankings[0].rows.size() == 4);
}

TEST_CASE("the latency-energy front holds what no architecture beats in both") {
  const DatasetAnalysis found = analyzed();
  REQUIRE(found.latency_energy.size() == 2);
  CHECK(found.latency_energy[0].rows == Rows{0, 1, 2});
  CHECK(found.latency_energy[1].rows == Rows{2});
  CHECK(found.accuracy_fronts.empty());
}

TEST_CASE("the accuracy front leaves out what has no accuracy and what costs more for less") {
  const DatasetAnalysis found = analyzed(some_accuracies());
  REQUIRE(found.accuracy_fronts.size() == 4);
  CHECK(found.accuracy_fronts[0].rows == Rows{0, 3});     // 1 ms 60 %, 4 ms 70 %
  CHECK(found.accuracy_fronts[1].rows == Rows{3});        // 7 mJ 70 %
  CHECK(found.accuracy_fronts[2].rows == Rows{1, 0, 3});  // 5 ms 50 %, 8 ms 60 %, 10 ms 70 %
}

TEST_CASE("floors of accuracy and MACs decide what may be best") {
  const DatasetAnalysis accurate = analyzed(some_accuracies(), {.floors = {.accuracy = 60.0}});
  CHECK(accurate.candidates == 2);
  CHECK(accurate.regrets[0].best == Rows{0, 0});
  CHECK(accurate.latency_energy[0].rows == Rows{0, 3});
  const DatasetAnalysis large = analyzed({}, {.floors = {.macs = 400.0}});
  CHECK(large.regrets[0].best == Rows{3, 3});
  CHECK(large.latency_energy[1].rows == Rows{3});
  CHECK_THROWS_WITH_AS(analyzed({}, {.floors = {.macs = 401.0}}),
                       "--min-macs: no architecture of set reaches it; lower it", InputError);
  CHECK_THROWS_WITH_AS(analyzed({}, {.floors = {.accuracy = 1.0}}),
                       "--min-accuracy: no architecture of set reaches it; lower it", InputError);
}

TEST_CASE("the files of an analysis have a row for each fact") {
  const auto files = analysis_files(whole());
  REQUIRE(files.size() == 5);
  const auto lines = [&](std::string_view name) {
    for (const NamedText& file : files) {
      if (file.name == name) return std::count(file.content.begin(), file.content.end(), '\n');
    }
    return std::ptrdiff_t{0};
  };
  CHECK(lines("correlations.csv") == 1 + 15);    // 6 * 5 / 2 pairs
  CHECK(lines("best.csv") == 1 + 2 * 2 * 3);     // devices, metrics, ranks
  CHECK(lines("regrets.csv") == 1 + 2 * 2 * 2);  // metrics, devices, devices
  CHECK(lines("latency_energy_fronts.csv") == 1 + 4);
  CHECK(lines("accuracy_fronts.csv") == 1 + 2 + 1 + 3 + 1);  // slow: 2 mJ 70 % beats all
  CHECK(analysis_files(analyze(four_architectures(), {}, {})).size() == 4);
}

TEST_CASE("CSV files tell costs, devices and architectures by name") {
  std::string all;
  for (const NamedText& file : analysis_files(whole())) all += file.content;
  for (const char* line : {"\nset,macs,fast_latency_ms,1,", "\nset,fast,latency_ms,1,10,a,1,60\n",
                           "\nset,latency_ms,slow,fast,12,3,1,200\n", "\nset,slow,12,c,4,2,\n",
                           "\nset,fast,energy_mJ,13,d,7,70\n"}) {
    CAPTURE(line);
    CHECK(all.find(line) != std::string::npos);
  }
}

TEST_CASE("the text of an analysis lines up and carries units") {
  const std::string text = analysis_text(whole());
  CHECK(text.find("(3) fast latency [ms]   1.0000  ") != std::string::npos);
  CHECK(text.find("best of  index  on fast [%]  on slow [%]\n"
                  "fast        10         0.00       100.00\n"
                  "slow        12       200.00         0.00\n") != std::string::npos);
  CHECK(text.find("Accuracies of 3 of 4 architectures") != std::string::npos);
  CHECK(text.find("Accuracy-latency front of fast: 2 architectures") != std::string::npos);
}

TEST_CASE("a long front is shown in part, both ends among it") {
  std::vector<DatasetCosts> sweep(1);
  sweep[0].dataset = "set";
  sweep[0].devices.push_back({"dev", {}, {}});
  for (int i = 0; i < 50; ++i) {
    sweep[0].indices.push_back(i);
    sweep[0].architectures.push_back("arch" + std::to_string(i) + "|");
    sweep[0].macs.push_back(1.0);
    sweep[0].parameters.push_back(i);
    sweep[0].devices[0].latency_ms.push_back(i);
    sweep[0].devices[0].energy_mj.push_back(50 - i);
  }
  const std::string text = analysis_text(analyze(sweep, {}, {}));
  const std::string front = text.substr(text.find("Latency-energy front"));
  CHECK(front.find("50 architectures, 10 shown") != std::string::npos);
  CHECK(front.find("arch0|") != std::string::npos);
  CHECK(front.find("arch49|") != std::string::npos);
  CHECK(std::count(front.begin(), front.end(), '|') == 10);
  CHECK(text.find("(1) MACs                -        -        -") !=
        std::string::npos);  // one value
}

TEST_CASE("the JSON of an analysis has null where a correlation is undefined") {
  auto sweep = four_architectures();
  sweep[0].macs = {5, 5, 5, 5};
  const auto json = nlohmann::json::parse(analysis_json(analyze(sweep, some_accuracies(), {})));
  const auto& set = json["datasets"][0];
  CHECK(set["correlations"]["kendall_tau_b"][0][1].is_null());
  CHECK(set["correlations"]["kendall_tau_b"][1][2] == 1.0);
  CHECK(set["regrets"][0]["percent"][1][0] == 200.0);
  CHECK(set["regrets"][0]["best_index"][1] == 12);
  CHECK(set["best"][0]["architectures"][0]["accuracy"] == 60.0);
  CHECK(set["accuracy_fronts"][2]["architectures"].size() == 3);
  CHECK(json["min_accuracy"].is_null());
}

}  // namespace tilewise
