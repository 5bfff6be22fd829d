#include "sweep/pareto_front.hpp"

#include <doctest/doctest.h>

#include <random>

namespace tilewise {
namespace {

using Values = std::vector<double>;
using Places = std::vector<std::size_t>;

/// By the definition, point against point.
bool is_on_front(const Values& a, const Values& b, std::size_t i) {
  for (std::size_t j = 0; j < a.size(); ++j) {
    const bool no_worse = a[j] <= a[i] && b[j] <= b[i];
    const bool better = a[j] < a[i] || b[j] < b[i];
    const bool first_of_equals = !better && j < i;
    if (no_worse && (better || first_of_equals)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a front keeps what nothing beats, by rising first cost") {
  // (3, 1) and (1, 4) stand; (2, 4) loses to (1, 4); (2, 2) stands; (3, 3) loses to (2, 2).
  CHECK(pareto_front(Values{3, 2, 1, 2, 3}, Values{1, 4, 4, 2, 3}) == Places{2, 3, 0});
}

TEST_CASE("of equal points the first one is on the front") {
  CHECK(pareto_front(Values{5, 1, 1}, Values{5, 2, 2}) == Places{1});
  CHECK(pareto_front(Values{}, Values{}).empty());
}

TEST_CASE("the front by sorting is the one by comparing every two points") {
  std::mt19937_64 random(21);
  for (int trial = 0; trial < 500; ++trial) {
    Values a;
    Values b;
    const std::size_t size = random() % 30;
    for (std::size_t i = 0; i < size; ++i) {
      a.push_back(static_cast<double>(random() % 8));
      b.push_back(static_cast<double>(random() % 8));
    }
    const Places front = pareto_front(a, b);
    std::size_t next = 0;
    for (std::size_t i = 1; i < front.size(); ++i) REQUIRE(a[front[i - 1]] < a[front[i]]);
    for (std::size_t i = 0; i < size; ++i) next += is_on_front(a, b, i) ? 1U : 0U;
    REQUIRE(front.size() == next);
    for (const std::size_t place : front) REQUIRE(is_on_front(a, b, place));
  }
}

}  // namespace tilewise
