#include "sweep/measured_agreement.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "sweep/quantile.hpp"

namespace tilewise {
namespace {

using Numbers = std::vector<double>;

/// Four architectures on one device; the energies rise where the latencies fall.
DatasetCosts four_costs() {
  return {"set",        {10, 11, 12, 13}, {"a", "b", "c", "d"},
          {1, 2, 4, 8}, {3, 3, 3, 3},     {{"dev", {1, 2, 4, 8}, {8, 4, 2, 0}}}};
}

/// Factors by which the measured numbers are off ours times `scale`, either way, in rising order.
Numbers factors_off(const Numbers& ours, const Numbers& measured, double scale) {
  Numbers factors;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const double ratio = measured[i] / (scale * ours[i]);
    factors.push_back(std::max(ratio, 1.0 / ratio));
  }
  std::sort(factors.begin(), factors.end());
  return factors;
}

}  // namespace

TEST_CASE("the calibrated scale of five candidates by hand") {
  // Ratios 3 2 2.5 1 10: the middle one is 2.5. Off it by factors 1.2 1.25 1 2.5 4: the middle one
  // is 1.25, and four of five are less than nine in ten, so 4.
  const auto found = calibrate(Numbers{1, 2, 4, 8, 16}, Numbers{3, 4, 10, 8, 160});
  REQUIRE(found);
  CHECK(found->scale == doctest::Approx(2.5));
  CHECK(found->median_error == doctest::Approx(0.25));
  CHECK(found->ninth_decile_error == doctest::Approx(3.0));
}

TEST_CASE("of an even number of candidates the scale is the geometric mean of both middle ones") {
  // Ratios 1 2 8 9: sqrt(2 * 8) = 4, off by factors 4 2 2 2.25; the middle two are 2 and 2.25.
  const auto found = calibrate(Numbers{1, 1, 1, 1}, Numbers{9, 2, 1, 8});
  REQUIRE(found);
  CHECK(found->scale == doctest::Approx(4.0));
  CHECK(found->median_error == doctest::Approx(std::sqrt(2.0 * 2.25) - 1.0));
}

TEST_CASE("the scale leaves as many above as below, and nine in ten are within the ninth decile") {
  std::mt19937_64 random(5);
  for (int trial = 0; trial < 200; ++trial) {
    const std::size_t size = 1 + random() % 60;
    Numbers ours;
    Numbers measured;
    for (std::size_t i = 0; i < size; ++i) {
      ours.push_back(1.0 + static_cast<double>(random() % 1000));
      measured.push_back(1.0 + static_cast<double>(random() % 1000));
    }
    const auto found = calibrate(ours, measured);
    REQUIRE(found);
    const double slack = 1.0 + 1e-12;
    std::size_t not_above = 0;
    std::size_t not_below = 0;
    for (std::size_t i = 0; i < size; ++i) {
      not_above += measured[i] <= found->scale * ours[i] * slack ? 1 : 0;
      not_below += measured[i] * slack >= found->scale * ours[i] ? 1 : 0;
    }
    CHECK(2 * not_above >= size);
    CHECK(2 * not_below >= size);
    // In no unit: a hundred times the measured numbers have a hundred times the scale.
    Numbers larger;
    for (const double each : measured) larger.push_back(100.0 * each);
    CHECK(calibrate(ours, larger)->scale == doctest::Approx(100.0 * found->scale));
    const Numbers factors = factors_off(ours, measured, found->scale);
    const double tenth = 1.0 + found->ninth_decile_error;
    const auto within =
        std::count_if(factors.begin(), factors.end(), [&](double f) { return f <= tenth * slack; });
    CHECK(10 * static_cast<std::size_t>(within) >= 9 * size);
    const auto well_within =
        std::count_if(factors.begin(), factors.end(), [&](double f) { return f * slack < tenth; });
    CHECK(10 * static_cast<std::size_t>(well_within) < 9 * size);
  }
}

TEST_CASE("nothing to compare, and a zero of ours, have no scale") {
  CHECK_FALSE(calibrate(Numbers{}, Numbers{}));
  CHECK_FALSE(calibrate(Numbers{1, 0}, Numbers{1, 2}));
  CHECK(calibrate(Numbers{2}, Numbers{5})->scale == doctest::Approx(2.5));
}

TEST_CASE("devices, MACs and parameters are held against each column over what it has") {
  const std::vector<MeasuredSeries> columns{{"t_s", CostMetric::Latency, "s"},
                                            {"none", CostMetric::Latency, ""},
                                            {"e_J", CostMetric::Energy, "J"}};
  const std::vector<Measurements::Values> measured{
      {20.0, std::nullopt, 10.0, 40.0}, Measurements::Values(4), {1.0, 3.0, 2.0, 4.0}};
  const auto found = agreements_of(four_costs(), columns, measured, 2);
  REQUIRE(found.size() == 2);  // nothing in the second column
  CHECK(found[0].column == 0);
  CHECK(found[0].candidates == 3);
  REQUIRE(found[0].estimates.size() == 3);
  // 1 4 8 against 20 10 40: two pairs rise, one falls; ranks 0 1 2 and 1 0 2: 1 - 6 * 2 / (3 * 8).
  CHECK(*found[0].estimates[0].kendall_tau_b == doctest::Approx(1.0 / 3.0));
  CHECK(*found[0].estimates[0].spearman_rho == doctest::Approx(0.5));
  CHECK(found[0].estimates[0].calibration->scale == doctest::Approx(5.0));  // of 20, 2.5, 5
  CHECK(found[0].estimates[1].calibration->scale == doctest::Approx(5.0));  // MACs alike
  CHECK_FALSE(found[0].estimates[2].kendall_tau_b);                         // parameters are all 3
  CHECK(found[0].estimates[2].calibration);
  // Energies 8 4 2 0 against 1 3 2 4: one pair rises (4 over 2), five fall.
  CHECK(found[1].column == 2);
  CHECK(*found[1].estimates[0].kendall_tau_b == doctest::Approx(-4.0 / 6.0));
  CHECK_FALSE(found[1].estimates[0].calibration);  // of 0 there is no ratio
}

TEST_CASE("the ninth decile is the least value that nine in ten do not exceed") {
  const Numbers ten{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  CHECK(ninth_decile_of_sorted(ten) == 9.0);
  CHECK(ninth_decile_of_sorted(Numbers{1, 2, 3}) == 3.0);
  CHECK(median_of_sorted(ten) == 5.5);
  CHECK(median_of_sorted(Numbers{1, 2, 7}) == 2.0);
}

}  // namespace tilewise
