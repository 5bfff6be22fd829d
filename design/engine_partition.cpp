#include "design/engine_partition.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "design/engine_design.hpp"

namespace tilewise {
namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();

bool alike(const EngineUnit& a, const EngineUnit& b) {
  return a.work == b.work && a.traffic == b.traffic && a.uses == b.uses;
}

/// Where block [from, to) of a run of units stands among all.
std::size_t run_index(std::size_t from, std::size_t to) { return to * (to - 1) / 2 + from; }

struct Run {
  std::size_t from = 0;
  std::size_t to = 0;
};
Run run_of(std::size_t index) {
  std::size_t to = 1;
  while (run_index(0, to + 1) <= index) ++to;
  return {index - run_index(0, to), to};
}

}  // namespace

PartitionSpace::PartitionSpace(std::span<const EngineUnit> units, Sharing sharing)
    : sharing_(sharing) {
  for (std::size_t u = 0; u < units.size(); ++u) {
    const auto same = std::find_if(classes_.begin(), classes_.end(),
                                   [&](const EngineUnit& each) { return alike(each, units[u]); });
    const auto index = static_cast<std::size_t>(same - classes_.begin());
    if (same == classes_.end()) {
      classes_.push_back(units[u]);
      members_.emplace_back();
    }
    members_[index].push_back(u);
    class_of_.push_back(index);
  }
  if (sharing == Sharing::Contiguous) {
    states_ = units.size() + 1;
    blocks_ = units.size() * (units.size() + 1) / 2;
    return;
  }
  states_ = 1;
  for (const auto& members : members_) {
    strides_.push_back(states_);
    states_ *= members.size() + 1;
  }
  blocks_ = states_;  // block 0 is empty: never taken
}

double PartitionSpace::steps_of_any(std::span<const EngineUnit> units) {
  std::vector<std::pair<EngineUnit, double>> classes;
  for (const EngineUnit& unit : units) {
    const auto same = std::find_if(classes.begin(), classes.end(),
                                   [&](const auto& each) { return alike(each.first, unit); });
    if (same == classes.end()) {
      classes.emplace_back(unit, 1.0);
    } else {
      same->second += 1.0;
    }
  }
  double steps = 1.0;
  for (const auto& [unit, n] : classes) steps *= (n + 1.0) * (n + 2.0) / 2.0;
  return steps;
}

std::vector<std::int64_t> PartitionSpace::digits(std::size_t state) const {
  std::vector<std::int64_t> counts(classes_.size(), 0);
  for (std::size_t k = 0; k < classes_.size(); ++k) {
    counts[k] = static_cast<std::int64_t>(state / strides_[k] % (members_[k].size() + 1));
  }
  return counts;
}

std::vector<std::int64_t> PartitionSpace::block_counts(std::size_t block) const {
  if (sharing_ == Sharing::Any) return digits(block);
  std::vector<std::int64_t> counts(classes_.size(), 0);
  const Run run = run_of(block);
  for (std::size_t u = run.from; u < run.to; ++u) ++counts[class_of_[u]];
  return counts;
}

std::vector<std::int64_t> PartitionSpace::state_counts(std::size_t state) const {
  if (sharing_ == Sharing::Any) return digits(state);
  std::vector<std::int64_t> counts(classes_.size(), 0);
  for (std::size_t u = 0; u < state; ++u) ++counts[class_of_[u]];
  return counts;
}

void PartitionSpace::for_each_block(
    std::size_t state, const std::function<void(std::size_t, std::size_t)>& visit) const {
  if (sharing_ == Sharing::Contiguous) {
    for (std::size_t from = 0; from < state; ++from) visit(run_index(from, state), from);
    return;
  }
  const std::vector<std::int64_t> left = digits(state);
  const auto first = static_cast<std::size_t>(
      std::find_if(left.begin(), left.end(), [](std::int64_t n) { return n > 0; }) - left.begin());
  std::vector<std::int64_t> taken(left.size(), 0);
  taken[first] = 1;  // one of the first class goes to the next engine: the order is fixed
  std::size_t block = strides_[first];
  while (true) {
    visit(block, state - block);
    std::size_t k = first;
    while (k < left.size() && taken[k] == left[k]) {
      const std::int64_t least = k == first ? 1 : 0;
      block -= strides_[k] * static_cast<std::size_t>(taken[k] - least);
      taken[k] = least;
      ++k;
    }
    if (k == left.size()) return;
    ++taken[k];
    block += strides_[k];
  }
}

