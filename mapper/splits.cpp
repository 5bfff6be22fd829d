#include "mapper/splits.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "base/integers.hpp"
#include "mapper/search_tuning.hpp"

namespace tilewise {
namespace {

/// The bounds that a spatial loop may take where the loops inside leave `rest`: [least, most].
std::pair<std::int64_t, std::int64_t> spatial_bounds(std::int64_t room, const FactorRule& rule,
                                                     std::int64_t rest) {
  const std::int64_t most = std::min({rule.most, room, rest});
  if (!rule.full) return {rule.least, most};
  return {std::max(rule.least, rest), most};
}

/// By rising size. Of each pair the smaller one is looked for: below 2^16 in any dimension.
std::vector<std::int64_t> divisors_of(std::int64_t number) {
  std::vector<std::int64_t> low;
  std::vector<std::int64_t> high;
  for (std::int64_t each = 1; each <= number / each; ++each) {
    if (number % each != 0) continue;
    low.push_back(each);
    if (each != number / each) high.push_back(number / each);
  }
  low.insert(low.end(), high.rbegin(), high.rend());
  return low;
}

/// The temporal bounds of one split.
struct Split {
  PerLevel temporal{};
  std::size_t alone_level = 0;  ///< outermost level whose loop makes no turn at the edge; 0: none
};

/// The outermost level with a temporal loop outside the innermost tile that makes no turn at the
/// edge of the dimension: of the last tile around it, one of its own is left. 0: none; the loop of
/// level 0 has none around it. Only at the last position of all loops outside it does a loop make
/// fewer turns than elsewhere.
std::size_t alone_level(std::int64_t size, const PerLevel& instances, const PerLevel& temporal,
                        std::size_t levels) {
  std::int64_t step = 1;
  PerLevel steps{};
  for (std::size_t level = levels; level-- > 0;) {
    step *= instances[level];
    steps[level] = step;
    step *= temporal[level];
  }
  std::int64_t left = size;
  bool around = false;
  for (std::size_t level = 0; level + 1 < levels; ++level) {
    if (temporal[level] == 1) continue;
    const std::int64_t last = std::min(temporal[level], ceil_div(left, steps[level]));
    if (around && last == 1) return level;
    left = std::min(left - (last - 1) * steps[level], steps[level]);
    around = true;
  }
  return 0;
}

/// The splits that use the same instances at each level.
struct Found {
  std::vector<Split> splits;
  std::vector<std::set<std::int64_t>> rests;  ///< [level] what the loops inside its fan-out leave
};
using FoundByInstances = std::map<PerLevel, Found>;

constexpr PerLevel ones() {
  PerLevel made{};
  made.fill(1);
  return made;
}

/// Lists the splits of a dimension: the loops chosen so far, and what was found.
class SplitList {
 public:
  SplitList(const Architecture& architecture, Dim dim, Factors factors, std::int64_t most,
            const std::function<bool()>& stop)
      : architecture_(architecture), dim_(dim), factors_(factors), most_(most), stop_(stop) {}

  /// All splits of `size`; none where there are too many, or it was stopped.
  std::optional<FoundByInstances> run(std::int64_t size) {
    size_ = size;
    fill(architecture_.levels.size(), size);
    if (count_ > most_ || stopped_) return std::nullopt;
    return std::move(found_);
  }
  bool stopped() const { return stopped_; }

 private:
  /// Whether to go no further.
  bool ends() {
    if (stop_ && ++asked_ % kListedBetweenStops == 0 && stop_()) stopped_ = true;
    return gives_up();
  }
  bool gives_up() const { return stopped_ || count_ > most_; }

  void fill(std::size_t level, std::int64_t rest) {
    if (ends()) return;
    if (level == 0) {
      if (rest != 1 || ++count_ > most_) return;
      Found& found = found_[instances_];
      found.rests.resize(architecture_.levels.size());
      for (std::size_t l = 0; l < found.rests.size(); ++l) found.rests[l].insert(rest_at_[l]);
      found.splits.push_back(
          {temporal_, alone_level(size_, instances_, temporal_, architecture_.levels.size())});
      return;
    }
    const std::size_t at = level - 1;
    rest_at_[at] = rest;
    const std::int64_t seen = seen_by_fan_out(at, rest);
    const auto [known, fresh] = known_counts_.try_emplace({at, seen});
    if (fresh) known->second = instance_counts(at, seen);
    for (const std::int64_t each : known->second) {
      instances_[at] = each;
      fill_temporal(at, ceil_div(rest, each));
    }
    instances_[at] = 1;
  }

