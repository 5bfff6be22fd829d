#include "sweep/rank_correlation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
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

/// The mean rank of a value among all, from 1, by counting those below and those as large.
double counted_rank(const Values& values, double value) {
  int below = 0;
  int equal = 0;
  for (const double each : values) {
    below += each < value ? 1 : 0;
    equal += each == value ? 1 : 0;
  }
  return below + (equal + 1) / 2.0;
}

/// By the definition with ties: ((n^3 - n) / 6 - sum d^2 - Tx - Ty) / sqrt(((n^3 - n) / 6 - 2 Tx)
/// ((n^3 - n) / 6 - 2 Ty)), where T is the sum of (t^3 - t) / 12 over groups of t equal values,
/// here summed value by value as (t^2 - 1) / 12 (Kendall, Rank Correlation Methods, 1948, 3.8).
std::optional<double> counted_rho(const Values& x, const Values& y) {
  const auto n = static_cast<double>(x.size());
  const auto ties = [](const Values& values) {
    double sum = 0.0;
    for (const double value : values) {
      const auto t = static_cast<double>(std::count(values.begin(), values.end(), value));
      sum += (t * t - 1.0) / 12.0;
    }
    return sum;
  };
  double squares = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double d = counted_rank(x, x[i]) - counted_rank(y, y[i]);
    squares += d * d;
  }
  const double all = (n * n * n - n) / 6.0;
  const double scale = (all - 2.0 * ties(x)) * (all - 2.0 * ties(y));
  if (scale < 1e-6) return std::nullopt;  // one of the factors is zero, the other 1 / 2 or more
  return (all - squares - ties(x) - ties(y)) / std::sqrt(scale);
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

TEST_CASE("rho of five points counted by hand") {
  // Ranks of x 1 2.5 2.5 4 5, of y 2 3.5 3.5 5 1: deviations from 3 are -2 -.5 -.5 1 2 and
  // -1 .5 .5 2 -2. Products 2 - .25 - .25 + 2 - 4 = -.5; squares 9.5 and 9.5.
  CHECK(*spearman_rho(Values{1, 2, 2, 4, 5}, Values{2, 3, 3, 5, 1}) == doctest::Approx(-0.5 / 9.5));
}

TEST_CASE("rho of the sorted ranks is that of the quadratic definition, with any ties") {
  std::mt19937_64 random(13);
  for (int trial = 0; trial < 2000; ++trial) {
    const std::size_t size = random() % 40;
    const Values x = random_values(random, size, 1 + random() % 12);
    const Values y = random_values(random, size, 1 + random() % 12);
    const auto rho = spearman_rho(x, y);
    const auto counted = counted_rho(x, y);
    REQUIRE(rho.has_value() == counted.has_value());
    if (rho) REQUIRE(*rho == doctest::Approx(*counted).epsilon(1e-12));
  }
}

TEST_CASE(
    "a rising map of x has tau-b and rho 1 exactly, a falling one -1, in either order of the two") {
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
  CHECK(*spearman_rho(x, cubed) == 1.0);
  CHECK(*spearman_rho(x, negated) == -1.0);
  const Values y = random_values(random, 1000, 7);
  CHECK(*kendall_tau_b(x, y) == *kendall_tau_b(y, x));
}

TEST_CASE("a list of one value, one point or none has no correlation") {
  CHECK_FALSE(kendall_tau_b(Values{}, Values{}));
  CHECK_FALSE(kendall_tau_b(Values{1}, Values{2}));
  CHECK_FALSE(kendall_tau_b(Values{1, 1}, Values{1, 2}));
  CHECK_FALSE(spearman_rho(Values{}, Values{}));
  CHECK_FALSE(spearman_rho(Values{1, 1}, Values{1, 2}));
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
