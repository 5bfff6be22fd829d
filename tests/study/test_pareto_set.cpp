#include "study/pareto_set.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

namespace tilewise {
namespace {

std::vector<std::int64_t> indices(const ParetoSet& set) {
  std::vector<std::int64_t> found;
  for (const ParetoMember& member : set.sorted()) found.push_back(member.index);
  return found;
}

TEST_CASE("a Pareto set holds what no point beats, and the first of equal points") {
  ParetoSet set;
  CHECK(set.add({5, {3.0, 1.0}}));
  CHECK(set.add({1, {1.0, 3.0}}));
  CHECK_FALSE(set.add({2, {3.0, 3.0}}));  // beaten by both
  CHECK_FALSE(set.add({7, {3.0, 1.0}}));  // equal to the first
  CHECK(set.add({4, {3.0, 1.0}}));        // equal, and before it
  CHECK(indices(set) == std::vector<std::int64_t>{1, 4});
  CHECK(set.add({9, {0.5, 0.5}}));  // beats all
  CHECK(indices(set) == std::vector<std::int64_t>{9});
}

TEST_CASE("a Pareto set equals brute force for two to four costs, in any order of points") {
  std::mt19937 random(11);
  for (std::size_t costs = 2; costs <= 4; ++costs) {
    std::vector<ParetoMember> points(150);
    for (std::size_t i = 0; i < points.size(); ++i) {
      points[i].index = static_cast<std::int64_t>(i);
      for (std::size_t c = 0; c < costs; ++c) {
        points[i].costs.push_back(static_cast<double>(random() % 64));
      }
    }
    std::vector<std::int64_t> expected;
    for (const ParetoMember& point : points) {
      const bool beaten = std::any_of(points.begin(), points.end(), [&](const ParetoMember& other) {
        bool nowhere_higher = true;
        for (std::size_t c = 0; c < costs; ++c) {
          nowhere_higher = nowhere_higher && other.costs[c] <= point.costs[c];
        }
        return nowhere_higher && (other.costs != point.costs || other.index < point.index);
      });
      if (!beaten) expected.push_back(point.index);
    }
    CHECK(expected.size() > 1);
    for (int order = 0; order < 5; ++order) {
      std::shuffle(points.begin(), points.end(), random);
      ParetoSet set;
      for (const ParetoMember& point : points) set.add(point);
      std::vector<std::int64_t> found = indices(set);
      std::sort(found.begin(), found.end());
      CHECK(found == expected);
    }
  }
}

TEST_CASE("a bound is excluded only where every point above it would be") {
  ParetoSet set;
  set.add({3, {2.0, 2.0}});
  CHECK(set.excludes(9, std::vector<double>{2.0, 2.5}));
  CHECK(set.excludes(9, std::vector<double>{2.0, 2.0}));        // equal at the best, and later
  CHECK_FALSE(set.excludes(1, std::vector<double>{2.0, 2.0}));  // equal, but first
  CHECK_FALSE(set.excludes(9, std::vector<double>{1.9, 9.0}));
}

}  // namespace
}  // namespace tilewise
