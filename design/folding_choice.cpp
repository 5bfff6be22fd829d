#include "design/folding_choice.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace tilewise {
namespace {

constexpr std::int64_t kMostNodes = 2'000'000;

FpgaResources least_of(const FpgaResources& a, const FpgaResources& b) {
  return {std::min(a.dsp, b.dsp), std::min(a.bram18, b.bram18), std::min(a.uram, b.uram),
          std::min(a.lut, b.lut), std::min(a.ff, b.ff)};
}

/// An option of a class, its resources for all stages of the class.
struct Candidate {
  std::size_t option = 0;
  FpgaResources taken;
  double share = 0.0;  ///< the largest share of what is available
  double cost = 0.0;
};

double largest_share(const FpgaResources& taken, const FpgaResources& available) {
  double largest = 0.0;
  for (const FpgaResource each : all_of<FpgaResource>()) {
    const auto have = static_cast<double>(std::max<std::int64_t>(available.amount(each), 1));
    largest = std::max(largest, static_cast<double>(taken.amount(each)) / have);
  }
  return largest;
}

class FoldingSearch {
 public:
  FoldingSearch(std::span<const FoldingClass> classes, std::int64_t limit,
                const FpgaResources& available, const ResourcePrices* prices)
      : available_(available), priced_(prices != nullptr) {
    for (const FoldingClass& each : classes) {
      candidates_.push_back(candidates_of(each, limit, prices));
      has_options_ = has_options_ && !candidates_.back().empty();
    }
    order_.resize(candidates_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
      return candidates_[a].size() > candidates_[b].size();
    });
    choice_.resize(candidates_.size());
  }

  ChoiceResult run() {
    if (!has_options_) return {ChoiceResult::Verdict::Impossible, {}, 0};
    suffix_.assign(order_.size() + 1, {});
    suffix_cost_.assign(order_.size() + 1, 0.0);
    for (std::size_t k = order_.size(); k-- > 0;) add_suffix(k);
    if (!fits(suffix_[0], available_)) return {ChoiceResult::Verdict::Impossible, {}, 0};
    visit(0, {}, 0.0);
    if (found_) return {ChoiceResult::Verdict::Fits, best_, nodes_};
    return {
        nodes_ >= kMostNodes ? ChoiceResult::Verdict::Unknown : ChoiceResult::Verdict::NoneAlike,
        {},
        nodes_};
  }

 private:
  std::vector<Candidate> candidates_of(const FoldingClass& of, std::int64_t limit,
                                       const ResourcePrices* prices) const {
    std::vector<Candidate> all;
    for (std::size_t o = 0; o < of.options.size(); ++o) {
      if (of.options[o].cycles > limit) continue;
      Candidate candidate{o, of.options[o].resources * of.stages, 0.0, 0.0};
      candidate.share = largest_share(candidate.taken, available_);
      if (prices != nullptr) candidate.cost = price(candidate.taken, *prices);
      all.push_back(candidate);
    }
    std::stable_sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
      return a.cost != b.cost ? a.cost < b.cost : a.share < b.share;
    });
    std::vector<Candidate> kept;  // slower options may take less: only resources count here
    for (const Candidate& each : all) {
      const auto beats = [&](const Candidate& other) { return fits(other.taken, each.taken); };
      if (std::none_of(kept.begin(), kept.end(), beats)) kept.push_back(each);
    }
    return kept;
  }

  void add_suffix(std::size_t k) {
    const std::vector<Candidate>& candidates = candidates_[order_[k]];
    FpgaResources least = candidates.front().taken;
    double cost = candidates.front().cost;
    for (const Candidate& each : candidates) {
      least = least_of(least, each.taken);
      cost = std::min(cost, each.cost);
    }
    suffix_[k] = suffix_[k + 1] + least;
    suffix_cost_[k] = suffix_cost_[k + 1] + cost;
  }

  void visit(std::size_t k, const FpgaResources& taken, double cost) {
    if (++nodes_ >= kMostNodes) return;
    if (found_ && cost + suffix_cost_[k] >= best_cost_) return;
    if (!fits(taken + suffix_[k], available_)) return;
    if (k == order_.size()) {
      found_ = true;
      best_ = choice_;
      best_cost_ = cost;
      return;
    }
    for (const Candidate& each : candidates_[order_[k]]) {
      choice_[order_[k]] = each.option;
      visit(k + 1, taken + each.taken, cost + each.cost);
      if (found_ && !priced_) return;
    }
  }

  FpgaResources available_;
  bool priced_;
  bool has_options_ = true;
  std::vector<std::vector<Candidate>> candidates_;  ///< by class
  std::vector<std::size_t> order_;                  ///< of the classes: most options first
  std::vector<FpgaResources> suffix_;
  std::vector<double> suffix_cost_;
  FoldingChoice choice_;
  FoldingChoice best_;
  double best_cost_ = std::numeric_limits<double>::infinity();
  bool found_ = false;
  std::int64_t nodes_ = 0;
};

}  // namespace

ChoiceResult choose_foldings(std::span<const FoldingClass> classes, std::int64_t limit,
                             const FpgaResources& available, const ResourcePrices* prices) {
  return FoldingSearch(classes, limit, available, prices).run();
}

std::optional<FpgaResources> least_resources(std::span<const FoldingClass> classes,
                                             std::int64_t limit) {
  FpgaResources sum;
  for (const FoldingClass& each : classes) {
    std::optional<FpgaResources> least;
    for (const StageOption& option : each.options) {
      if (option.cycles > limit) continue;
      least = least ? least_of(*least, option.resources) : option.resources;
    }
    if (!least) return std::nullopt;
    sum += *least * each.stages;
  }
  return sum;
}

}  // namespace tilewise
