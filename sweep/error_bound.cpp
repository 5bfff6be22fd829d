#include "sweep/error_bound.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sweep/quantile.hpp"

namespace tilewise {
namespace {

/// The quantile of Student's t at 95 %, by degrees of freedom from 1.
constexpr std::array kStudent{6.3138, 2.9200, 2.3534, 2.1318, 2.0150, 1.9432, 1.8946, 1.8595};
constexpr std::size_t kLeastForStudent = 3;

std::size_t conformal_rank(std::size_t points) {
  return static_cast<std::size_t>(std::ceil(kCoverage * static_cast<double>(points + 1) - 1e-9));
}

/// Errors about zero, so that each is a degree of freedom.
double student_bound(const std::vector<double>& errors) {
  double squares = 0.0;
  for (const double error : errors) squares += error * error;
  return kStudent.at(errors.size() - 1) * std::sqrt(squares / static_cast<double>(errors.size()));
}

}  // namespace

ErrorBound error_bound(std::vector<double> errors) {
  ErrorBound made;
  made.points = std::ssize(errors);
  if (errors.empty()) return made;
  std::sort(errors.begin(), errors.end());
  made.median = median_of_sorted(errors);
  made.largest = errors.back();
  const std::size_t rank = conformal_rank(errors.size());
  if (rank <= errors.size()) {
    made.half_width = errors[rank - 1];
  } else if (errors.size() >= kLeastForStudent) {
    made.half_width = student_bound(errors);
  }
  return made;
}

std::optional<Interval> interval_about(double ours, std::optional<double> half_width) {
  if (!half_width) return std::nullopt;
  return Interval{ours * std::exp(-*half_width), ours * std::exp(*half_width)};
}

std::optional<double> low_of(const std::optional<Interval>& interval) {
  return interval ? std::optional(interval->low) : std::nullopt;
}

std::optional<double> high_of(const std::optional<Interval>& interval) {
  return interval ? std::optional(interval->high) : std::nullopt;
}

}  // namespace tilewise
