#include "space/published/hwnasbench_model.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "space/fbnet_candidates.hpp"
#include "space/search_spaces.hpp"

namespace tilewise {

namespace {

const PublishedSpace& of_nasbench201(const NetworkModel& model) {
  return published(model, find_space("nasbench201"), {});
}

/// In the units of ours.
bool same(const std::vector<Cost>& ours, const std::vector<HwnasbenchCost>& published) {
  return std::equal(ours.begin(), ours.end(), published.begin(), published.end(),
                    [](const Cost& a, const HwnasbenchCost& b) {
                      return a.latency == milliseconds(b.latency) &&
                             a.energy == millijoules(b.energy) && a.dram_bytes == b.off_chip_bytes;
                    });
}

}  // namespace

TEST_CASE("a preset is the published model behind one interface") {
  const auto fpga = find_hwnasbench_model("hwnasbench-zc706");
  REQUIRE(fpga);
  CHECK(fpga->name == "hwnasbench-zc706");
  const auto all = hwnasbench_fpga_nasbench201({}, Dataset::Cifar10);
  CHECK(same(of_nasbench201(*fpga).by_index("cifar10"), all));
  CHECK(of_nasbench201(*fpga).one(to_string(nasbench201_architecture(5)), "cifar10").latency ==
        milliseconds(all[5].latency));
  CHECK(fpga->details.find("no_ceilings = on: steps of an engine") != std::string::npos);
  const auto eyeriss = find_hwnasbench_model("hwnasbench-eyeriss");
  REQUIRE(eyeriss);
  const auto table = hwnasbench_eyeriss_fbnet({}, FbnetDataset::Cifar100);
  const BlockCosts blocks = published(*eyeriss, fbnet_space(), {}).by_block("cifar100");
  CHECK(blocks.latency_ms.fixed == milliseconds(table.fixed.latency).count());
  CHECK(blocks.energy_mj.at(3, 7) == millijoules(table.blocks[3][FbnetOp::K5E6].energy).count());
  CHECK(blocks.dram_bytes.fixed_parts[1] == table.fixed_parts[1].off_chip_bytes);
  CHECK(eyeriss->details.find("decoded_constants = on") != std::string::npos);
  CHECK_FALSE(find_hwnasbench_model("eyeriss"));
}

TEST_CASE("a change turns one switch") {
  const std::vector<std::string> changes{"chunks_side_by_side=off"};
  const auto model = find_hwnasbench_model("hwnasbench-zc706", changes);
  REQUIRE(model);
  HwnasbenchFpga fpga;
  fpga.switches.chunks_side_by_side = false;
  CHECK(same(of_nasbench201(*model).by_index("cifar10"),
             hwnasbench_fpga_nasbench201(fpga, Dataset::Cifar10)));
  CHECK(model->details.find("chunks_side_by_side = off: the latency is the sum") !=
        std::string::npos);
}

TEST_CASE("a model is refused where it knows nothing, or other layers") {
  const NetworkModel model = hwnasbench_model(HwnasbenchFpga{});
  CHECK_THROWS_WITH_AS(
      published(model, find_space("natsbench_size"), {}),
      "--device hwnasbench-zc706: this model knows nasbench201 and fbnet, not natsbench_size",
      InputError);
  CHECK_THROWS_WITH_AS(
      published(model, find_space("nasbench201"), {.prune_dead = true}),
      "--device hwnasbench-zc706: published with all edges; leave --prune-dead out", InputError);
}

TEST_CASE("a change that is none says what would be one") {
  const auto find = [](std::string change) {
    return find_hwnasbench_model("hwnasbench-eyeriss", std::vector<std::string>{std::move(change)});
  };
  CHECK_THROWS_WITH_AS(find("strict_limits"), doctest::Contains("pool_as_dense_convolution=off"),
                       InputError);
  CHECK_THROWS_WITH_AS(find("strict=on"), doctest::Contains("unknown switch \"strict\""),
                       InputError);
}

TEST_CASE("an FBNet network is its frame and one block at each position") {
  const auto table = hwnasbench_fpga_fbnet({}, FbnetDataset::Cifar100);
  std::array<FbnetOp, kFbnetPositions> ops{};
  ops.fill(FbnetOp::Skip);
  CHECK(cost(table, ops) == table.fixed);
  ops[3] = FbnetOp::K5E6;
  CHECK(cost(table, ops) == table.fixed + table.blocks[3][FbnetOp::K5E6]);
}

}  // namespace tilewise
