#include "space/hwnasbench_model.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "base/error.hpp"

namespace tilewise {

TEST_CASE("a preset is the published model behind one interface") {
  const auto fpga = find_hwnasbench_model("hwnasbench-zc706");
  REQUIRE(fpga);
  CHECK(fpga->name == "hwnasbench-zc706");
  CHECK(fpga->nasbench201(Dataset::Cifar10) == hwnasbench_fpga_nasbench201({}, Dataset::Cifar10));
  CHECK(fpga->details.find("no_ceilings = on: steps of an engine") != std::string::npos);
  const auto eyeriss = find_hwnasbench_model("hwnasbench-eyeriss");
  REQUIRE(eyeriss);
  CHECK(eyeriss->fbnet(FbnetDataset::Cifar100).fixed ==
        hwnasbench_eyeriss_fbnet({}, FbnetDataset::Cifar100).fixed);
  CHECK(eyeriss->details.find("unexplained_constant = off") != std::string::npos);
  CHECK_FALSE(find_hwnasbench_model("eyeriss"));
}

TEST_CASE("a change turns one switch") {
  const std::vector<std::string> changes{"chunks_side_by_side=off"};
  const auto model = find_hwnasbench_model("hwnasbench-zc706", changes);
  REQUIRE(model);
  HwnasbenchFpga fpga;
  fpga.switches.chunks_side_by_side = false;
  CHECK(model->nasbench201(Dataset::Cifar10) ==
        hwnasbench_fpga_nasbench201(fpga, Dataset::Cifar10));
  CHECK(model->details.find("chunks_side_by_side = off: the latency is the sum") !=
        std::string::npos);
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
