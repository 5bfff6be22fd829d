#include "design/partition_probe.hpp"

#include <algorithm>
#include <cmath>

namespace tilewise {
namespace {

constexpr int kRounds = 24;    // of price changes; few are needed
constexpr double kStep = 2.0;  // by how much a lack of all there is raises a price
constexpr double kRounding = 1e-9;

using Shares = EnumArray<FpgaResource, double>;

/// What is taken over what there is; 0 where nothing is taken.
Shares shares(const FpgaResources& taken, const FpgaResources& available) {
  Shares result;
  for (const FpgaResource each : all_of<FpgaResource>()) {
    const auto have = static_cast<double>(std::max<std::int64_t>(available.amount(each), 1));
    result[each] = static_cast<double>(taken.amount(each)) / have;
  }
  return result;
}

/// Prices under which all that is available costs the sum of the weights.
ResourcePrices prices_of(const Shares& weights, const FpgaResources& available) {
  ResourcePrices prices;
  for (const FpgaResource each : all_of<FpgaResource>()) {
    prices[each] =
        weights[each] / static_cast<double>(std::max<std::int64_t>(available.amount(each), 1));
  }
  return prices;
}

void raise(Shares& weights, const Shares& used) {
  double sum = 0.0;
  for (const FpgaResource each : all_of<FpgaResource>()) {
    weights[each] *= std::exp(kStep * (std::min(used[each], 2.0) - 1.0));
    sum += weights[each];
  }
  for (double& weight : weights) weight /= sum;
}

}  // namespace

FpgaResources total_resources(const EngineMenu& menu, const std::vector<Share>& engines,
                              const DesignTarget& target) {
  FpgaResources sum = controllers(target);
  for (const Share& each : engines) sum += menu.resources(menu.window(each.block), each.shape);
  return sum;
}

EngineDesigns design_of(const EngineMenu& menu, const std::vector<Share>& engines,
                        std::span<const EngineUnit> units, const DesignTarget& target) {
  std::vector<std::size_t> path;
  for (const Share& each : engines) path.push_back(each.block);
  const auto shares_of_units = menu.space().assign(path);
  std::vector<EngineDesign> made;
  for (std::size_t e = 0; e < engines.size(); ++e) {
    EngineDesign engine;
    engine.lanes = menu.lanes(engines[e].shape);
    engine.units = shares_of_units[e];
    made.push_back(std::move(engine));
  }
  std::sort(made.begin(), made.end(),
            [](const EngineDesign& a, const EngineDesign& b) { return a.units < b.units; });
  return evaluate_engines(std::move(made), units, target);
}

ProbeResult probe_interval(const EngineMenu& menu, std::int64_t limit, const DesignTarget& target) {
  using enum FpgaResource;
  const Shares fixed = shares(controllers(target), target.available);
  Shares weights;
  weights[Dsp] = 1.0;
  for (int round = 0; round < kRounds; ++round) {
    const auto found = cheapest_partition(menu, limit, prices_of(weights, target.available));
    if (!found) return {ProbeResult::Verdict::Impossible, {}};
    double cost = found->cost;
    for (const FpgaResource each : all_of<FpgaResource>()) cost += weights[each] * fixed[each];
    if (cost > 1.0 + kRounding) return {ProbeResult::Verdict::Impossible, {}};
    const FpgaResources taken = total_resources(menu, found->engines, target);
    if (fits(taken, target.available)) return {ProbeResult::Verdict::Fits, found->engines};
    if (round == 0) weights = {{0.25, 0.25, 0.0, 0.25, 0.25}};
    raise(weights, shares(taken, target.available));
  }
  return {};
}

namespace {

/// Engines so far: a path into a state.
struct Label {
  std::int64_t cycles = 0;
  FpgaResources taken;
  std::size_t previous_state = 0;
  std::size_t previous_label = 0;
  Share engine;
};

bool dominates(const Label& a, const Label& b) {
  return a.cycles <= b.cycles && fits(a.taken, b.taken);
}

class LatencyPaths {
 public:
  LatencyPaths(const EngineMenu& menu, const DesignTarget& target, std::int64_t better_than)
      : menu_(menu), target_(target), best_(better_than), labels_(menu.space().states()) {
    find_alone();
  }

