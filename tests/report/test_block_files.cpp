#include "report/block_files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "report/sweep_files.hpp"
#include "report/sweep_summary.hpp"
#include "report/table_of_report.hpp"
#include "scratch_folder.hpp"
#include "space/fbnet_candidates.hpp"

namespace tilewise {
namespace {

/// FBNet on cifar100 on a device that asks for a millisecond a MAC, a joule a parameter and a byte
/// a layer.
SweepResult small_space() {
  SweepResult swept;
  swept.space = "fbnet";
  swept.datasets = {"cifar100"};
  Architecture device;
  device.name = "dev";
  swept.targets.push_back({"dev", "", "", std::size_t{0}});
  swept.devices.emplace_back(device);
  swept.tables.push_back(
      block_table("cifar100", std::get<BlockLayers>(fbnet_space().layers("cifar100", {})), 1,
                  one_by_one([](const Layer& layer, std::size_t) {
                    return Cost{Milliseconds{static_cast<double>(macs(layer))},
                                Millijoules{static_cast<double>(parameters(layer))}, 1.0};
                  })));
  return swept;
}

const BlockForm& form() {
  static const BlockForm kForm = *blocks(fbnet_space());
  return kForm;
}

/// Rows of a CSV file by column.
std::vector<std::map<std::string, std::string>> rows_of(const std::string& csv) {
  std::string_view text = csv;
  const auto header = take_csv_line(text);
  std::vector<std::map<std::string, std::string>> rows;
  while (!text.empty()) {
    const auto cells = take_csv_line(text);
    REQUIRE(cells.size() == header.size());
    for (std::size_t c = rows.emplace_back().size(); c < cells.size(); ++c) {
      rows.back()[header[c]] = cells[c];
    }
  }
  return rows;
}

}  // namespace

TEST_CASE("the table has the fixed part and every block with its shape") {
  const auto rows = rows_of(blocks_csv(small_space(), form()));
  REQUIRE(rows.size() == 1 + 22 * 9);
  CHECK(rows[0].at("position") == "0");
  CHECK(rows[0].at("block") == "fixed");
  CHECK(rows[0].at("dev_dram_bytes") == "4");
  auto block = rows[1 + 17 * 9 + 5];  // position 18: 112 -> 184, 8 x 8, stride 2
  CHECK(block["dataset"] == "cifar100");
  CHECK(block["position"] == "18");
  CHECK(block["op"] == "5");
  CHECK(block["block"] == "k5_e1_g2");
  CHECK(block["input_channels"] == "112");
  CHECK(block["output_channels"] == "184");
  CHECK(block["input_size"] == "8");
  CHECK(block["stride"] == "2");
  CHECK(block["kernel"] == "5");
  CHECK(block["expansion"] == "1");
  CHECK(block["groups"] == "2");
  CHECK(block["dev_dram_bytes"] == "3");
  CHECK(rows[9].at("block") == "skip");  // position 1, whose shapes agree
  CHECK(rows[9].at("kernel").empty());
  CHECK(rows[9].at("dev_latency_ms") == "0");
}

TEST_CASE("an architecture is the sum of 23 rows of the table") {
  const SweepResult space = small_space();
  const auto rows = rows_of(blocks_csv(space, form()));
  for (const FbnetArchitecture& architecture : fbnet_candidates(3, 20)) {
    double latency = csv_number(rows[0].at("dev_latency_ms"), "");
    std::int64_t macs = csv_count(rows[0].at("macs"), "");
    for (std::size_t position = 0; position < kFbnetPositions; ++position) {
      const auto op = static_cast<std::size_t>(architecture.ops[position]);
      const auto& row = rows[1 + position * 9 + op];
      latency += csv_number(row.at("dev_latency_ms"), "");
      macs += csv_count(row.at("macs"), "");
    }
    CHECK(latency == total(space.tables[0].devices[0].latency_ms, choices_of(architecture)));
    CHECK(static_cast<double>(macs) == total(space.tables[0].macs, choices_of(architecture)));
  }
}

TEST_CASE("the files of FBNet appear whole, and run.yaml tells of the table") {
  const ScratchFolder scratch("fbnet_files");
  write_sweep(small_space(), fbnet_space(), {}, "tilewise sweep fbnet", scratch.path / "out");
  CHECK(read_file(scratch.path / "out" / "blocks.csv") == blocks_csv(small_space(), form()));
  const std::string run = read_file(scratch.path / "out" / "run.yaml");
  CHECK(run.find("space: fbnet\n") != std::string::npos);
  CHECK(run.find("rows: 199\n") != std::string::npos);
  CHECK_THROWS_WITH_AS(check_sweep_folder(scratch.path),
                       doctest::Contains("holds out, which is not of a sweep"), InputError);
}

TEST_CASE("the summary has the least and the most of the whole space") {
  const SweepResult space = small_space();
  const auto json = nlohmann::json::parse(block_summary_report(space, form()).json());
  const auto& latency = json["columns"][0]["latency_ms"];
  const BlockMetric& metric = space.tables[0].devices[0].latency_ms;
  CHECK(latency["fixed"] == metric.fixed);
  CHECK(latency["least"] == least_total(metric, form()));
  CHECK(latency["all_k3_e1"] == total(metric, std::vector<std::uint8_t>(22)));
  CHECK(latency["most"] == most_total(metric, form()));
  CHECK(block_summary_report(space, form()).table().find("cifar100  dev") != std::string::npos);
  SameColumns columns{{"dataset", "/dataset"}, {"device", "/device"}};
  for (const std::string metric_name : {"latency_ms", "energy_mJ"}) {
    for (const std::string which : {"fixed", "least", "all_k3_e1", "most"}) {
      columns.emplace_back(which + "_" + metric_name, "/" + metric_name + "/" + which);
    }
  }
  check_same(block_summary_report(space, form()), {"/columns/0"}, columns);
}

}  // namespace tilewise
