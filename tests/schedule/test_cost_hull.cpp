#include "schedule/cost_hull.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

namespace tilewise {
namespace {

CostHull random_points(std::mt19937_64& random, int count) {
  std::uniform_int_distribution<int> number(1, 30);
  CostHull points;
  for (int i = 0; i < count; ++i) {
    points.push_back({static_cast<double>(number(random)), static_cast<double>(number(random)),
                      static_cast<double>(i)});
  }
  return points;
}

CostHull joined(const CostHull& points) {
  CostHull hull;
  for (const TotalCost& point : points) hull = join(hull, {point}, Totals::Both);
  return hull;
}

double least(const CostHull& points, double latency_weight) {
  double value = 1e300;
  for (const TotalCost& each : points) {
    value = std::min(value, each.energy_pj + latency_weight * each.latency_cycles);
  }
  return value;
}

double least_product(const CostHull& points) {
  double value = 1e300;
  for (const TotalCost& each : points) {
    value = std::min(value, each.energy_pj * each.latency_cycles);
  }
  return value;
}

CostHull all_sums(const CostHull& a, const CostHull& b) {
  CostHull sums;
  for (TotalCost left : a) {
    for (const TotalCost& right : b) {
      TotalCost both = left;
      sums.push_back(both += right);
    }
  }
  return sums;
}

TEST_SUITE("cost hull") {
  TEST_CASE("a hull has what is least for every weight, and the least product of sums") {
    std::mt19937_64 random(3);
    for (int trial = 0; trial < 300; ++trial) {
      CAPTURE(trial);
      const CostHull a = random_points(random, 1 + trial % 9);
      const CostHull b = random_points(random, 1 + trial % 7);
      const CostHull c = random_points(random, 1 + trial % 5);
      const CostHull sums = all_sums(all_sums(a, b), c);
      const CostHull hull = sum(sum(joined(a), joined(b), Totals::Both), joined(c), Totals::Both);
      for (const double weight : {0.0, 0.1, 0.5, 1.0, 2.0, 17.0}) {
        CHECK(least(hull, weight) == doctest::Approx(least(sums, weight)));
      }
      CHECK(least_product(hull) == doctest::Approx(least_product(sums)));
      CHECK(std::is_sorted(hull.begin(), hull.end(), [](const TotalCost& x, const TotalCost& y) {
        return x.latency_cycles < y.latency_cycles;
      }));
    }
  }

  TEST_CASE("of energy or latency alone one point is left, the other deciding between equals") {
    const CostHull a{{3.0, 7.0, 1.0}};
    const CostHull b{{3.0, 5.0, 2.0}};
    CHECK(join(a, b, Totals::Energy) == b);
    CHECK(join(b, {{2.0, 9.0, 3.0}}, Totals::Energy).front().energy_pj == 2.0);
    CHECK(join(b, {{2.0, 9.0, 3.0}}, Totals::Latency) == b);
    CHECK(sum(a, b, Totals::Latency) == CostHull{{6.0, 12.0, 3.0}});
    CHECK(sum(a, {}, Totals::Both).empty());
  }

  TEST_CASE("points that rounding makes equal end a sum") {
    const CostHull large{{1e18, 1e18, 0.0}};
    const CostHull flat{{2.0, 1.0, 0.0}, {1.0, 2.0, 0.0}};
    const CostHull once = sum(large, flat, Totals::Both);
    CHECK(sum(once, flat, Totals::Both).size() <= 4);
  }
}

}  // namespace
}  // namespace tilewise
