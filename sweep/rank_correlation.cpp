#include "sweep/rank_correlation.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <vector>

namespace tilewise {
namespace {

std::int64_t pairs(std::int64_t n) { return n * (n - 1) / 2; }

/// Pairs of equal neighbours, of a list in which equal ones stand together.
template <class Iterator, class Equal>
std::int64_t tied_pairs(Iterator first, Iterator last, const Equal& equal) {
  std::int64_t tied = 0;
  while (first != last) {
    const auto end =
        std::find_if_not(first, last, [&](const auto& each) { return equal(*first, each); });
    tied += pairs(end - first);
    first = end;
  }
  return tied;
}

/// Sorts and returns the number of pairs that stood in falling order.
std::int64_t sort_counting_inversions(std::span<double> values, std::span<double> scratch) {
  if (values.size() < 2) return 0;
  const std::size_t half = values.size() / 2;
  const auto left = values.first(half);
  const auto right = values.subspan(half);
  std::int64_t inversions = sort_counting_inversions(left, scratch.first(half)) +
                            sort_counting_inversions(right, scratch.subspan(half));
  auto l = left.begin();
  auto r = right.begin();
  auto out = scratch.begin();
  while (l != left.end() && r != right.end()) {
    if (*r < *l) {
      inversions += left.end() - l;
      *out++ = *r++;
    } else {
      *out++ = *l++;
    }
  }
  out = std::copy(l, left.end(), out);
  std::copy(r, right.end(), out);
  std::copy(scratch.begin(), scratch.end(), values.begin());
  return inversions;
}

bool is_constant(std::span<const double> values) {
  return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

std::vector<double> deviations(std::span<const double> values) {
  const double mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  std::vector<double> all;
  all.reserve(values.size());
  for (const double value : values) all.push_back(value - mean);
  return all;
}

/// [i] the rank of a value, from 0; equal ones share the mean of theirs.
std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    for (std::size_t i = first; i < end; ++i) {
      ranks[order[i]] = (static_cast<double>(first + end) - 1.0) / 2.0;
    }
    first = end;
  }
  return ranks;
}

}  // namespace

std::optional<double> kendall_tau_b(std::span<const double> x, std::span<const double> y) {
  assert(x.size() == y.size());
  struct Point {
    double x;
    double y;
    auto operator<=>(const Point&) const = default;
  };
  std::vector<Point> points;
  points.reserve(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) points.push_back({x[i], y[i]});
  std::sort(points.begin(), points.end(),
            [](const Point& a, const Point& b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
  const std::int64_t tied_x = tied_pairs(points.begin(), points.end(),
                                         [](const Point& a, const Point& b) { return a.x == b.x; });
  const std::int64_t tied_both = tied_pairs(points.begin(), points.end(),
                                            [](const Point& a, const Point& b) { return a == b; });

  std::vector<double> ys;
  ys.reserve(points.size());
  for (const Point& point : points) ys.push_back(point.y);
  std::vector<double> scratch(ys.size());
  const std::int64_t discordant = sort_counting_inversions(ys, scratch);
  const std::int64_t tied_y = tied_pairs(ys.begin(), ys.end(), std::equal_to<>());

  const std::int64_t all = pairs(static_cast<std::int64_t>(x.size()));
  if (all == tied_x || all == tied_y) return std::nullopt;
  const std::int64_t concordant = all - tied_x - tied_y + tied_both - discordant;
  return static_cast<double>(concordant - discordant) /
         std::sqrt(static_cast<double>(all - tied_x) * static_cast<double>(all - tied_y));
}

std::optional<double> spearman_rho(std::span<const double> x, std::span<const double> y) {
  assert(x.size() == y.size());
  return pearson_r(ranks_of(x), ranks_of(y));
}

std::optional<double> pearson_r(std::span<const double> x, std::span<const double> y) {
  assert(x.size() == y.size());
  if (is_constant(x) || is_constant(y)) return std::nullopt;
  const std::vector<double> dx = deviations(x);
  const std::vector<double> dy = deviations(y);
  const auto dot = [](const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  };
  const double scale = std::sqrt(dot(dx, dx) * dot(dy, dy));
  if (scale == 0.0) return std::nullopt;  // differences below what a double can square
  return std::clamp(dot(dx, dy) / scale, -1.0, 1.0);
}

}  // namespace tilewise