std::vector<std::size_t> PartitionSpace::smaller_blocks(std::size_t block) const {
  std::vector<std::size_t> smaller;
  if (sharing_ == Sharing::Contiguous) {
    const Run run = run_of(block);
    if (run.to - run.from > 1) {
      smaller = {run_index(run.from, run.to - 1), run_index(run.from + 1, run.to)};
    }
    return smaller;
  }
  const std::vector<std::int64_t> counts = digits(block);
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] > 0 && block > strides_[k]) smaller.push_back(block - strides_[k]);
  }
  return smaller;
}

std::vector<std::vector<std::size_t>> PartitionSpace::assign(
    std::span<const std::size_t> path) const {
  std::vector<std::vector<std::size_t>> shares;
  std::vector<std::size_t> given(classes_.size(), 0);
  for (const std::size_t block : path) {
    std::vector<std::size_t>& share = shares.emplace_back();
    if (sharing_ == Sharing::Contiguous) {
      const Run run = run_of(block);
      for (std::size_t u = run.from; u < run.to; ++u) share.push_back(u);
      continue;
    }
    const std::vector<std::int64_t> counts = digits(block);
    for (std::size_t k = 0; k < counts.size(); ++k) {
      for (std::int64_t i = 0; i < counts[k]; ++i) share.push_back(members_[k][given[k]++]);
    }
    std::sort(share.begin(), share.end());
  }
  return shares;
}

EngineMenu::EngineMenu(const PartitionSpace& space, const DesignTarget& target) : space_(space) {
  const std::vector<EngineUnit>& classes = space.classes();
  const LaneSteps steps = lane_steps(classes, PixelLanes::No);
  const std::int64_t most = most_lanes(target);
  for (const std::int64_t tn : steps.tn) {
    for (const std::int64_t tm : steps.tm) {
      if (tm * tn <= most) shapes_.push_back({tm, tn, 1, 1});
    }
  }
  for (const EngineLanes& shape : shapes_) {
    for (const EngineUnit& unit : classes) {
      cycles_.push_back(unit_cycles(unit, shape, target.bandwidth));
    }
  }
  for (std::size_t block = 0; block < space.blocks(); ++block) {
    Plane window;
    const std::vector<std::int64_t> counts = space.block_counts(block);
    counts_.insert(counts_.end(), counts.begin(), counts.end());
    for (std::size_t k = 0; k < counts.size(); ++k) {
      if (counts[k] == 0) continue;
      window.vertical = std::max(window.vertical, classes[k].work.kernel.vertical);
      window.horizontal = std::max(window.horizontal, classes[k].work.kernel.horizontal);
    }
    const auto known = std::find(windows_.begin(), windows_.end(), window);
    window_of_.push_back(static_cast<std::size_t>(known - windows_.begin()));
    if (known == windows_.end()) windows_.push_back(window);
  }
  const FpgaResources fixed = controllers(target);
  for (const Plane& window : windows_) {
    std::vector<FpgaResources>& taken = resources_.emplace_back();
    std::vector<char>& alone = fits_.emplace_back();
    for (const EngineLanes& shape : shapes_) {
      taken.push_back(engine_resources(shape, window, {}, target));
      alone.push_back(fits(taken.back() + fixed, target.available) ? 1 : 0);
    }
  }
}

std::int64_t EngineMenu::cycles(std::size_t shape, std::size_t block) const {
  const std::size_t n = space_.classes().size();
  const std::int64_t* counts = &counts_[block * n];
  const std::int64_t* each = &cycles_[shape * n];
  return std::inner_product(counts, counts + n, each, std::int64_t{0});
}

