#include "report/sweep_files.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "report/sweep_summary.hpp"
#include "scratch_folder.hpp"
#include "space/nasbench201_space.hpp"

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
  CHECK(text.find("\n1,c,cifar10,200,8,2.5,8,50,4\n") != std::string::npos);
}

TEST_CASE("the files of a sweep appear whole, replace older ones and summarise the same") {
  const ScratchFolder scratch("sweep_files");
  const fs::path folder = scratch.path / "out";
  const SweepResult result = small_sweep();
  for (int run = 0; run < 2; ++run) {
    write_sweep(result, nasbench201_space(), {}, "tilewise sweep", folder);
    CHECK(read_file(folder / "costs.csv") == costs_csv(result));
    CHECK_FALSE(fs::exists(scratch.path / ".out.part"));
  }
  CHECK(sweep_report(read_sweep(folder)).table() == sweep_report(sweep_columns(result)).table());
}

TEST_CASE("a folder that holds other files is refused and left alone") {
  const ScratchFolder scratch("sweep_files");
  write_file(scratch.path / "thesis.tex", "x");
  CHECK(refusal([&] {
          write_sweep(small_sweep(), nasbench201_space(), {}, "tilewise sweep", scratch.path);
        }) ==
        scratch.path.string() + ": holds thesis.tex, which is not of a sweep; name another folder");
  CHECK(read_file(scratch.path / "thesis.tex") == "x");
  CHECK_FALSE(fs::exists(scratch.path / "costs.csv"));
}

}  // namespace tilewise
