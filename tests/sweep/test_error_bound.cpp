#include "sweep/error_bound.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

namespace tilewise {
namespace {

/// How often the bound of `points` errors holds for one more, over many draws.
template <class Draw>
double covered(std::size_t points, const Draw& draw) {
  constexpr int kTrials = 20000;
  int inside = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> errors;
    for (std::size_t i = 0; i < points; ++i) errors.push_back(std::abs(draw()));
    inside += std::abs(draw()) <= *error_bound(errors).half_width ? 1 : 0;
  }
  return static_cast<double>(inside) / kTrials;
}

TEST_SUITE("error bounds") {
  TEST_CASE("the conformal quantile has the rank that holds for one more point") {
    std::vector<double> errors;
    for (int i = 1; i <= 99; ++i) errors.push_back(i);
    CHECK(*error_bound(errors).half_width == 90.0);  // ceil(0.9 * 100)
    errors.resize(19);
    CHECK(*error_bound(errors).half_width == 18.0);  // ceil(0.9 * 20)
    errors.resize(9);
    CHECK(*error_bound(errors).half_width == 9.0);
    CHECK(error_bound(errors).median == 5.0);
    CHECK(error_bound(errors).largest == 9.0);
    CHECK(error_bound(errors).points == 9);
  }

  TEST_CASE("eight points and fewer take Student's t about zero, two say nothing") {
    // The quantile of five degrees of freedom is 2.015: 2.015 * sqrt((1 + 1 + 1 + 1 + 1) / 5).
    CHECK(*error_bound({1.0, 1.0, 1.0, 1.0, 1.0}).half_width ==
          doctest::Approx(2.015).epsilon(1e-3));
    CHECK_FALSE(error_bound({0.1, 0.2}).half_width.has_value());
    CHECK(error_bound({}).points == 0);
  }

  TEST_CASE("bounds hold in nine of ten draws, whatever the distribution from nine points on") {
    std::mt19937_64 engine(7);
    std::normal_distribution<double> normal(0.0, 0.1);
    std::lognormal_distribution<double> skewed(-3.0, 1.5);
    const auto draw_normal = [&] { return normal(engine); };
    const auto draw_skewed = [&] { return skewed(engine); };
    // Between 0.9 and 0.9 + 1 / (n + 1), and three standard deviations of 20,000 trials.
    for (const std::size_t points : {9U, 20U, 100U}) {
      CAPTURE(points);
      const double most = 0.9 + 1.0 / (static_cast<double>(points) + 1.0);
      for (const double share : {covered(points, draw_normal), covered(points, draw_skewed)}) {
        CHECK(share > 0.9 - 0.0065);
        CHECK(share < most + 0.0065);
      }
    }
    for (const std::size_t points : {3U, 5U, 8U}) {
      CAPTURE(points);
      CHECK(covered(points, draw_normal) == doctest::Approx(0.9).epsilon(0.0075));
    }
  }

  TEST_CASE("an interval divides and multiplies") {
    const auto interval = interval_about(8.0, std::log(2.0));
    CHECK(*low_of(interval) == doctest::Approx(4.0));
    CHECK(*high_of(interval) == doctest::Approx(16.0));
    CHECK_FALSE(low_of(interval_about(8.0, {})).has_value());
    CHECK_FALSE(high_of(interval_about(8.0, {})).has_value());
  }
}

}  // namespace
}  // namespace tilewise
