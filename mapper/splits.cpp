#include "mapper/splits.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/integers.hpp"

namespace tilewise {

namespace {

/// The bounds that a spatial loop may take where the loops inside leave `rest`: [least, most].
std::pair<std::int64_t, std::int64_t> spatial_bounds(std::int64_t room, const FactorRule& rule,
                                                     std::int64_t rest) {
  const std::int64_t most = std::min({rule.most, room, rest});
  if (!rule.full) return {rule.least, most};
  return {std::max(rule.least, rest), most};
}

}  // namespace

/// The loops chosen so far, and the splits found.
struct DimSplits::Building {
  struct Found {
    std::vector<Split> splits;
    std::vector<std::set<std::int64_t>> rests;  ///< [level]
  };
  PerLevel instances{};
  PerLevel temporal{};
  PerLevel rest_at{};  ///< what the loops inside each fan-out leave
  bool clipped = false;
  std::int64_t count = 0;
  std::map<std::pair<std::size_t, std::int64_t>, std::vector<std::int64_t>> known_instances;
  std::map<PerLevel, Found> found;
};

DimSplits::DimSplits(const Architecture& architecture, Dim dim, std::int64_t size, Factors factors,
                     std::int64_t most)
    : architecture_(architecture), dim_(dim), size_(size), factors_(factors), most_(most) {
  const std::size_t levels = architecture.levels.size();
  Building building;
  building.instances.fill(1);
  building.temporal.fill(1);
  building.rest_at.fill(1);
  fill(levels, size, building);
  too_many_ = building.count > most_;
  if (too_many_) return;
  for (auto& [instances, found] : building.found) {
    SpatialSplit made;
    made.instances = instances;
    for (std::size_t level = 0; level < levels; ++level) {
      made.all_instances *= instances[level];
      std::set<AxisPair> axes;
      for (const std::int64_t rest : found.rests[level]) {
        for (const AxisPair& pair : axis_pairs(level, rest, instances[level])) axes.insert(pair);
      }
      made.axes.emplace_back(axes.begin(), axes.end());
    }
    made.least_steps = ceil_div(size, made.all_instances);
    build_tree(made, found.splits);
    spatial_.push_back(std::move(made));
  }
}

std::vector<AxisPair> DimSplits::axis_pairs(std::size_t level, std::int64_t rest,
                                            std::int64_t instances) const {
  const FanOut& fan_out = architecture_.levels[level].fan_out;
  const LevelConstraint& rule = architecture_.constraints[level];
  std::vector<AxisPair> pairs;
  const auto [least_x, most_x] =
      spatial_bounds(fan_out.most_along_x(dim_), rule.spatial_x[dim_], rest);
  for (std::int64_t x = least_x; x <= std::min(most_x, instances); ++x) {
    if (instances % x != 0) continue;
    const auto [least_y, most_y] =
        spatial_bounds(fan_out.most_along_y(dim_), rule.spatial_y[dim_], ceil_div(rest, x));
    const std::int64_t y = instances / x;
    if (y >= least_y && y <= most_y) pairs.push_back({x, y});
  }
  return pairs;
}

/// How many instances a level's fan-out may take of the dimension: products of an x and a y.
std::vector<std::int64_t> DimSplits::instance_counts(std::size_t level, std::int64_t rest) const {
  const FanOut& fan_out = architecture_.levels[level].fan_out;
  const LevelConstraint& rule = architecture_.constraints[level];
  std::set<std::int64_t> counts;
  const auto [least_x, most_x] =
      spatial_bounds(fan_out.most_along_x(dim_), rule.spatial_x[dim_], rest);
  for (std::int64_t x = least_x; x <= most_x; ++x) {
    const auto [least_y, most_y] =
        spatial_bounds(fan_out.most_along_y(dim_), rule.spatial_y[dim_], ceil_div(rest, x));
    for (std::int64_t y = least_y; y <= most_y; ++y) counts.insert(x * y);
  }
  return {counts.begin(), counts.end()};
}

void DimSplits::fill(std::size_t level, std::int64_t rest, Building& building) const {
  if (building.count > most_) return;
  if (level == 0) {
    if (rest != 1 || ++building.count > most_) return;
    auto& found = building.found[building.instances];
    found.rests.resize(architecture_.levels.size());
    for (std::size_t l = 0; l < found.rests.size(); ++l) {
      found.rests[l].insert(building.rest_at[l]);
    }
    found.splits.push_back({building.temporal, building.clipped});
    return;
  }
  const std::size_t at = level - 1;
  building.rest_at[at] = rest;
  const auto [known, fresh] = building.known_instances.try_emplace({at, rest});
  if (fresh) known->second = instance_counts(at, rest);
  for (const std::int64_t each : known->second) {
    building.instances[at] = each;
    fill_temporal(at, ceil_div(rest, each), building);
  }
  building.instances[at] = 1;
}

void DimSplits::fill_temporal(std::size_t level, std::int64_t rest, Building& building) const {
  const FactorRule& rule = architecture_.constraints[level].temporal[dim_];
  const bool clipped = building.clipped;
  const auto take = [&](std::int64_t bound) {
    building.temporal[level] = bound;
    building.clipped = clipped || rest % bound != 0;
    fill(level, ceil_div(rest, bound), building);
    building.temporal[level] = 1;
    building.clipped = clipped;
  };
  if (rule.full || level == 0) {
    if (rest >= rule.least && rest <= rule.most) take(rest);
    return;
  }
  for (std::int64_t bound = rule.least; bound <= std::min(rule.most, rest); ++bound) {
    if (factors_ == Factors::All || rest % bound == 0) take(bound);
  }
}

/// Splits in the order of the tree: tiles that may be clipped apart, then the innermost tile first.
void DimSplits::build_tree(SpatialSplit& made, std::vector<Split>& splits) const {
  const std::size_t levels = architecture_.levels.size();
  const auto inner = [&](const Split& split, std::size_t boundary) {
    std::int64_t product = 1;
    for (std::size_t l = boundary; l < levels; ++l) product *= split.temporal[l];
    return product;
  };
  const auto key = [&](const Split& split) {
    std::vector<std::int64_t> parts{split.clipped ? 1 : 0};
    for (std::size_t boundary = levels - 1; boundary > 0; --boundary) {
      parts.push_back(inner(split, boundary));
    }
    return parts;
  };
  std::vector<std::pair<std::vector<std::int64_t>, Split>> sorted;
  for (const Split& split : splits) sorted.emplace_back(key(split), split);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });

  made.states.resize(levels);
  made.nodes.push_back({});
  struct Range {
    std::size_t node, low, high;
  };
  std::vector<Range> current{{0, 0, sorted.size()}};
  for (std::size_t depth = 1; depth < levels; ++depth) {
    const std::size_t boundary = levels - depth;
    std::vector<Range> next;
    for (const Range& range : current) {
      made.nodes[range.node].first_child = made.nodes.size();
      for (std::size_t low = range.low; low < range.high;) {
        const auto same = [&](std::size_t i) {
          return sorted[i].first[0] == sorted[low].first[0] &&
                 sorted[i].first[depth] == sorted[low].first[depth];
        };
        std::size_t high = low;
        std::int64_t positions = 1;
        for (; high < range.high && same(high); ++high) {
          std::int64_t outside = 1;
          for (std::size_t l = 0; l < boundary; ++l) outside *= sorted[high].second.temporal[l];
          positions = std::max(positions, outside);
        }
        TileNode node;
        node.inner = sorted[low].first[depth];
        const bool clipped = sorted[low].second.clipped;
        auto& states = made.states[boundary];
        const auto known = std::find_if(states.begin(), states.end(), [&](const TileState& s) {
          return s.inner == node.inner && s.clipped == clipped;
        });
        node.state = static_cast<std::size_t>(known - states.begin());
        if (known == states.end()) {
          states.push_back({node.inner, positions, clipped});
        } else {
          known->most_positions = std::max(known->most_positions, positions);
        }
        if (depth + 1 == levels) node.temporal = sorted[low].second.temporal;
        ++made.nodes[range.node].children;
        next.push_back({made.nodes.size(), low, high});
        made.nodes.push_back(node);
        low = high;
      }
    }
    current = std::move(next);
  }
}

}  // namespace tilewise
