#include "sweep/measured_file.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

using Values = Measurements::Values;

/// Two data sets of three architectures; no devices.
std::vector<DatasetCosts> two_sets() {
  return {{"one", {0, 1, 2}, {"a", "b", "c"}, {1, 2, 3}, {1, 2, 3}, {}},
          {"two", {0, 1, 2}, {"a", "b", "c"}, {1, 2, 3}, {1, 2, 3}, {}}};
}

Measurements measured(const std::string& text, std::optional<CostMetric> metric = {}) {
  return parse_measurements(text, "f.csv", two_sets(), metric);
}

MeasuredSeries column(const std::string& name, std::optional<CostMetric> metric = {}) {
  return measured("index," + name + "\n0,1\n", metric).columns.front();
}

void check_measured_refused(const std::string& text, const std::string& place,
                            const std::string& word, std::optional<CostMetric> metric = {}) {
  CAPTURE(text);
  const std::string said = refusal([&] { measured(text, metric); });
  CAPTURE(said);
  CHECK(said.starts_with(place));
  CHECK(says(said, word));
}

}  // namespace

TEST_CASE("measurements without data set stand for all of them, and may be partial") {
  const Measurements found = measured(
      "\xef\xbb\xbf\"index\",board_us,\"other, newer\"\r\n2,\"7.5\",1e3\r\n 0 ,,2\r\n\r\n");
  CHECK(found.for_every_dataset);
  REQUIRE(found.columns.size() == 2);
  CHECK(found.columns[0].name == "board_us");
  CHECK(found.columns[1].name == "other, newer");
  const std::vector<Values> columns{{{}, {}, 7.5}, {2.0, {}, 1000.0}};
  CHECK(found.by_dataset == std::vector<std::vector<Values>>{columns, columns});
}

TEST_CASE("a column dataset tells where it was measured, wherever it stands") {
  const Measurements found = measured("b,dataset,a,index\n90,two,9,1\n80,one,8,1\n70,two,7,0");
  CHECK_FALSE(found.for_every_dataset);
  CHECK(found.columns[0].name == "b");
  CHECK(found.by_dataset[0] == std::vector<Values>{{{}, 80.0, {}}, {{}, 8.0, {}}});
  CHECK(found.by_dataset[1] == std::vector<Values>{{70.0, 90.0, {}}, {7.0, 9.0, {}}});
}

TEST_CASE("the end of a name says the metric, else the option, else it is latency") {
  for (const char* name : {"board_ms", "board_us", "BOARD_S", "npu_cycles", "board_latency"}) {
    CHECK(column(name).metric == CostMetric::Latency);
  }
  for (const char* name : {"board_mJ", "board_mj", "board_J", "energy", "board_energy"}) {
    CHECK(column(name).metric == CostMetric::Energy);
  }
  CHECK(column("board_mJ").unit == "mJ");
  CHECK(column("board_energy").unit.empty());
  CHECK(column("j").metric == CostMetric::Latency);  // a name, no unit
  CHECK(column("raspi4").metric == CostMetric::Latency);
  CHECK(column("raspi4", CostMetric::Energy).metric == CostMetric::Energy);
  CHECK(column("board_mJ", CostMetric::Energy).metric == CostMetric::Energy);
}

TEST_CASE("a column that is no latency and no energy, or not as the option says, is refused") {
  for (const char* name : {"board_fps", "images_per_s", "board_mW", "arch_str", "macs", "params",
                           "accuracy", "dram_bytes", "eyeriss_arithmetic_intensity"}) {
    check_measured_refused("index," + std::string(name) + "\n0,1\n", "f.csv:1:", "leave it out");
  }
  check_measured_refused("index,a_ms\n0,1\n", "f.csv:1:", "--measured-metric says energy",
                         CostMetric::Energy);
  check_measured_refused("index,a_mJ\n0,1\n", "f.csv:1:", "leave the option out",
                         CostMetric::Latency);
}

TEST_CASE("a bad file of measurements is refused with its line and the cure") {
  check_measured_refused("", "f.csv:1:", "empty file; expected cells separated by commas");
  check_measured_refused("\xef\xbb\xbf\r\n", "f.csv:1:", "empty file");
  check_measured_refused("0,9\n1,8\n", "f.csv:1:", "no column index");
  check_measured_refused("index;board\n0;9\n", "f.csv:1:", "separated by commas");
  check_measured_refused("index\n0\n", "f.csv:1:", "no measured column");
  check_measured_refused("dataset,index\none,0\n", "f.csv:1:", "no measured column");
  check_measured_refused("index,a,index\n0,1,0\n", "f.csv:1:", "a second column \"index\"");
  check_measured_refused("index,a,a\n0,1,1\n", "f.csv:1:", "a second column \"a\"");
  check_measured_refused("index,a,\n0,1,\n", "f.csv:1:", "column 3 has no name");
  check_measured_refused("index,a\n", "f.csv:1:", "no candidate of the sweep");
  check_measured_refused("index,a,b\n0,1,\n1,2,\n", "f.csv:1:", "in the column \"b\"");
  check_measured_refused("index,a\n0,9\n1\n", "f.csv:3:", "expected 2 cells");
  check_measured_refused("index,a\n0,9\nx,8\n", "f.csv:3:", "\"x\"");
  check_measured_refused("index,a\n0,9\n-1,8\n", "f.csv:3:", "\"-1\"");
  check_measured_refused("index,a\n0,9\n1.5,8\n", "f.csv:3:", "\"1.5\"");
  for (const char* bad : {"fast", "nan", "inf", "-inf", "0", "-3", "1e999", "1 ms", "1,5"}) {
    const std::string cell = std::string(bad) == "1,5" ? "\"1,5\"" : bad;
    check_measured_refused("index,a\n0,9\n1," + cell + "\n",
                           "f.csv:3: a: expected a number above 0", bad);
  }
  check_measured_refused("index,a\n0,9\n\n0,8\n", "f.csv:4:", "the index 0 is there twice");
  check_measured_refused("index,a\n0,9\n0,\n", "f.csv:3:", "twice");
  check_measured_refused("index,a\n0,9\n3,8\n", "f.csv:3:", "no architecture 3");
  check_measured_refused("dataset,index,a\none,0,9\nmnist,0,8\n", "f.csv:3:", "one, two");
  check_measured_refused("index,a\n0,\"9\n1,8\n", "f.csv:2:", "close its quote");
}

}  // namespace tilewise
