#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "base/error.hpp"
#include "hwnasbench_reference.hpp"
#include "space/published/hwnasbench_eyeriss.hpp"

namespace tilewise {
namespace {

/// Eq. E24 by brute force: all numbers of outputs, inputs and rows that divide and fit.
std::int64_t most_parallel(const PredictorShape& x) {
  std::int64_t most = 0;
  for (std::int64_t ma = 1; ma <= 12; ++ma)
    for (std::int64_t mb = 1; mb <= 14; ++mb)
      for (std::int64_t ca = 1; ca <= 12; ++ca)
        for (std::int64_t e1 = 1; e1 <= 14; ++e1) {
          if (x.m % (ma * mb) + x.c % ca + x.e % e1 > 0) continue;
          if (x.r * ma * ca <= 12 && e1 * mb <= 14) most = std::max(most, ma * mb * ca * e1);
        }
  return most;
}

double relative_error(double ours, double published) { return std::abs(ours / published - 1.0); }

}  // namespace

TEST_CASE(
    "hwnasbench-eyeriss: FBNet's work is MACs by the processing elements that divisors fill") {
  // E24, E25: without transfers
  HwnasbenchEyeriss eyeriss;
  eyeriss.fbnet_array.words_a_cycle = 1'000'000'000;
  std::mt19937_64 random(7);
  const auto any_of = [&](std::vector<std::int64_t> values) {
    return values[random() % values.size()];
  };
  for (int trial = 0; trial < 60; ++trial) {
    PredictorShape shape;
    shape.m = any_of({1, 6, 16, 24, 92, 112});
    shape.c = any_of({1, 3, 16, 30, 184});
    shape.r = shape.s = any_of({1, 3, 5});
    shape.e = shape.f = any_of({1, 4, 7, 28, 56});
    const double macs =
        static_cast<double>(shape.m * shape.c * shape.e * shape.f * shape.r * shape.s);
    CAPTURE(trial);
    CHECK(fbnet_array_cycles(eyeriss, shape).count() * static_cast<double>(shape.r) ==
          doctest::Approx(macs / static_cast<double>(most_parallel(shape))));
  }
}

TEST_CASE("hwnasbench-eyeriss: FBNet's transfers, counted") {
  // E26: 8 to 8 channels, 112 x 112: (8 + 2 * 8) * 12,544 words by 16 are 18,816 cycles; work is
  // 64 * 12,544 MACs on 8 rows (Ca) of 14 columns (E1): 7168
  const PredictorShape dram{.m = 8, .c = 8, .e = 112, .f = 112, .h = 112, .w = 112};
  CHECK(fbnet_array_cycles({}, dram) == Cycles{18'816});
  // E27: 184 outputs = 8 * 23, and 23 is above 16, 12, 14: M2 = 23 passes of 184 * 7 * 7 inputs; by
  // 8 words a cycle 25,921; work is 184 * 184 * 49 on 8 (Ma) * 7 (E1) * 2 (Mb): 14,812
  HwnasbenchEyeriss slow;
  slow.fbnet_array.words_a_cycle = 8;
  const PredictorShape inputs{.m = 184, .c = 184, .e = 7, .f = 7, .h = 7, .w = 7};
  CHECK(fbnet_array_cycles(slow, inputs) == Cycles{25'921});
}

TEST_CASE("hwnasbench-eyeriss: a strided 1x1 convolution reads by tiles of rows") {
  // E26, one to one channel, 4 x 4 of 8 x 8 at stride 2: with E1 = 4, 2, 1 rows side by side it
  // reads 7, 2 * 3, 4 * 1 rows of 7 inputs and writes 2 * 16 words; work: 16 MACs by E1
  const PredictorShape shape{.e = 4, .f = 4, .stride = 2, .h = 8, .w = 8};
  CHECK(fbnet_array_cycles({}, shape) == Cycles{6});  // E1 = 4: max(16 / 4, (49 + 32) / 16)
  HwnasbenchEyeriss slow;
  slow.fbnet_array.words_a_cycle = 8;
  CHECK(fbnet_array_cycles(slow, shape) == Cycles{10});  // E1 = 2: max(16 / 2, (42 + 32) / 8)
}

TEST_CASE("hwnasbench-eyeriss: a filter taller than the array is an input error") {
  CHECK_THROWS_WITH_AS(fbnet_array_cycles({}, {.r = 13, .s = 1, .h = 13}),
                       doctest::Contains("a filter of 13 rows"), InputError);
}

TEST_CASE("hwnasbench-eyeriss: all 213 latencies of FBNet are the published ones") {
  // E28; the energies of blocks are those of the public predictor and far off
  EnumArray<FbnetDataset, FbnetCostTable> tables;
  const auto table = testing::hwnasbench_table("fbnet_eyeriss_blocks.csv");
  if (table.empty()) return;
  for (const auto dataset : all_of<FbnetDataset>()) {
    tables[dataset] = hwnasbench_eyeriss_fbnet({}, dataset);
  }
  int blocks = 0;
  int parts = 0;
  std::vector<double> energy_errors;
  for (const auto& row : table) {
    CAPTURE(row.at("key"));
    const double ms = testing::number(row, "latency_ms");
    if (row.at("dataset") == "cifar10") {  // a classifier of 10 classes; we have no such network
      const PredictorShape classifier{.m = 10, .c = 1504, .kind = PredictorLayer::FullyConnected};
      CHECK(fbnet_array_cycles({}, classifier).count() / 250e3 == doctest::Approx(ms));
      continue;
    }
    const FbnetCostTable& ours = tables[testing::fbnet_dataset(row)];
    const double mj = testing::number(row, "energy_mJ");
    if (const auto op = testing::fbnet_op(row)) {
      const auto& cost = ours.blocks[testing::fbnet_positions_of(row).front()][*op];
      CHECK(cost.latency.count() / 1e3 == doctest::Approx(ms).epsilon(1e-9));
      ++blocks;
      if (*op != FbnetOp::Skip)
        energy_errors.push_back(relative_error(cost.energy.count() / 1e9, mj));
      continue;
    }
    const std::string& op = row.at("op");
    const std::size_t part = op == "FC" ? 3 : op == "AvgP" ? 2 : row.at("kernel") == "3" ? 0 : 1;
    CHECK(ours.fixed_parts[part].latency.count() / 1e3 == doctest::Approx(ms).epsilon(1e-9));
    CHECK(ours.fixed_parts[part].energy.count() / 1e9 == doctest::Approx(mj).epsilon(1e-9));
    ++parts;
  }
  CHECK(blocks == 192 + 24);  // half of the skips are no layer: 0 ms
  CHECK(parts == 8);
  REQUIRE(energy_errors.size() == 192);
  std::sort(energy_errors.begin(), energy_errors.end());
  CHECK((energy_errors[95] + energy_errors[96]) / 2 == doctest::Approx(0.72).epsilon(0.01));
}

TEST_CASE("hwnasbench-eyeriss: the public predictor alone has 11 of 192 FBNet blocks") {
  HwnasbenchEyeriss eyeriss;
  eyeriss.switches.fbnet_two_dimensional_array = false;
  std::vector<double> errors;
  const auto table = testing::hwnasbench_table("fbnet_eyeriss_blocks.csv");
  if (table.empty()) return;
  EnumArray<FbnetDataset, FbnetCostTable> tables;
  for (const auto dataset : all_of<FbnetDataset>()) {
    tables[dataset] = hwnasbench_eyeriss_fbnet(eyeriss, dataset);
  }
  for (const auto& row : table) {
    const auto op = testing::fbnet_op(row);
    if (!op || *op == FbnetOp::Skip) continue;
    const std::size_t at = testing::fbnet_positions_of(row).front();
    const HwnasbenchCost& cost = tables[testing::fbnet_dataset(row)].blocks[at][*op];
    errors.push_back(
        relative_error(cost.latency.count() / 1e3, testing::number(row, "latency_ms")));
  }
  REQUIRE(errors.size() == 192);
  std::sort(errors.begin(), errors.end());
  CHECK(std::count_if(errors.begin(), errors.end(), [](double e) { return e < 1e-9; }) == 11);
  CHECK((errors[95] + errors[96]) / 2 == doctest::Approx(0.1515).epsilon(0.001));
}

}  // namespace tilewise