  LatencySearch run() {
    const std::size_t all = menu_.space().states() - 1;
    labels_[all].push_back({0, controllers(target_), all, 0, {}});
    for (std::size_t state = all; state > 0 && result_.complete; --state) {
      for (std::size_t l = 0; l < labels_[state].size(); ++l) extend(state, l);
    }
    if (end_) result_.engines = path(*end_);
    return result_;
  }

 private:
  static constexpr std::int64_t kMostLabels = 2'000'000;

  /// The least time of a unit of each class on an engine of its own.
  void find_alone() {
    const std::size_t classes = menu_.space().classes().size();
    for (std::size_t k = 0; k < classes; ++k) {
      std::int64_t least = menu_.class_cycles(0, k);
      for (std::size_t s = 1; s < menu_.shapes(); ++s) {
        least = std::min(least, menu_.class_cycles(s, k));
      }
      alone_.push_back(least);
    }
    by_lanes_.resize(menu_.shapes());
    for (std::size_t s = 0; s < by_lanes_.size(); ++s) by_lanes_[s] = s;
    std::stable_sort(by_lanes_.begin(), by_lanes_.end(), [&](std::size_t a, std::size_t b) {
      return lane_count(menu_.lanes(a)) < lane_count(menu_.lanes(b));
    });
  }

  std::int64_t rest(std::size_t state) const {
    const std::vector<std::int64_t> counts = menu_.space().state_counts(state);
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) sum += counts[k] * alone_[k];
    return sum;
  }

  void extend(std::size_t state, std::size_t index) {
    menu_.space().for_each_block(state, [&](std::size_t block, std::size_t next) {
      const std::int64_t after = rest(next);
      const std::size_t window = menu_.window(block);
      for (const std::size_t shape : by_lanes_) {
        if (!menu_.fits_alone(window, shape)) continue;
        const Label from = labels_[state][index];
        const std::int64_t cycles = from.cycles + menu_.cycles(shape, block);
        if (cycles + after >= best_) {
          ++result_.by_bound;
          continue;
        }
        const FpgaResources taken = from.taken + menu_.resources(window, shape);
        if (!fits(taken, target_.available)) continue;
        add(next, {cycles, taken, state, index, {block, shape}});
      }
    });
  }

  void add(std::size_t state, const Label& label) {
    if (++result_.evaluated >= kMostLabels) result_.complete = false;
    if (state == 0) {
      best_ = label.cycles;
      end_ = label;
      return;
    }
    std::vector<Label>& labels = labels_[state];
    const auto is_better = [&](const Label& other) { return dominates(other, label); };
    if (std::any_of(labels.begin(), labels.end(), is_better)) return;
    // Labels of a state are extended only after all paths into it are known.
    std::erase_if(labels, [&](const Label& other) { return dominates(label, other); });
    labels.push_back(label);
  }

  std::vector<Share> path(const Label& end) const {
    std::vector<Share> engines{end.engine};
    const std::size_t all = labels_.size() - 1;
    std::size_t state = end.previous_state;
    std::size_t index = end.previous_label;
    while (state != all) {
      const Label& label = labels_[state][index];
      engines.push_back(label.engine);
      state = label.previous_state;
      index = label.previous_label;
    }
    std::reverse(engines.begin(), engines.end());
    return engines;
  }

  const EngineMenu& menu_;
  const DesignTarget& target_;
  std::int64_t best_;
  std::vector<std::vector<Label>> labels_;
  std::vector<std::int64_t> alone_;    ///< by class
  std::vector<std::size_t> by_lanes_;  ///< shapes, fewest lanes first
  std::optional<Label> end_;
  LatencySearch result_;
};

}  // namespace

LatencySearch search_latency(const EngineMenu& menu, const DesignTarget& target,
                             std::int64_t better_than) {
  return LatencyPaths(menu, target, better_than).run();
}

}  // namespace tilewise
