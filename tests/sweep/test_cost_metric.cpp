#include "sweep/cost_metric.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "sweep/analysis.hpp"
#include "sweep/cost_table.hpp"

namespace tilewise {
namespace {

/// The devices that are read from a folder of a sweep on one of this name.
std::vector<std::string> devices_read(const std::string& word, const std::string& name) {
  const ScratchFolder scratch("column_word");
  write_file(scratch.path / "costs.csv", "index,arch_str,dataset,macs,params," + word +
                                             "_latency_ms," + word +
                                             "_energy_mJ\n0,a,cifar10,1,1,2,3\n");
  write_file(scratch.path / "run.yaml",
             "space: nasbench201\ndevices:\n  - {name: \"" + name + "\", configuration: \"0\"}\n");
  const std::vector<DatasetCosts> read = read_cost_table(scratch.path / "costs.csv");
  std::vector<std::string> devices;
  for (const DeviceCosts& each : read.front().devices) devices.push_back(each.device);
  return devices;
}

}  // namespace

TEST_CASE("columns of a board's engine are plain identifiers, those of others their names") {
  CHECK(column_word("board:zc706") == "board_zc706");
  CHECK(column_word("board:./my-board.yaml") == "board___my_board_yaml");
  for (const char* name : {"eyeriss", "hwnasbench-zc706", "hwnasbench-zc706:switch=off"}) {
    CHECK(column_word(name) == name);
  }
}

TEST_CASE("devices whose columns would be one are refused") {
  const std::set<std::string> fine{"zc706", "board:zc706", "board:zcu102"};
  CHECK_NOTHROW(check_column_words(fine));
  const std::set<std::string> one{"board:zc706", "board_zc706"};
  CHECK_THROWS_WITH_AS(check_column_words(one),
                       "device board_zc706: its columns would be those of board:zc706, "
                       "board_zc706_...; give that another name",
                       InputError);
}

TEST_CASE("a folder of a sweep has the device's name again, one of an earlier version too") {
  const std::vector<std::string> board{"board:zc706"};
  CHECK(devices_read("board_zc706", "board:zc706") == board);
  CHECK(devices_read("board:zc706", "board:zc706") == board);
  CHECK(devices_read("board_zc706", "board_zc706") == std::vector<std::string>{"board_zc706"});
}

TEST_CASE("an analysis names the columns of the table") {
  std::vector<DatasetCosts> costs(1);
  costs[0] = {"cifar10", {0, 1}, {"a", "b"}, {1, 2}, {1, 2}, {{"board:zc706", {1, 2}, {3, 4}}}};
  const Analysis analysis = analyze(std::move(costs), {}, {});
  CHECK(analysis.datasets.front().correlations.variables.back().column == "board_zc706_energy_mJ");
}

}  // namespace tilewise
