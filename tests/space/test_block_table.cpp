#include "space/block_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

#include "space/fbnet_candidates.hpp"

namespace tilewise {
namespace {

BlockLayers fbnet_parts(FbnetDataset dataset) {
  return std::get<BlockLayers>(fbnet_space().layers(std::string(name(dataset)), {}));
}

BlockMetric random_metric(std::uint64_t seed, std::size_t positions) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> number(0.1, 1.0);
  BlockMetric metric = empty_metric(fbnet_parts(FbnetDataset::Cifar100));
  metric.fixed = number(random);
  for (std::size_t i = 0; i < positions * metric.choices; ++i) metric.blocks[i] = number(random);
  return metric;
}

BlockTable counts(FbnetDataset dataset) {
  return block_table(std::string(name(dataset)), fbnet_parts(dataset), 0,
                     one_by_one([](const Layer&, std::size_t) { return Cost{}; }));
}

double total_of(const BlockMetric& metric, const FbnetArchitecture& candidate) {
  return total(metric, choices_of(candidate));
}

}  // namespace

TEST_CASE("an architecture is the fixed part and one entry a position") {
  BlockMetric metric = empty_metric(fbnet_parts(FbnetDataset::Cifar100));
  metric.fixed = 100.0;
  metric.at(0, 0) = 1.0;
  metric.at(21, 8) = 20.0;
  FbnetArchitecture architecture;
  CHECK(total_of(metric, architecture) == 101.0);
  architecture.ops[21] = FbnetOp::Skip;
  CHECK(total_of(metric, architecture) == 121.0);
}

TEST_CASE("the sums of a batch are those of its architectures, for any number of threads") {
  const BlockMetric metric = random_metric(3, kFbnetPositions);
  const auto architectures = fbnet_candidates(4, 10'000);
  const auto choices = choices_of(architectures);
  std::vector<double> one(architectures.size());
  std::vector<double> three(architectures.size());
  fill_totals(metric, choices, 1, one);
  fill_totals(metric, choices, 3, three);
  CHECK(one == three);
  for (std::size_t i = 0; i < one.size(); i += 97)
    REQUIRE(one[i] == total_of(metric, architectures[i]));
}

TEST_CASE("least and most are those of all architectures, seen where three positions differ") {
  const BlockForm form = *blocks(fbnet_space());
  const BlockMetric metric = random_metric(5, 3);  // no other position has a cost
  double least = 1e9;
  double most = 0.0;
  FbnetArchitecture architecture;
  for (const FbnetOp first : all_of<FbnetOp>()) {
    for (const FbnetOp second : all_of<FbnetOp>()) {
      for (const FbnetOp third : all_of<FbnetOp>()) {
        architecture.ops[0] = first;
        architecture.ops[1] = second;
        architecture.ops[2] = third;
        least = std::min(least, total_of(metric, architecture));
        most = std::max(most, total_of(metric, architecture));
      }
    }
  }
  CHECK(least_total(metric, form) == least);
  CHECK(most_total(metric, form) == most);
}

TEST_CASE("MACs and parameters of the table are those of the network") {
  for (const FbnetDataset dataset : all_of<FbnetDataset>()) {
    const BlockTable table = counts(dataset);
    for (const FbnetArchitecture& architecture : fbnet_candidates(6, 100)) {
      const Network network = fbnet_network(dataset, architecture);
      REQUIRE(total_of(table.macs, architecture) == static_cast<double>(macs(network)));
      REQUIRE(total_of(table.parameters, architecture) == static_cast<double>(parameters(network)));
    }
  }
}

TEST_CASE("the fixed part and a block have the MACs and parameters counted by hand") {
  const BlockTable table = counts(FbnetDataset::ImageNet);
  // stem 112 * 112 * 3 * 16 * 9, head 7 * 7 * 352 * 1984, classifier 1984 * 1000
  CHECK(table.macs.fixed == 5'419'008 + 34'220'032 + 1'984'000);
  CHECK(table.macs.fixed_parts == std::vector{5'419'008.0, 34'220'032.0, 0.0, 1'984'000.0});
  // 432 + 32; 352 * 1984 + 2 * 1984; 1,984,000 + 1000
  CHECK(table.parameters.fixed == 464 + 702'336 + 1'985'000);
  // 16 * 96 + 192; 96 * 9 + 192; 96 * 16 + 32
  CHECK(table.parameters.at(0, 3) == 1728 + 1056 + 1568);
  CHECK(table.parameters.at(0, 8) == 0);
}

}  // namespace tilewise
