#include "report/sweep_files.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <iterator>
#include <span>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "report/sweep_summary.hpp"
#include "scratch_folder.hpp"
#include "space/search_spaces.hpp"
#include "sweep/evidence.hpp"
#include "sweep/target.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

/// Two architectures on one device; no layers.
SweepResult small_sweep() {
  SweepResult result;
  Architecture device;
  device.name = "dev";
  result.devices.emplace_back(device);
  result.targets.push_back({"dev", "", "", std::size_t{0}});
  result.rows.push_back({0, "cifar10", 100, 7, {{Milliseconds{1.5}, Millijoules{4.0}, 50.0}}});
  result.rows.push_back({1, "cifar10", 200, 8, {{Milliseconds{2.5}, Millijoules{8.0}, 50.0}}});
  result.architectures = {"a,b", "c"};
  result.phases.push_back({"mapping", 0.25});
  return result;
}

}  // namespace

TEST_CASE("costs of a sweep carry MACs per off-chip byte") {
  const std::string text = costs_csv(small_sweep());
  // 200 MACs / 50 bytes = 4.
  CHECK(text.find("\n1,c,cifar10,200,8,2.5,8,50,4,,,,\n") != std::string::npos);
}

TEST_CASE("costs of a sweep carry their ranges where something is known") {
  SweepResult result = small_sweep();
  result.rows[1].costs[0].energy_below = Millijoules{2.0};
  result.rows[1].costs[0].energy_above = Millijoules{8.0};
  const std::string text = costs_csv(result);
  CHECK(
      text.find(",dev_latency_ms_low,dev_latency_ms_high,dev_energy_mJ_low,dev_energy_mJ_high\n") !=
      std::string::npos);
  CHECK(text.find("1.5,4,50,2,,,,\n") != std::string::npos);
  CHECK(text.find("2.5,8,50,4,,,6,16\n") != std::string::npos);
  // The same of a device that hardware was compared with.
  result.devices[0] = find_device("eyeriss");
  const double half = *half_width_of_network(*evidence_of(result.devices[0])->latency);
  for (const CostColumn& column : cost_columns(result)) {
    if (column.name != "dev_latency_ms_high") continue;
    CHECK(column.values[1] == doctest::Approx(2.5 * std::exp(half)));
  }
  result.scheduled = true;
  CHECK(std::isnan(cost_columns(result)[4].values[1]));
  CHECK(evidence_lines(result).front() ==
        "dev: no hardware was compared with eyeriss under a schedule");
  result.scheduled = false;
  CHECK(run_yaml(result, {}, "", 2).find("evidence: \"compared with hardware: latency of") !=
        std::string::npos);
}

TEST_CASE("the files of a sweep appear whole, replace older ones and summarise the same") {
  const ScratchFolder scratch("sweep_files");
  const fs::path folder = scratch.path / "out";
  const SweepResult result = small_sweep();
  for (int run = 0; run < 2; ++run) {
    write_sweep(result, find_space("nasbench201"), {}, "tilewise sweep", folder);
    CHECK(read_file(folder / "costs.csv") == costs_csv(result));
  }
  CHECK(sweep_report(read_sweep(folder)).table() == sweep_report(sweep_columns(result)).table());
}

TEST_CASE("files whose rows come in blocks are those of all rows at once, byte by byte") {
  const ScratchFolder scratch("sweep_files");
  SweepOptions options;
  options.datasets = {"cifar10", "ImageNet16-120"};
  options.devices = {"hwnasbench-eyeriss", "hwnasbench-zc706"};  // nothing is searched
  const SearchSpace space = find_space("nasbench201");
  const SweepResult all = sweep(space, options);
  const std::string costs = costs_csv(all);
  const Report summary = sweep_report(sweep_columns(all));
  for (const std::int64_t at_most : {1, 7, 20'000}) {
    CAPTURE(at_most);
    const fs::path folder = scratch.path / "out";
    SweepWriter writer(folder);
    SweepColumns columns;
    const auto take = [&](const SweepResult& swept, const RowBlock& block) {
      writer.add(swept, block);
      add_rows(columns, swept, block.rows);
    };
    const SweepResult swept = sweep(space, options, {take, at_most});
    writer.finish(swept, space, options, "tilewise sweep");
    CHECK((read_file(folder / "costs.csv") == costs));
    CHECK((read_file(folder / "layers.csv") == layers_csv(all.layers, all.devices)));
    CHECK(read_file(folder / "run.yaml").find("rows: 31250\n") != std::string::npos);
    columns.phases = all.phases;
    columns.notes = evidence_lines(swept);
    CHECK(sweep_report(columns).table() == summary.table());
  }
}

namespace {

auto files_of(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

}  // namespace

TEST_CASE("a sweep that is cut short between blocks leaves the older files alone") {
  const ScratchFolder scratch("sweep_files");
  const fs::path folder = scratch.path / "out";
  const SweepResult result = small_sweep();
  write_sweep(result, find_space("nasbench201"), {}, "tilewise sweep", folder);
  const std::string before = read_file(folder / "costs.csv");
  {
    SweepWriter writer(folder);
    writer.add(result, {std::span(result.rows).first(1), result.architectures});
    CHECK(files_of(folder) == 5);
  }
  CHECK(files_of(folder) == 4);  // costs.csv, layers.csv, run.yaml and their list
  CHECK(read_file(folder / "costs.csv") == before);
  CHECK(fs::exists(folder / "run.yaml"));
}

TEST_CASE("a folder that holds other files is refused and left alone") {
  const ScratchFolder scratch("sweep_files");
  write_file(scratch.path / "thesis.tex", "x");
  CHECK(refusal([&] {
          write_sweep(small_sweep(), find_space("nasbench201"), {}, "tilewise sweep", scratch.path);
        }) ==
        scratch.path.string() + ": holds thesis.tex, which is not of a sweep; name another folder");
  CHECK(read_file(scratch.path / "thesis.tex") == "x");
  CHECK_FALSE(fs::exists(scratch.path / "costs.csv"));
}

}  // namespace tilewise
