#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace tilewise {

inline constexpr double kCoverage = 0.9;  ///< of the intervals that are given

/// What the errors at some points say of the next one. An error is |log(measured / ours)|.
struct ErrorBound {
  std::int64_t points = 0;
  double median = 0.0;
  double largest = 0.0;
  /// The next error is at most this with kCoverage. From nine points on the conformal quantile: of
  /// n errors the one of rank ceil(0.9 (n + 1)), which holds whatever their distribution, if the
  /// next point is drawn as they were (Vovk et al., Algorithmic Learning in a Random World, 2005).
  /// From three on Student's t about zero, which takes the logarithms for normal. Empty: fewer.
  std::optional<double> half_width;
};

/// Of errors in any order; none of them: no points.
ErrorBound error_bound(std::vector<double> errors);

/// A quantity with the interval in which hardware is expected.
struct Interval {
  double low = 0.0;
  double high = 0.0;
};
/// `ours` divided and multiplied by e^half_width; empty where there is none.
std::optional<Interval> interval_about(double ours, std::optional<double> half_width);

/// Its ends; empty where there is none.
std::optional<double> low_of(const std::optional<Interval>& interval);
std::optional<double> high_of(const std::optional<Interval>& interval);

}  // namespace tilewise
