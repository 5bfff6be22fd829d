#include "sim/axis_words.hpp"

#include <algorithm>
#include <limits>

namespace tilewise {
namespace {

/// What is known of one coordinate, over all children.
enum Mark : std::uint8_t { kHeld = 1, kMoved = 2, kWoken = 4, kNew = 8 };

/// Coordinates of a tile: calls `mark(low, high)` for runs without gaps.
template <class MarkRun>
void for_each_run(const Range& p, const Range& r, const AxisRule& rule, const MarkRun& mark) {
  const std::int64_t filter = r.high - r.low;
  if (rule.dilation == 1 && (filter >= rule.stride || p.high - p.low == 1)) {
    mark(p.low * rule.stride + r.low, (p.high - 1) * rule.stride + r.high);
    return;
  }
  for (std::int64_t i = p.low; i < p.high; ++i) {
    if (rule.dilation == 1) {
      mark(i * rule.stride + r.low, i * rule.stride + r.high);
      continue;
    }
    for (std::int64_t j = r.low; j < r.high; ++j) {
      const std::int64_t at = i * rule.stride + j * rule.dilation;
      mark(at, at + 1);
    }
  }
}

/// The set of one child's coordinates, as runs in ascending order without touching neighbours.
void runs_of(const Range& p, const Range& r, const AxisRule& rule, std::vector<Range>& runs) {
  runs.clear();
  for_each_run(p, r, rule, [&](std::int64_t low, std::int64_t high) {
    runs.push_back({low, high});
  });
  if (runs.size() < 2) return;
  std::sort(runs.begin(), runs.end(), [](const Range& a, const Range& b) { return a.low < b.low; });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    if (runs[i].low <= runs[kept].high) {
      runs[kept].high = std::max(runs[kept].high, runs[i].high);
    } else {
      runs[++kept] = runs[i];
    }
  }
  runs.resize(kept + 1);
}

/// Paints the coordinates of all children on one line and counts them.
class Line {
 public:
  Line(Range span, const AxisRule& rule) : low_(span.low), rule_(rule) {
    marks_.assign(static_cast<std::size_t>(span.high - span.low), 0);
  }

  void paint(const Range& run, std::uint8_t mark) {
    const auto first = marks_.begin() + (run.low - low_);
    for (auto at = first; at != first + (run.high - run.low); ++at) *at |= mark;
  }

  /// Marks `now` without `before` as new; both are runs in ascending order.
  void paint_difference(std::span<const Range> now, std::span<const Range> before) {
    for (const Range& run : now) {
      std::int64_t from = run.low;
      for (const Range& old : before) {
        if (old.high <= from) continue;
        if (old.low >= run.high) break;
        if (old.low > from) paint({from, old.low}, kNew);
        from = std::min(old.high, run.high);
      }
      if (from < run.high) paint({from, run.high}, kNew);
    }
  }

  WordSums count() const {
    WordSums words = kNoWords;
    for (std::size_t i = 0; i < marks_.size(); ++i) {
      const std::uint8_t mark = marks_[i];
      const std::int64_t at = low_ + static_cast<std::int64_t>(i);
      if (mark == 0 || (rule_.bounded && (at < rule_.real.low || at >= rule_.real.high))) continue;
      ++words.all;
      if ((mark & kWoken) != 0) continue;
      if ((mark & kMoved) == 0) {
        ++words.held;
      } else if ((mark & kNew) == 0) {
        ++words.overlap;
      }
    }
    return words;
  }

 private:
  std::int64_t low_;
  const AxisRule& rule_;
  std::vector<std::uint8_t> marks_;
};

Range span_of(std::span<const ChildRange> rows, std::span<const ChildRange> filter,
              const AxisRule& rule) {
  const auto hull = [](std::span<const ChildRange> children) {
    Range span{std::numeric_limits<std::int64_t>::max(), 0};
    for (const ChildRange& child : children) {
      if (child.now.empty()) continue;
      span.low = std::min(span.low, child.now.low);
      span.high = std::max(span.high, child.now.high);
    }
    return span;
  };
  const Range p = hull(rows);
  const Range r = hull(filter);
  if (p.empty() || r.empty()) return {};
  return {p.low * rule.stride + r.low * rule.dilation,
          (p.high - 1) * rule.stride + (r.high - 1) * rule.dilation + 1};
}

}  // namespace

WordSums relevant_axis(std::span<const ChildRange> children) {
  WordSums words = kNoWords;
  for (const ChildRange& child : children) {
    if (child.now.empty()) continue;
    const std::int64_t size = child.now.high - child.now.low;
    words.all += size;
    // Tiles of one dimension lie at multiples of their extent: they are the same or disjoint.
    if (child.before == child.now) words.held += size;
  }
  return words;
}

WordSums irrelevant_axis(std::span<const ChildRange> children) {
  WordSums words = kNoWords;
  bool woken = false;
  for (const ChildRange& child : children) {
    if (child.now.empty()) continue;
    words.all = 1;
    if (child.before.empty()) woken = true;
    words.held = 1;
  }
  if (woken) words.held = 0;
  return words;
}

WordSums sliding_axis(std::span<const ChildRange> rows, std::span<const ChildRange> filter,
                      const AxisRule& rule) {
  const Range span = span_of(rows, filter, rule);
  if (span.empty()) return kNoWords;
  Line line(span, rule);
  std::vector<Range> now;
  std::vector<Range> before;
  for (const ChildRange& p : rows) {
    if (p.now.empty()) continue;
    for (const ChildRange& r : filter) {
      if (r.now.empty()) continue;
      runs_of(p.now, r.now, rule, now);
      const bool woken = p.before.empty() || r.before.empty();
      if (!woken) runs_of(p.before, r.before, rule, before);
      const std::uint8_t mark = woken ? kWoken : (now == before ? kHeld : kMoved);
      for (const Range& run : now) line.paint(run, mark);
      if (mark == kMoved) line.paint_difference(now, before);
    }
  }
  return line.count();
}

}  // namespace tilewise