  void fill_temporal(std::size_t level, std::int64_t rest) {
    const FactorRule& rule = architecture_.constraints[level].temporal[dim_];
    const auto take = [&](std::int64_t bound) {
      temporal_[level] = bound;
      fill(level, ceil_div(rest, bound));
      temporal_[level] = 1;
    };
    if (rule.full || level == 0) {
      if (rest >= rule.least && rest <= rule.most) take(rest);
      return;
    }
    const std::int64_t most = std::min(rule.most, rest);
    if (factors_ == Factors::Divisors) {
      const auto [known, fresh] = known_divisors_.try_emplace(rest);
      if (fresh) known->second = divisors_of(rest);
      for (const std::int64_t bound : known->second) {
        if (bound >= rule.least && bound <= most) take(bound);
      }
      return;
    }
    for (std::int64_t bound = rule.least; bound <= most && !gives_up(); ++bound) take(bound);
  }

  /// The rest as far as the counts of instances depend on it: a fan-out sees no more than it holds.
  std::int64_t seen_by_fan_out(std::size_t level, std::int64_t rest) const {
    const LevelConstraint& rule = architecture_.constraints[level];
    if (rule.spatial_x[dim_].full || rule.spatial_y[dim_].full) return rest;
    const FanOut& fan_out = architecture_.levels[level].fan_out;
    return std::min(rest, fan_out.most_along_x(dim_) * fan_out.most_along_y(dim_));
  }

  /// How many instances a level's fan-out may take of the dimension: products of an x and a y.
  std::vector<std::int64_t> instance_counts(std::size_t level, std::int64_t rest) {
    const FanOut& fan_out = architecture_.levels[level].fan_out;
    const LevelConstraint& rule = architecture_.constraints[level];
    std::set<std::int64_t> counts;
    const auto [least_x, most_x] =
        spatial_bounds(fan_out.most_along_x(dim_), rule.spatial_x[dim_], rest);
    for (std::int64_t x = least_x; x <= most_x && !ends(); ++x) {
      const auto [least_y, most_y] =
          spatial_bounds(fan_out.most_along_y(dim_), rule.spatial_y[dim_], ceil_div(rest, x));
      for (std::int64_t y = least_y; y <= most_y && !ends(); ++y) counts.insert(x * y);
      // A split each at least.
      if (static_cast<std::int64_t>(counts.size()) > most_) count_ = most_ + 1;
    }
    return {counts.begin(), counts.end()};
  }

  const Architecture& architecture_;
  Dim dim_;
  Factors factors_;
  std::int64_t most_;
  const std::function<bool()>& stop_;
  std::int64_t asked_ = 0;
  bool stopped_ = false;
  PerLevel instances_ = ones();
  PerLevel temporal_ = ones();
  PerLevel rest_at_ = ones();  ///< what the loops inside each fan-out leave
  std::int64_t size_ = 1;
  std::int64_t count_ = 0;
  std::map<std::pair<std::size_t, std::int64_t>, std::vector<std::int64_t>> known_counts_;
  std::map<std::int64_t, std::vector<std::int64_t>> known_divisors_;
  FoundByInstances found_;
};

/// A split with its place in the tree: by the level from which a last tile stands alone, then the
/// innermost tile first.
struct Placed {
  std::vector<std::int64_t> place;  ///< that level, then the tile at each boundary
  Split split;
};

std::vector<Placed> in_order_of_tree(const std::vector<Split>& splits, std::size_t levels) {
  std::vector<Placed> placed;
  for (const Split& split : splits) {
    std::vector<std::int64_t> place{static_cast<std::int64_t>(split.alone_level)};
    std::int64_t inner = 1;
    for (std::size_t boundary = levels - 1; boundary > 0; --boundary) {
      inner *= split.temporal[boundary];
      place.push_back(inner);
    }
    placed.push_back({std::move(place), split});
  }
  std::sort(placed.begin(), placed.end(),
            [](const Placed& a, const Placed& b) { return a.place < b.place; });
  return placed;
}

/// The largest product of temporal bounds outside a boundary.
std::int64_t most_positions(std::span<const Placed> splits, std::size_t boundary) {
  std::int64_t most = 1;
  for (const Placed& each : splits) {
    std::int64_t outside = 1;
    for (std::size_t l = 0; l < boundary; ++l) outside *= each.split.temporal[l];
    most = std::max(most, outside);
  }
  return most;
}

/// The states of a boundary, each once.
class StateList {
 public:
  explicit StateList(std::vector<TileState>& states) : states_(states) {}
  std::size_t add(const TileState& state) {
    const auto [known, fresh] =
        known_.try_emplace({state.inner, state.stands_alone}, states_.size());
    if (fresh) states_.push_back(state);
    TileState& at = states_[known->second];
    at.most_positions = std::max(at.most_positions, state.most_positions);
    return known->second;
  }

