#include "space/fbnet_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

namespace tilewise {
namespace {

FbnetMetric random_metric(std::uint64_t seed, std::size_t positions) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> number(0.1, 1.0);
  FbnetMetric metric;
  metric.fixed = number(random);
  for (std::size_t position = 0; position < positions; ++position) {
    for (double& entry : metric.blocks[position].values) entry = number(random);
  }
  return metric;
}

FbnetTable counts(FbnetDataset dataset) {
  return fbnet_table(dataset, 0, [](const Layer&, std::size_t) { return CostSum{}; });
}

}  // namespace

TEST_CASE("an architecture is the fixed part and one entry a position") {
  FbnetMetric metric;
  metric.fixed = 100.0;
  metric.blocks[0][FbnetOp::K3E1] = 1.0;
  metric.blocks[21][FbnetOp::Skip] = 20.0;
  FbnetArchitecture architecture;
  CHECK(total(metric, architecture) == 101.0);
  architecture.ops[21] = FbnetOp::Skip;
  CHECK(total(metric, architecture) == 121.0);
}

TEST_CASE("the sums of a batch are those of its architectures, for any number of threads") {
  const FbnetMetric metric = random_metric(3, kFbnetPositions);
  const auto architectures = sample_fbnet(4, 10'000, 1);
  std::vector<double> one(architectures.size());
  std::vector<double> three(architectures.size());
  fill_totals(metric, architectures, 1, one);
  fill_totals(metric, architectures, 3, three);
  CHECK(one == three);
  for (std::size_t i = 0; i < one.size(); i += 97)
    REQUIRE(one[i] == total(metric, architectures[i]));
}

TEST_CASE("least and most are those of all architectures, seen where three positions differ") {
  const FbnetMetric metric = random_metric(5, 3);
  double least = 1e9;
  double most = 0.0;
  FbnetArchitecture architecture;
  for (const FbnetOp first : all_of<FbnetOp>()) {
    for (const FbnetOp second : all_of<FbnetOp>()) {
      for (const FbnetOp third : all_of<FbnetOp>()) {
        architecture.ops[0] = first;
        architecture.ops[1] = second;
        architecture.ops[2] = third;
        least = std::min(least, total(metric, architecture));
        most = std::max(most, total(metric, architecture));
      }
    }
  }
  CHECK(least_total(metric) == least);
  CHECK(most_total(metric) == most);
}

TEST_CASE("MACs and parameters of the table are those of the network") {
  for (const FbnetDataset dataset : all_of<FbnetDataset>()) {
    const FbnetTable table = counts(dataset);
    for (const FbnetArchitecture& architecture : sample_fbnet(6, 100, 1)) {
      const Network network = fbnet_network(dataset, architecture);
      REQUIRE(total(table.macs, architecture) == static_cast<double>(macs(network)));
      REQUIRE(total(table.parameters, architecture) == static_cast<double>(parameters(network)));
    }
  }
}

TEST_CASE("the fixed part and a block have the MACs and parameters counted by hand") {
  const FbnetTable table = counts(FbnetDataset::ImageNet);
  // stem 112 * 112 * 3 * 16 * 9, head 7 * 7 * 352 * 1984, classifier 1984 * 1000
  CHECK(table.macs.fixed == 5'419'008 + 34'220'032 + 1'984'000);
  CHECK(table.macs.fixed_parts == std::array{5'419'008.0, 34'220'032.0, 0.0, 1'984'000.0});
  // 432 + 32; 352 * 1984 + 2 * 1984; 1,984,000 + 1000
  CHECK(table.parameters.fixed == 464 + 702'336 + 1'985'000);
  // 16 * 96 + 192; 96 * 9 + 192; 96 * 16 + 32
  CHECK(table.parameters.blocks[0][FbnetOp::K3E6] == 1728 + 1056 + 1568);
  CHECK(table.parameters.blocks[0][FbnetOp::Skip] == 0);
}

}  // namespace tilewise
