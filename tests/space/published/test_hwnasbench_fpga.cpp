#include "space/published/hwnasbench_fpga.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "hwnasbench_reference.hpp"
#include "space/square_layers.hpp"

namespace tilewise {
namespace {

double milliseconds(const HwnasbenchCost& cost) { return cost.latency.count() / 1e3; }
double millijoules(const HwnasbenchCost& cost) { return cost.energy.count() / 1e9; }

doctest::Approx close_to(double value) { return doctest::Approx(value).epsilon(1e-9); }

double chunk_cycles(const Layer& layer, FpgaEngineSize engine) {
  const std::int64_t map = layer.bounds[Dim::P] * layer.bounds[Dim::Q];
  return hwnasbench_fpga_work({}, engine, map, layer).time.count();
}

std::int64_t count_of(const CellArchitecture& architecture, Nasbench201Op op) {
  return std::count(architecture.ops.begin(), architecture.ops.end(), op);
}

/// F1 to F5: a convolution as the reference writes it: HW pixels, N to M channels, filter k x k,
/// full map.
double slow_convolution(double hw_in, double hw, double n, double m, double k, double pm,
                        double pn) {
  const double comp = hw * n * m * k * k / (pm * pn);
  return std::max(comp, hw_in * n / 2) + n * m * k * k / 2 + hw * m / 2 + 2 * hw * m / pm;
}

/// The slow way: the three chunks written out, in cycles (F6, F7, F8).
double slow_nasbench201(const CellArchitecture& architecture, double image) {
  const std::array<double, 3> pm{8, 8, 16};
  const std::array<double, 3> pn{8, 16, 16};
  double slowest = 0;
  for (std::size_t stage = 0; stage < 3; ++stage) {
    const auto m = static_cast<double>(16 << stage);
    const double hw = image * image / (1 << (2 * stage));
    const auto conv = [&](double hw_in, double n, double k) {
      return slow_convolution(hw_in, hw, n, m, k, pm[stage], pn[stage]);
    };
    double time = 0;
    if (stage == 0) time += conv(hw, 4, 3);
    if (stage > 0) {
      time += conv(4 * hw, m / 2, 3) + conv(hw, m, 3) + (4 * hw + hw) * m / 2 / 2;
      time += conv(hw, m / 2, 1) + 2 * hw * m / 2;
    }
    if (stage == 2) time += hw * m / 2;
    for (int cell = 0; cell < 5; ++cell) {
      time += (2 + 3) * hw * m / 2;
      for (const Nasbench201Op op : architecture.ops) {
        if (op == Nasbench201Op::NorConv3x3) time += conv(hw, m, 3);
        if (op == Nasbench201Op::NorConv1x1) time += conv(hw, m, 1);
        if (op == Nasbench201Op::AvgPool3x3) time += 2 * hw * m / 2;
      }
    }
    slowest = std::max(slowest, time);
  }
  return slowest;
}

/// The closed form of the reference for an FBNet block, in cycles (F9).
double slow_block(const FbnetPosition& at, double k, double e, double g, double tile) {
  const auto wide = [](std::int64_t channels) {
    return channels == 184 ? 192.0 : double(channels);
  };
  const auto pointwise = [&](double n, double m) {
    return g * (m / g) * (0.75 + n / g * (1.0 / 16 + 1 / (2 * tile)));
  };
  const double inside = e * wide(at.inputs);
  const double depthwise = inside * (0.75 + k * k * (1.0 / 8 + 1 / (2 * tile)));
  const double size = static_cast<double>(at.input_size / at.stride);
  const double both = pointwise(wide(at.inputs), inside) + pointwise(inside, wide(at.outputs));
  return size * size * std::max(both, depthwise);
}

}  // namespace

TEST_CASE("hwnasbench-zc706: the layers of the first chunk have the cycles of the public data") {
  const CellLayers cell = nasbench201_cell_layers(Dataset::Cifar10, 0);
  // 1024 pixels, 16 to 16 channels: 2304 * 1024 / 64 work + 1152 weights + 8192 store + 4096 clear
  CHECK(chunk_cycles(cell.conv3x3, {8, 8}) == 50'304);
  // work 4096 < read 8192; + 128 + 8192 + 4096
  CHECK(chunk_cycles(cell.conv1x1, {8, 8}) == 20'608);
  CHECK(chunk_cycles(cell.avg_pool, {8, 8}) == 16'384);
  CHECK(chunk_cycles(cell.add_three, {8, 8}) == 3 * 8192);
  // stem and five cells of two sums: 9216 + 288 + 8192 + 4096, 5 * (2 + 3) * 8192
  const FpgaChunk chunk = hwnasbench_fpga_chunks({}, Dataset::Cifar10).front();
  CHECK(chunk.fixed.time.count() + chunk.sum[2].time.count() + chunk.sum[3].time.count() ==
        226'592);
}

TEST_CASE("hwnasbench-zc706: published values of NAS-Bench-201") {
  struct Published {
    std::int64_t index;
    Dataset dataset;
    double ms;
    double mj;
  };
  for (const auto& [index, dataset, ms, mj] :
       {Published{0, Dataset::Cifar10, 2.57296, 18.01072},
        Published{1, Dataset::Cifar10, 5.31536, 37.20752},
        Published{0, Dataset::ImageNet16x120, 0.64912, 4.54384},
        Published{1, Dataset::ImageNet16x120, 1.8784, 13.1488},
        Published{2, Dataset::ImageNet16x120, 1.4208, 7 * 1.4208}}) {
    const auto cost = hwnasbench_fpga_cost({}, dataset, nasbench201_architecture(index));
    CHECK(milliseconds(cost) == close_to(ms));
    CHECK(millijoules(cost) == close_to(mj));
  }
}

TEST_CASE("hwnasbench-zc706: all 15,625 on CIFAR are the published terms times their counts") {
  std::map<std::string, double> ms;
  const auto table = testing::hwnasbench_table("nb201_ops.csv");
  if (table.empty()) return;
  for (const auto& row : table) {
    if (row.at("platform") == "fpga" && row.at("dataset") == "cifar10") {
      ms[row.at("term")] = testing::number(row, "ms_total");
    }
  }
  REQUIRE(ms.size() == 4);  // base, two convolutions, pooling
  for (const Dataset dataset : {Dataset::Cifar10, Dataset::Cifar100}) {
    const auto costs = hwnasbench_fpga_nasbench201({}, dataset);
    REQUIRE(costs.size() == 15'625);
    for (std::size_t i = 0; i < costs.size(); ++i) {
      const auto architecture = nasbench201_architecture(static_cast<std::int64_t>(i));
      double expected = ms.at("base");
      for (const auto op :
           {Nasbench201Op::NorConv1x1, Nasbench201Op::NorConv3x3, Nasbench201Op::AvgPool3x3}) {
        expected += static_cast<double>(count_of(architecture, op)) * ms.at(std::string(name(op)));
      }
      REQUIRE(milliseconds(costs[i]) == close_to(expected));
      REQUIRE(millijoules(costs[i]) == close_to(7 * expected));
    }
  }
}

TEST_CASE("hwnasbench-zc706: three chunks written out agree on every data set and architecture") {
  for (const Dataset dataset : all_of<Dataset>()) {
    const auto costs = hwnasbench_fpga_nasbench201({}, dataset);
    const double image = dataset == Dataset::ImageNet16x120 ? 16 : 32;
    for (std::int64_t i = 0; i < kNasbench201Size; ++i) {
      const CellArchitecture architecture = nasbench201_architecture(i);
      const HwnasbenchCost& cost = costs[static_cast<std::size_t>(i)];
      REQUIRE(milliseconds(cost) * 200e3 == close_to(slow_nasbench201(architecture, image)));
      if (i % 1000 == 0) CHECK(cost == hwnasbench_fpga_cost({}, dataset, architecture));
    }
  }
}

TEST_CASE("hwnasbench-zc706: an FBNet block is the closed form of its two engines") {
  for (const FbnetDataset dataset : all_of<FbnetDataset>()) {
    const auto positions = fbnet_positions(dataset);
    const double tile = dataset == FbnetDataset::ImageNet ? 49 : 16;
    const auto table = hwnasbench_fpga_fbnet({}, dataset);
    for (std::size_t at = 0; at < positions.size(); ++at) {
      const auto expect = [&](FbnetOp op, double k, double e, double g) {
        CHECK(milliseconds(table.blocks[at][op]) * 200e3 ==
              close_to(slow_block(positions[at], k, e, g, tile)));
      };
      expect(FbnetOp::K3E1, 3, 1, 1);
      expect(FbnetOp::K3E1G2, 3, 1, 2);
      expect(FbnetOp::K3E3, 3, 3, 1);
      expect(FbnetOp::K3E6, 3, 6, 1);
      expect(FbnetOp::K5E1, 5, 1, 1);
      expect(FbnetOp::K5E1G2, 5, 1, 2);
      expect(FbnetOp::K5E3, 5, 3, 1);
      expect(FbnetOp::K5E6, 5, 6, 1);
      CHECK(table.blocks[at][FbnetOp::Skip] == HwnasbenchCost{});
    }
  }
}

TEST_CASE("hwnasbench-zc706: 192 of 192 published FBNet blocks") {
  EnumArray<FbnetDataset, FbnetCostTable> tables;
  for (const auto dataset : all_of<FbnetDataset>()) {
    tables[dataset] = hwnasbench_fpga_fbnet({}, dataset);
  }
  int blocks = 0;
  const auto table = testing::hwnasbench_table("fbnet_fpga_blocks.csv");
  if (table.empty()) return;
  for (const auto& row : table) {
    const auto op = testing::fbnet_op(row);
    const double ms = testing::number(row, "latency_ms");
    if (!op || *op == FbnetOp::Skip) {
      CHECK(ms == 0.0);
      continue;
    }
    ++blocks;
    CAPTURE(row.at("key"));
    for (const std::size_t at : testing::fbnet_positions_of(row)) {
      const HwnasbenchCost& cost = tables[testing::fbnet_dataset(row)].blocks[at][*op];
      CHECK(milliseconds(cost) == close_to(ms));
      CHECK(millijoules(cost) == close_to(testing::number(row, "energy_mJ")));
    }
  }
  CHECK(blocks == 192);
}

TEST_CASE("hwnasbench-zc706: published totals of FBNet with the first operation everywhere") {
  const std::array<FbnetOp, kFbnetPositions> first{};
  const auto cifar100 = cost(hwnasbench_fpga_fbnet({}, FbnetDataset::Cifar100), first);
  CHECK(milliseconds(cifar100) == close_to(10.73952));
  CHECK(millijoules(cifar100) == close_to(75.17664));
  const auto imagenet = cost(hwnasbench_fpga_fbnet({}, FbnetDataset::ImageNet), first);
  CHECK(milliseconds(imagenet) == close_to(29.4219));
  CHECK(millijoules(imagenet) == close_to(205.9533));
}

}  // namespace tilewise
