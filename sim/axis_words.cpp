#include "sim/axis_words.hpp"

#include <algorithm>

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

/// What one pair of children holds of the axis, as runs in ascending order.
struct Painting {
  std::vector<Range> now;
  std::vector<Range> before;  ///< empty if woken
  std::uint8_t mark = 0;
};

/// The coordinates of all children on one line, cut where a run begins or ends: what lies between
/// two cuts has one mark. Its size is that of the runs, however far apart they lie.
class Line {
 public:
  Line(std::span<const Painting> paintings, const AxisRule& rule) : rule_(rule) {
    if (rule.bounded) cut(rule.real);
    for (const Painting& painting : paintings) {
      for (const Range& run : painting.now) cut(run);
      for (const Range& run : painting.before) cut(run);
    }
    std::sort(cuts_.begin(), cuts_.end());
    cuts_.erase(std::unique(cuts_.begin(), cuts_.end()), cuts_.end());
    marks_.assign(cuts_.size(), 0);
    for (const Painting& painting : paintings) {
      for (const Range& run : painting.now) paint(run, painting.mark);
      if (painting.mark == kMoved) paint_difference(painting.now, painting.before);
    }
  }

  WordSums count() const {
    WordSums words = kNoWords;
    for (std::size_t i = 0; i + 1 < marks_.size(); ++i) {
      const std::uint8_t mark = marks_[i];
      const std::int64_t at = cuts_[i];
      if (mark == 0 || (rule_.bounded && (at < rule_.real.low || at >= rule_.real.high))) continue;
      const std::int64_t size = cuts_[i + 1] - at;
      words.all += size;
      if ((mark & kWoken) != 0) continue;
      if ((mark & kMoved) == 0) {
        words.held += size;
      } else if ((mark & kNew) == 0) {
        words.overlap += size;
      }
    }
    return words;
  }

 private:
  void cut(const Range& run) {
    cuts_.push_back(run.low);
    cuts_.push_back(run.high);
  }

  void paint(const Range& run, std::uint8_t mark) {
    const auto first = std::lower_bound(cuts_.begin(), cuts_.end(), run.low);
    for (auto at = static_cast<std::size_t>(first - cuts_.begin()); cuts_[at] < run.high; ++at) {
      marks_[at] |= mark;
    }
  }

  /// Marks `now` without `before` as new; both are runs in ascending order.
  void paint_difference(std::span<const Range> now, std::span<const Range> before) {
    auto old = before.begin();
    for (const Range& run : now) {
      std::int64_t from = run.low;
      while (from < run.high) {
        while (old != before.end() && old->high <= from) ++old;
        if (old == before.end() || old->low >= run.high) break;
        if (old->low > from) paint({from, old->low}, kNew);
        from = std::min(old->high, run.high);
      }
      if (from < run.high) paint({from, run.high}, kNew);
    }
  }

  const AxisRule& rule_;
  std::vector<std::int64_t> cuts_;   ///< ascending
  std::vector<std::uint8_t> marks_;  ///< of what lies between a cut and the next
};

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
  std::vector<Painting> paintings;
  for (const ChildRange& p : rows) {
    if (p.now.empty()) continue;
    for (const ChildRange& r : filter) {
      if (r.now.empty()) continue;
      Painting& painting = paintings.emplace_back();
      runs_of(p.now, r.now, rule, painting.now);
      const bool woken = p.before.empty() || r.before.empty();
      if (!woken) runs_of(p.before, r.before, rule, painting.before);
      painting.mark = woken ? kWoken : (painting.now == painting.before ? kHeld : kMoved);
    }
  }
  return Line(paintings, rule).count();
}

}  // namespace tilewise
