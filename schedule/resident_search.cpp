#include "schedule/resident_search.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tilewise {
namespace {

constexpr double kRoundingOfTotals = 1e-12;

struct OpenRange {
  ResidentRange range;
  double bound = 0.0;  ///< no schedule in the range is below
};

/// The range that may have the least next; of equal ones that with the most weights.
bool comes_first(const OpenRange& a, const OpenRange& b) {
  return a.bound != b.bound ? a.bound < b.bound : a.range.most > b.range.most;
}

Bits upper_middle(Bits low, Bits high) {
  return Bits{low.count() + ((high - low).count() + 1) / 2};
}

class RangeSearch {
 public:
  explicit RangeSearch(const SolveRange& solve) : solve_(solve) {}

  ResidentSearch price(Bits stays) {
    visit({{stays, stays}, 0.0});
    made_.lower_bound = std::min(made_.lower_bound, made_.value);
    return std::move(made_);
  }

  ResidentSearch run(Bits most) {
    // With none the schedules are those of one image: a first answer.
    visit({{Bits{0}, Bits{0}}, 0.0});
    if (most > Bits{0} && made_.proven) open_.push_back({{Bits{1}, most}, 0.0});
    while (!open_.empty() && made_.proven) {
      const auto next = std::min_element(open_.begin(), open_.end(), comes_first);
      const OpenRange at = *next;
      open_.erase(next);
      if (!excluded(at.bound)) visit(at);
    }
    made_.lower_bound = std::min(made_.lower_bound, made_.value);
    for (const OpenRange& each : open_) {
      made_.lower_bound = std::min(made_.lower_bound, each.bound);
    }
    return std::move(made_);
  }

 private:
  bool excluded(double bound) const { return bound >= made_.value * (1.0 - kRoundingOfTotals); }

  void visit(const OpenRange& at) {
    SolvedRange solved = solve_(at.range, made_.value);
    ++made_.ranges;
    made_.weights += solved.best.weights;
    if (!solved.graph.complete()) {
      made_.complete = false;
      made_.lower_bound = std::min(made_.lower_bound, solved.best.lower_bound);
    }
    const bool found = solved.best.path.found;
    const Bits stays = solved.best.path.resident;
    const bool possible = found && stays <= at.range.least;
    if (!solved.best.proven) {
      made_.proven = false;
      made_.lower_bound = std::min(made_.lower_bound, std::max(at.bound, solved.best.lower_bound));
    } else if (found && !possible) {
      cut(at.range, stays, std::max(at.bound, solved.best.lower_bound));
    }
    if (!possible || solved.best.value >= made_.value) return;
    made_.value = solved.best.value;
    made_.best = std::move(solved);
  }

  /// With `stays` taken the answer may be possible; below, the room is between.
  void cut(const ResidentRange& range, Bits stays, double bound) {
    open_.push_back({{stays, range.most}, bound});
    const Bits below = stays - Bits{1};
    const Bits half = upper_middle(range.least, below);
    if (half > range.least) open_.push_back({{range.least, half - Bits{1}}, bound});
    open_.push_back({{half, below}, bound});
  }

  const SolveRange& solve_;
  std::vector<OpenRange> open_;
  ResidentSearch made_;
};

}  // namespace

ResidentSearch search_residents(Bits most, const SolveRange& solve) {
  return RangeSearch(solve).run(most);
}

ResidentSearch price_residents(Bits stays, const SolveRange& solve) {
  return RangeSearch(solve).price(stays);
}

}  // namespace tilewise