 private:
  std::vector<TileState>& states_;
  std::map<std::pair<std::int64_t, bool>, std::size_t> known_;
};

/// Nodes and states of the tree whose leaves are the splits.
void build_tree(SpatialSplit& made, const std::vector<Split>& splits, std::size_t levels) {
  const std::vector<Placed> sorted = in_order_of_tree(splits, levels);
  made.states.resize(levels);
  made.nodes.push_back({});
  struct Range {
    std::size_t node, low, high;
  };
  std::vector<Range> current{{0, 0, sorted.size()}};
  for (std::size_t depth = 1; depth < levels; ++depth) {
    const std::size_t boundary = levels - depth;
    StateList states(made.states[boundary]);
    std::vector<Range> next;
    for (const Range& range : current) {
      made.nodes[range.node].first_child = made.nodes.size();
      for (std::size_t low = range.low; low < range.high;) {
        const Placed& first = sorted[low];
        std::size_t high = low;
        while (high < range.high && sorted[high].place[0] == first.place[0] &&
               sorted[high].place[depth] == first.place[depth]) {
          ++high;
        }
        TileNode node;
        node.inner = first.place[depth];
        node.state = states.add(
            {node.inner, most_positions(std::span(sorted).subspan(low, high - low), boundary),
             first.split.alone_level > 0 && boundary > first.split.alone_level});
        if (depth + 1 == levels) {
          node.temporal = first.split.temporal;
          node.stands_alone = first.split.alone_level > 0;
        }
        ++made.nodes[range.node].children;
        next.push_back({made.nodes.size(), low, high});
        made.nodes.push_back(node);
        low = high;
      }
    }
    current = std::move(next);
  }
}

}  // namespace

DimSplits make_splits(const Architecture& architecture, Dim dim, std::int64_t size, Factors factors,
                      std::int64_t most, const std::function<bool()>& stop) {
  const std::size_t levels = architecture.levels.size();
  SplitList list(architecture, dim, factors, most, stop);
  const auto all = list.run(size);
  if (!all) return {!list.stopped(), list.stopped(), {}};
  DimSplits splits;
  for (const auto& [instances, found] : *all) {
    SpatialSplit made;
    made.instances = instances;
    for (std::size_t level = 0; level < levels; ++level) {
      made.all_instances *= instances[level];
      std::set<AxisPair> axes;
      for (const std::int64_t rest : found.rests[level]) {
        const auto pairs = axis_pairs(architecture, dim, level, rest, instances[level]);
        axes.insert(pairs.begin(), pairs.end());
      }
      made.axes.emplace_back(axes.begin(), axes.end());
    }
    made.least_steps = ceil_div(size, made.all_instances);
    build_tree(made, found.splits, levels);
    splits.spatial.push_back(std::move(made));
  }
  return splits;
}

std::vector<AxisPair> axis_pairs(const Architecture& architecture, Dim dim, std::size_t level,
                                 std::int64_t rest, std::int64_t instances) {
  const FanOut& fan_out = architecture.levels[level].fan_out;
  const LevelConstraint& rule = architecture.constraints[level];
  std::vector<AxisPair> pairs;
  const auto [least_x, most_x] =
      spatial_bounds(fan_out.most_along_x(dim), rule.spatial_x[dim], rest);
  for (std::int64_t x = least_x; x <= std::min(most_x, instances); ++x) {
    if (instances % x != 0) continue;
    const auto [least_y, most_y] =
        spatial_bounds(fan_out.most_along_y(dim), rule.spatial_y[dim], ceil_div(rest, x));
    const std::int64_t y = instances / x;
    if (y >= least_y && y <= most_y) pairs.push_back({x, y});
  }
  return pairs;
}

}  // namespace tilewise
