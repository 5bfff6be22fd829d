#include "sweep/rank_correlation.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace tilewise {
namespace {

using Values = std::vector<double>;

int sign(double value) { return (value > 0.0) - (value < 0.0); }

/// Counted the slow way: every pair of points, by the definition of tau-b.
std::optional<double> counted_tau_b(const Values& x, const Values& y) {
  std::int64_t concordant = 0;
  std::int64_t discordant = 0;
  std::int64_t apart_x = 0;
  std::int64_t apart_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const int product = sign(x[i] - x[j]) * sign(y[i] - y[j]);
      concordant += product > 0 ? 1 : 0;
      discordant += product < 0 ? 1 : 0;
      apart_x += x[i] != x[j] ? 1 : 0;
      apart_y += y[i] != y[j] ? 1 : 0;
    }
  }
  if (apart_x == 0 || apart_y == 0) return std::nullopt;
  return static_cast<double>(concordant - discordant) /
         std::sqrt(static_cast<double>(apart_x) * static_cast<double>(apart_y));
}

Values random_values(std::mt19937_64& random, std::size_t size, std::uint64_t distinct) {
  Values values;
  for (std::size_t i = 0; i < size; ++i) {
    values.push_back(static_cast<double>(random() % distinct));
  }
  return values;
}

}  // namespace

TEST_CASE("tau-b of five points counted by hand") {
  // Pairs: 10. x ties 1 (2, 2), y ties 1 (3, 3). Falling: (4, 5) against (5, 1), (2, 3) against
  // (5, 1), (2, 3)' against (5, 1), so 3; (1, 2) against (5, 1) is a fourth. Both ties are the same
  // two points; rising are the other 10 - 1 - 4 = 5. (5 - 4) / sqrt(9 * 9).
  const Values x{1, 2, 2, 4, 5};
  const Values y{2, 3, 3, 5, 1};
  CHECK(*kendall_tau_b(x, y) == 1.0 / 9.0);
}

TEST_CASE("the sorted count of tau-b is the quadratic one, however many ties there are") {
  std::mt19937_64 random(11);
  for (int trial = 0; trial < 2000; ++trial) {
    const std::size_t size = random() % 40;
    const Values x = random_values(random, size, 1 + random() % 12);
    const Values y = random_values(random, size, 1 + random() % 12);
    REQUIRE(kendall_tau_b(x, y) == counted_tau_b(x, y));  // whole numbers: the same double
  }
}

TEST_CASE("a rising map of x has tau-b 1 exactly, a falling one -1, in either order of the two") {
  std::mt19937_64 random(12);
  const Values x = random_values(random, 1000, 50);
  Values cubed;
  Values negated;
  for (const double each : x) {
    cubed.push_back(each * each * each);
    negated.push_back(-each);
  }
  CHECK(*kendall_tau_b(x, cubed) == 1.0);
  CHECK(*kendall_tau_b(x, negated) == -1.0);
  const Values y = random_values(random, 1000, 7);
  CHECK(*kendall_tau_b(x, y) == *kendall_tau_b(y, x));
}

TEST_CASE("a list of one value, one point or none has no correlation") {
  CHECK_FALSE(kendall_tau_b(Values{}, Values{}));
  CHECK_FALSE(kendall_tau_b(Values{1}, Values{2}));
  CHECK_FALSE(kendall_tau_b(Values{1, 1}, Values{1, 2}));
  CHECK_FALSE(pearson_r(Values{}, Values{}));
  CHECK_FALSE(pearson_r(Values{1, 2}, Values{0.1, 0.1}));
}

TEST_CASE("tau-b of a million points does not look at each pair") {
  // Neighbours swapped: of n (n - 1) / 2 pairs n / 2 fall, tau is 1 - 2 / (n - 1).
  constexpr std::size_t kPoints = 1'000'000;
  Values x;
  Values y;
  for (std::size_t i = 0; i < kPoints; ++i) {
    x.push_back(static_cast<double>(i));
    y.push_back(static_cast<double>(i ^ 1U));
  }
  const auto start = std::chrono::steady_clock::now();
  CHECK(*kendall_tau_b(x, y) == doctest::Approx(1.0 - 2.0 / 999'999.0).epsilon(1e-12));
  // A guard against hanging, no measure of speed: 5e11 pairs take ten minutes at a billion a
  // second, sorting takes well below a second.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::minutes(2));
}

TEST_CASE("Pearson's r is 1 on a line, and that of three points is counted by hand") {
  CHECK(*pearson_r(Values{1, 2, 4}, Values{3, 5, 9}) == doctest::Approx(1.0));
  CHECK(*pearson_r(Values{1, 2, 4}, Values{-3, -5, -9}) == doctest::Approx(-1.0));
  // Deviations -1 0 1 and -1 1 0: 1 / sqrt(2 * 2)
  CHECK(*pearson_r(Values{1, 2, 3}, Values{0, 2, 1}) == doctest::Approx(0.5));
}

}  // namespace tilewise
