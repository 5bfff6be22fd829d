// The way back from merged dimensions: bounds that divide are shared out over the layer's own.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "sim/evaluate.hpp"
#include "sim/merged_dims.hpp"
#include "sim/tile_places.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

constexpr int kMostTries = 20'000;
constexpr double kSameCost = 1e-12;

/// A merged loop that is shared out: innermost first, along X before Y before time.
struct SharedLoop {
  std::size_t level = 0;
  std::optional<Axis> axis;  ///< none: in time
  Dim dim = Dim::N;
  std::int64_t bound = 1;
};

class DimSharing {
 public:
  DimSharing(const Mapping& mapping, const Layer& layer, const Architecture& architecture)
      : mapping_(mapping), architecture_(architecture), into_(merged_dims(layer)) {
    for (const Dim d : kDims) rest_[d] = layer.bounds[d];
    for (std::size_t l = mapping.levels.size(); l-- > 0;) {
      for (const Dim d : kDims) add_loops(l, d);
    }
    parts_.resize(loops_.size());
  }

  std::optional<Mapping> run() {
    share(0);
    return std::move(found_);
  }

 private:
  bool is_merged(Dim d) const { return std::count(into_.begin(), into_.end(), d) > 1; }

  /// Every place where a merged dimension may have a loop, those of bound 1 too: an own one that is
  /// to be taken in full shows only there.
  void add_loops(std::size_t level, Dim d) {
    if (!is_merged(d)) return;
    SharedLoop x{level, Axis::X, d, 1};
    SharedLoop y{level, Axis::Y, d, 1};
    SharedLoop time{level, std::nullopt, d, 1};
    for (const SpatialLoop& loop : mapping_.levels[level].spatial) {
      if (loop.dim == d) (loop.axis == Axis::X ? x : y).bound *= loop.bound;
    }
    for (const Loop& loop : mapping_.levels[level].temporal) {
      if (loop.dim == d) time.bound *= loop.bound;
    }
    loops_.insert(loops_.end(), {x, y, time});
  }

  void share(std::size_t at) {
    if (found_) return;
    if (at == loops_.size()) {
      for (const Dim d : kDims) {
        if (into_[d] != d && rest_[d] != 1) return;
        if (is_merged(d) && rest_[d] != 1) return;
      }
      found_ = built();
      return;
    }
    std::vector<Dim> dims;
    for (const Dim d : kDims) {
      if (into_[d] == loops_[at].dim) dims.push_back(d);
    }
    share(at, dims, 0, loops_[at].bound);
  }

  void share(std::size_t at, const std::vector<Dim>& dims, std::size_t next, std::int64_t left) {
    if (next == dims.size()) {
      if (left == 1) share(at + 1);
      return;
    }
    const Dim d = dims[next];
    for (std::int64_t part = std::min(left, rest_[d]); part >= 1; --part) {
      if (found_ || ++tries_ > kMostTries) return;
      if (left % part != 0 || rest_[d] % part != 0 || !may_be(loops_[at], d, part)) continue;
      rest_[d] /= part;
      parts_[at][d] = part;
      share(at, dims, next + 1, left / part);
      rest_[d] *= part;
    }
  }

  bool may_be(const SharedLoop& loop, Dim d, std::int64_t part) const {
    const LevelConstraint& rules = architecture_.constraints[loop.level];
    const FanOut& fan_out = architecture_.levels[loop.level].fan_out;
    const FactorRule& rule = !loop.axis              ? rules.temporal[d]
                             : *loop.axis == Axis::X ? rules.spatial_x[d]
                                                     : rules.spatial_y[d];
    const std::int64_t room = !loop.axis              ? part
                              : *loop.axis == Axis::X ? fan_out.most_along_x(d)
                                                      : fan_out.most_along_y(d);
    const bool outermost = !loop.axis && loop.level == 0;
    if ((rule.full || outermost) && part != rest_[d]) return false;
    return part >= rule.least && part <= std::min(rule.most, room);
  }

  /// The loops with their parts in the place of each; none where no listed order allows them.
  std::optional<Mapping> built() const {
    Mapping made = mapping_;
    for (std::size_t l = 0; l < made.levels.size(); ++l) {
      LevelMapping& level = made.levels[l];
      level.spatial.clear();
      for (const SpatialLoop& loop : mapping_.levels[l].spatial) {
        for (const auto& [d, bound] : parts_of(l, loop.axis, {loop.dim, loop.bound})) {
          level.spatial.push_back({d, bound, loop.axis});
        }
      }
      level.temporal.clear();
      for (const Loop& loop : mapping_.levels[l].temporal) {
        for (const Loop& part : parts_of(l, std::nullopt, loop)) level.temporal.push_back(part);
      }
      if (!put_in_order(architecture_.constraints[l].orders, level.temporal)) return std::nullopt;
    }
    return made;
  }

  std::vector<Loop> parts_of(std::size_t level, std::optional<Axis> axis, const Loop& loop) const {
    if (!is_merged(loop.dim)) return {loop};
    std::vector<Loop> made;
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      if (loops_[i].level != level || loops_[i].axis != axis || loops_[i].dim != loop.dim) continue;
      for (const Dim d : kDims) {
        if (into_[d] == loop.dim && parts_[i][d] > 1) made.push_back({d, parts_[i][d]});
      }
    }
    return made;
  }

  /// Takes a listed order that has the same loops once dimensions are merged again.
  bool put_in_order(const std::vector<std::vector<Dim>>& orders, std::vector<Loop>& loops) const {
    if (orders.empty()) return true;
    const auto merged = [&](const std::vector<Loop>& all) {
      std::vector<Dim> dims;
      for (const Loop& loop : all) {
        if (dims.empty() || dims.back() != into_[loop.dim]) dims.push_back(into_[loop.dim]);
      }
      return dims;
    };
    for (const auto& order : orders) {
      std::vector<Loop> placed;
      for (const Dim d : order) {
        const auto at = std::find_if(loops.begin(), loops.end(),
                                     [&](const Loop& loop) { return loop.dim == d; });
        if (at != loops.end()) placed.push_back(*at);
      }
      if (placed.size() != loops.size() || merged(placed) != merged(loops)) continue;
      loops = std::move(placed);
      return true;
    }
    return false;
  }

  const Mapping& mapping_;
  const Architecture& architecture_;
  MergedDims into_;
  Extents rest_;
  std::vector<SharedLoop> loops_;
  std::vector<Extents> parts_;  ///< [loop] what each own dimension takes of it
  int tries_ = 0;
  std::optional<Mapping> found_;
};

bool same(double a, double b) { return std::abs(a - b) <= kSameCost * std::abs(b); }

}  // namespace

Mapping in_own_dims(const Mapping& mapping, const Layer& layer, const Architecture& architecture) {
  if (counted_dims(mapping, layer) == own_dims()) return mapping;
  if (architecture.levels.size() < mapping.levels.size()) {
    return in_own_dims(mapping, layer, with_places(architecture, places_of(mapping)));
  }
  const std::optional<Mapping> own = DimSharing(mapping, layer, architecture).run();
  if (!own || *own == mapping) return mapping;
  if (find_misfit(architecture, layer, *own)) return mapping;
  const LayerCost before = evaluate(architecture, layer, mapping);
  const LayerCost after = evaluate(architecture, layer, *own);
  const bool equal = same(after.latency.total.count(), before.latency.total.count()) &&
                     same(after.energy.total.count(), before.energy.total.count());
  return equal ? *own : mapping;
}

}  // namespace tilewise
