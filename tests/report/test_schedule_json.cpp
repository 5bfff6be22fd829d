#include "report/schedule/schedule_json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "refusal.hpp"
#include "report/hand_made_schedule.hpp"
#include "report/network_sweep_files.hpp"
#include "report/network_sweep_report.hpp"
#include "scratch_folder.hpp"
#include "sweep/scheduled_networks.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::json;

}  // namespace

TEST_CASE("JSON has the tensors that stay, the fill of the home, the totals and the proof") {
  NetworkSweep sweep = sweep_that_keeps(residual_network(), "eyeriss", {1, 1, 0, 1, 0});
  Json json = Json::parse(schedule_json(sweep, 0, 0));
  CHECK(json["kind"] == "kept");
  CHECK(json["home"] == "GLB");
  CHECK(json["memories"] == Json::parse(R"([{"name": "GLB", "capacity_bytes": 102400.0}])"));
  // 8 x 40 x 40 words of 2 bytes.
  CHECK(json["tensors"] == Json::parse(R"([
    {"layer": "a", "place": "GLB", "bytes": 25600.0, "from": 0, "to": 2},
    {"layer": "b", "place": "GLB", "bytes": 25600.0, "from": 1, "to": 2},
    {"layer": "c", "place": "GLB", "bytes": 25600.0, "from": 3, "to": 4}])"));
  CHECK(json["not_kept"] == Json::parse(R"([{"tensors": 1, "why": null}])"));
  const std::vector<double> kept{25600.0, 51200.0, 51200.0, 25600.0, 25600.0};
  REQUIRE(json["fill"].size() == kept.size());
  for (std::size_t l = 0; l < kept.size(); ++l) {
    CHECK(json["fill"][l]["layer"] == sweep.networks[0].network.layer(l).name);
    CHECK(json["fill"][l]["memories"][0]["kept_bytes"] == kept[l]);
    CHECK(json["fill"][l]["memories"][0]["tile_bytes"].is_null());  // nothing is mapped
  }
  // Five layers at 100 pJ, 10 cycles and 800 bits, of which the schedule takes 80 % and 90 %.
  CHECK(json["separate"] == Json::parse(R"({"objective": 25000.0, "energy_pJ": 500.0,
    "cycles": 50.0, "dram_bytes": 500.0})"));
  CHECK(json["totals"]["energy_pJ"] == 400.0);
  CHECK(json["totals"]["cycles"] == 45.0);
  CHECK(json["changes"]["energy"].get<double>() == doctest::Approx(-0.2));
  CHECK(json["changes"]["latency"].get<double>() == doctest::Approx(-0.1));
  CHECK(json["changes"]["objective"].get<double>() == doctest::Approx(-0.28));
  CHECK(json["unit"] == "pJ x cycles");
  CHECK(json["proven"] == true);
  CHECK(json["gap"] == 0.0);
  CHECK(json["certificate"] == Json::parse(R"({"schedules": 24576.0, "states": 1340, "asks": 96,
    "searches": 58, "weights": 7, "merges": 0, "strips": 0, "strip_layers": 0,
    "residents": 0, "ranges": 0})"));
  sweep.schedules[0][0].proven = false;
  sweep.schedules[0][0].lower_bound = 0.75 * sweep.schedules[0][0].objective_value;
  json = Json::parse(schedule_json(sweep, 0, 0));
  CHECK(json["gap"].get<double>() == doctest::Approx(0.25));
}

TEST_CASE(
    "each cost of a sweep has its schedule, and run.yaml the kind; tables keep their columns") {
  auto listed = list_networks({residual_network()});
  auto devices =
      find_devices(std::vector<std::string>{"eyeriss", "pixel_m32p32"}, listed, Objective::Edp);
  const NetworkSweep separate = sweep_networks(std::move(listed), std::move(devices),
                                               {Objective::Edp, Factors::Divisors, {.threads = 1}});
  NetworkSweep kept = separate;
  schedule_networks(kept, {ScheduleKind::Kept});
  const Report report = network_sweep_report(kept, CostRows::Layer);
  const Json json = Json::parse(formatted(report, Format::Json));
  CHECK(json["schedule"] == "kept");
  const Json& costs = json["costs"];
  CHECK(costs[0]["schedule"] == Json::parse(schedule_json(kept, 0, 0)));
  CHECK(costs[0]["schedule"]["totals"]["dram_bytes"] == costs[0]["totals"]["dram_bytes"]);
  CHECK(costs[1]["schedule"]["home"].is_null());
  CHECK(costs[1]["schedule"]["why_no_home"] == "it is an engine with fixed control");
  CHECK(costs[1]["schedule"]["tensors"].empty());
  const Report before = network_sweep_report(separate, CostRows::Layer);
  const Json json_before = Json::parse(formatted(before, Format::Json));
  CHECK(json_before["schedule"] == "separate");
  CHECK_FALSE(json_before["costs"][0].contains("schedule"));
  CHECK(costs[0]["schedule"]["separate"]["dram_bytes"] ==
        json_before["costs"][0]["totals"]["dram_bytes"]);
  const auto header = [](const std::string& csv) { return csv.substr(0, csv.find('\n')); };
  CHECK(header(formatted(report, Format::Csv)) == header(formatted(before, Format::Csv)));
  CHECK(header(network_layers_csv(kept)) == header(network_layers_csv(separate)));
  const ScratchFolder scratch("scheduled");
  write_network_sweep(kept, "tilewise cost", scratch.path / "out");
  CHECK(says(read_file(scratch.path / "out" / "run.yaml"), "\nschedule: kept\n"));
  kept.schedule = ScheduleKind::Separate;
  kept.schedule_given = true;
  write_network_sweep(kept, "tilewise cost", scratch.path / "out");
  CHECK(says(read_file(scratch.path / "out" / "run.yaml"), "\nschedule: given\n"));
}

}  // namespace tilewise