namespace {

/// The cheapest shape of each block. A block is no faster than one with a unit less, so that its
/// search begins where that one's ended.
class CheapestShapes {
 public:
  CheapestShapes(const EngineMenu& menu, std::int64_t limit, const ResourcePrices& prices)
      : menu_(menu), limit_(limit), costs_(menu.windows()), order_(menu.windows()) {
    for (std::size_t w = 0; w < menu.windows(); ++w) sort_shapes(w, prices);
    places_.resize(menu.space().blocks(), 0);
    const std::size_t first = menu.space().sharing() == Sharing::Any ? 1 : 0;
    for (const std::size_t block : blocks_by_size(first)) places_[block] = find(block);
  }

  double cost(std::size_t block) const {
    const std::size_t w = menu_.window(block);
    return places_[block] < order_[w].size() ? costs_[w][order_[w][places_[block]]] : kNone;
  }
  std::size_t shape(std::size_t block) const { return order_[menu_.window(block)][places_[block]]; }

 private:
  void sort_shapes(std::size_t w, const ResourcePrices& prices) {
    for (std::size_t s = 0; s < menu_.shapes(); ++s) {
      costs_[w].push_back(price(menu_.resources(w, s), prices));
      if (menu_.fits_alone(w, s)) order_[w].push_back(s);
    }
    const auto lanes = [&](std::size_t s) { return menu_.lanes(s).tm * menu_.lanes(s).tn; };
    std::sort(order_[w].begin(), order_[w].end(), [&](std::size_t a, std::size_t b) {
      if (costs_[w][a] != costs_[w][b]) return costs_[w][a] < costs_[w][b];
      return lanes(a) != lanes(b) ? lanes(a) < lanes(b) : a < b;
    });
  }

  /// Blocks so that each comes after those with a unit less.
  std::vector<std::size_t> blocks_by_size(std::size_t first) const {
    std::vector<std::size_t> blocks(menu_.space().blocks() - first);
    std::iota(blocks.begin(), blocks.end(), first);
    if (menu_.space().sharing() == Sharing::Contiguous) {
      std::stable_sort(blocks.begin(), blocks.end(), [](std::size_t a, std::size_t b) {
        const Run x = run_of(a);
        const Run y = run_of(b);
        return x.to - x.from < y.to - y.from;
      });
    }
    return blocks;
  }

  std::size_t find(std::size_t block) const {
    const std::size_t w = menu_.window(block);
    std::size_t place = 0;
    for (const std::size_t smaller : menu_.space().smaller_blocks(block)) {
      if (menu_.window(smaller) == w) place = std::max(place, places_[smaller]);
    }
    while (place < order_[w].size() && menu_.cycles(order_[w][place], block) > limit_) ++place;
    return place;
  }

  const EngineMenu& menu_;
  std::int64_t limit_;
  std::vector<std::vector<double>> costs_;       ///< by window, by shape
  std::vector<std::vector<std::size_t>> order_;  ///< by window: shapes that fit, cheapest first
  std::vector<std::size_t> places_;              ///< by block: in the order of its window
};

}  // namespace

std::optional<CheapestPartition> cheapest_partition(const EngineMenu& menu, std::int64_t limit,
                                                    const ResourcePrices& prices) {
  const PartitionSpace& space = menu.space();
  const CheapestShapes shapes(menu, limit, prices);
  std::vector<double> best(space.states(), kNone);
  std::vector<std::pair<std::size_t, std::size_t>> choice(space.states());
  best[0] = 0.0;
  for (std::size_t state = 1; state < space.states(); ++state) {
    space.for_each_block(state, [&](std::size_t block, std::size_t next) {
      const double cost = shapes.cost(block) + best[next];
      if (cost >= best[state]) return;
      best[state] = cost;
      choice[state] = {block, next};
    });
  }
  if (best.back() == kNone) return std::nullopt;
  CheapestPartition found{best.back(), {}};
  for (std::size_t state = space.states() - 1; state > 0; state = choice[state].second) {
    found.engines.push_back({choice[state].first, shapes.shape(choice[state].first)});
  }
  return found;
}

}  // namespace tilewise
