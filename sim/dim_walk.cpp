#include "sim/dim_walk.hpp"

#include <algorithm>

namespace tilewise {
namespace {

/// Walks the held and advancing digits, outermost first, and collects the classes.
class ClassBuilder {
 public:
  ClassBuilder(const DimWalk& walk, const Move& move, bool absolute)
      : walk_(walk), move_(move), absolute_(absolute) {
    for (const Digit& digit : walk.digits) reach_ += (digit.bound - 1) * digit.step;
    reach_ += walk.extent - 1;
  }

  std::vector<TemporalClass> build() {
    visit(0, {1, 1, 0, 0}, reach_);
    return std::move(classes_);
  }

 private:
  /// `reach` is the largest index below the current prefix, spatial loops included.
  void visit(std::size_t at, TemporalClass prefix, std::int64_t reach) {
    while (at < walk_.digits.size() && walk_.digits[at].spatial) ++at;
    if (at == walk_.digits.size()) return finish(prefix);
    const Digit& digit = walk_.digits[at];
    const std::int64_t inner = reach - (digit.bound - 1) * digit.step;
    const auto step_into = [&](std::int64_t value, std::int64_t count, bool advances) {
      TemporalClass next = prefix;
      next.now += value * digit.step;
      if (next.now >= walk_.size || count <= 0) return;
      next.count *= count;
      const bool away_from_start = value > 0 || advances;
      if (!walk_.reduction) {
        next.first_count *= count;
      } else if (away_from_start) {
        next.first_count = 0;
      }
      next.before = prefix.before + (advances ? value - 1 : value) * digit.step;
      visit(at + 1, next, inner);
    };
    if (digit.order < move_.split) {
      visit_values(digit, prefix.now + reach, 0,
                   [&](std::int64_t value, std::int64_t count) { step_into(value, count, false); });
    } else if (move_.advances && digit.order == move_.split) {
      visit_values(digit, prefix.now + reach, 1,
                   [&](std::int64_t value, std::int64_t count) { step_into(value, count, true); });
    } else {
      step_into(0, 1, false);
    }
  }

  /// The values of a digit from `least` on, as (representative, how many).
  template <class Into>
  void visit_values(const Digit& digit, std::int64_t largest, std::int64_t least,
                    const Into& into) const {
    if (absolute_) {
      for (std::int64_t value = least; value < digit.bound; ++value) into(value, 1);
      return;
    }
    if (largest < walk_.size) return into(least, digit.bound - least);
    const std::int64_t edge = (walk_.size - 1) / digit.step % digit.bound;
    std::int64_t value = least;
    // An advancing digit also tells apart the first value above the edge: it comes from the edge.
    for (const std::int64_t end : {edge, edge + 1, edge + 1 + least, digit.bound}) {
      const std::int64_t stop = std::min(end, digit.bound);
      if (stop <= value) continue;
      into(value, stop - value);
      value = stop;
    }
  }

  void finish(TemporalClass position) {
    for (const Digit& digit : walk_.digits) {
      const bool resets = !digit.spatial && digit.order >= move_.split &&
                          !(move_.advances && digit.order == move_.split);
      if (!resets) continue;
      const std::int64_t room = (walk_.size - 1 - position.before) / digit.step;
      position.before += std::min(digit.bound - 1, room) * digit.step;
    }
    classes_.push_back(position);
  }

  const DimWalk& walk_;
  const Move& move_;
  bool absolute_;
  std::int64_t reach_ = 0;
  std::vector<TemporalClass> classes_;
};

}  // namespace

std::vector<TemporalClass> temporal_classes(const DimWalk& walk, const Move& move, bool absolute) {
  if (move.kind == Move::Kind::First) return {{1, 1, 0, 0}};
  return ClassBuilder(walk, move, absolute).build();
}

std::int64_t positions_below_size(const DimWalk& walk, bool spatial) {
  // Indices whose digits match D - 1 so far, and those already below it.
  std::int64_t below = 0;
  std::int64_t equal = 1;
  std::int64_t rest = walk.size - 1;
  for (const Digit& digit : walk.digits) {
    if (digit.spatial != spatial) continue;
    const std::int64_t edge = std::min(rest / digit.step, digit.bound - 1);
    const bool met = rest / digit.step <= digit.bound - 1;
    below = below * digit.bound + equal * (met ? edge : digit.bound);
    equal = met ? equal : 0;
    rest -= edge * digit.step;
  }
  return below + equal;
}

bool divides(const DimWalk& walk) {
  std::int64_t covered = walk.extent;
  for (const Digit& digit : walk.digits) covered *= digit.bound;
  return covered == walk.size;
}

DimWalk walk_of(std::span<const NestLoop> nest, Dim d, std::int64_t size, std::int64_t extent,
                std::size_t child) {
  DimWalk walk{size, extent, is_reduction(d), {}};
  std::size_t order = 0;
  for (const NestLoop& loop : nest) {
    if (loop.level >= child) break;
    if (group_of(loop.dim) != group_of(d)) continue;
    if (loop.dim == d)
      walk.digits.push_back({loop.bound, loop.step, loop.level, loop.spatial, order});
    if (!loop.spatial) ++order;
  }
  return walk;
}

}  // namespace tilewise
