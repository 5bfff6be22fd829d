#include "design/streaming_design.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "design/folding_choice.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kAnyInterval = std::numeric_limits<std::int64_t>::max();

/// The kinds of stages of a pipeline.
struct StageClasses {
  std::vector<FoldingClass> classes;
  std::vector<std::size_t> class_of;  ///< of each stage
};

StageClasses classes_of(const StreamPipeline& pipeline, StageLibrary& library) {
  StageClasses result;
  std::map<StreamStage, std::size_t> seen;
  for (const StreamStage& stage : pipeline.stages) {
    const auto [entry, is_new] = seen.emplace(stage, result.classes.size());
    if (is_new) result.classes.push_back({0, library.options(stage)});
    ++result.classes[entry->second].stages;
    result.class_of.push_back(entry->second);
  }
  return result;
}

/// Image in and result out.
std::int64_t port_cycles(const StreamPipeline& pipeline, const DesignTarget& target) {
  const double bits = static_cast<double>((pipeline.input + pipeline.output).count());
  return static_cast<std::int64_t>(std::ceil(transfer_cycles(bits, target.bandwidth).count()));
}

class StreamingSearch {
 public:
  StreamingSearch(const StreamPipeline& pipeline, const DesignTarget& target, StageLibrary& library)
      : pipeline_(pipeline), target_(target), stages_(classes_of(pipeline, library)) {
    port_ = port_cycles(pipeline, target);
    std::set<std::int64_t> candidates;
    for (const FoldingClass& each : stages_.classes) {
      for (const StageOption& option : each.options) {
        candidates.insert(std::max(option.cycles, port_));
      }
    }
    intervals_.assign(candidates.begin(), candidates.end());
    for (const FpgaResource each : all_of<FpgaResource>()) {
      activity_[each] = target.activity.per_cycle[each].count();
    }
    certificate_.candidates = static_cast<std::int64_t>(intervals_.size());
    certificate_.space = "a stage for each layer, equal stages fold alike";
  }

  StreamingSearchResult run(DesignObjective objective) {
    const std::size_t first = least_interval();
    if (!best_) {
      const auto least = least_resources(stages_.classes, kAnyInterval);
      return {std::nullopt, excesses(least.value_or(FpgaResources{}), target_.available)};
    }
    StreamingDesign design = *best_;
    if (objective == DesignObjective::Energy) design = least_energy(first);
    const double interval_bound = static_cast<double>(intervals_[proven_]);
    switch (objective) {
      case DesignObjective::Latency:
        design.objective_value = design.latency.count();
        set_gap(certificate_, design.objective_value, interval_bound * (1.0 + pipeline_.path));
        break;
      case DesignObjective::Throughput:
        design.objective_value = design.interval.count();
        set_gap(certificate_, design.objective_value, interval_bound);
        break;
      case DesignObjective::Energy:
        design.objective_value = design.energy.count();
        set_gap(certificate_, design.objective_value, energy_bound_);
        break;
    }
    design.certificate = certificate_;
    return {design, {}};
  }

 private:
  /// The index of the least interval that fits; `best_` becomes its design with the least
  /// activity found.
  std::size_t least_interval() {
    std::size_t low = 0;
    std::size_t high = intervals_.size();  // intervals_[high] is known to fit, or there is none
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      const ChoiceResult found = probe(intervals_[middle], nullptr);
      if (found.verdict == ChoiceResult::Verdict::Fits) {
        best_ = made_of(found.choice);
        high = middle;
      } else {
        if (found.verdict == ChoiceResult::Verdict::Impossible) {
          proven_ = std::max(proven_, middle + 1);
          ++certificate_.by_bound;
        } else {
          ++certificate_.by_resources;
        }
        low = middle + 1;
      }
    }
    proven_ = std::min(proven_, low);
    if (best_) {  // the same interval with the least activity
      const ChoiceResult found = probe(intervals_[low], &activity_);
      if (found.verdict == ChoiceResult::Verdict::Fits) best_ = made_of(found.choice);
    }
    return low;
  }

  ChoiceResult probe(std::int64_t limit, const ResourcePrices* prices) {
    ++certificate_.evaluated;
    return choose_foldings(stages_.classes, limit, target_.available, prices);
  }

  StreamingDesign made_of(const FoldingChoice& choice) const {
    std::vector<StageOption> made;
    for (const std::size_t c : stages_.class_of) {
      made.push_back(stages_.classes[c].options[choice[c]]);
    }
    return evaluate_streaming(std::move(made), pipeline_, target_);
  }

  /// No design within an interval takes less: the least activity of each stage on its own.
  double energy_bound(std::int64_t interval) const {
    double activity = 0.0;
    for (const FoldingClass& each : stages_.classes) {
      double least = std::numeric_limits<double>::infinity();
      for (const StageOption& option : each.options) {
        if (option.cycles <= interval) least = std::min(least, price(option.resources, activity_));
      }
      activity += least * static_cast<double>(each.stages);
    }
    const Cycles time{static_cast<double>(interval)};
    return design_energy(target_, {}, time, pipeline_.input + pipeline_.output).count() +
           activity * time.count();
  }

  StreamingDesign least_energy(std::size_t first) {
    StreamingDesign best = *best_;
    energy_bound_ = std::numeric_limits<double>::infinity();
    for (std::size_t i = proven_; i < intervals_.size(); ++i) {
      const double bound = energy_bound(intervals_[i]);
      if (bound >= best.energy.count()) {
        ++certificate_.by_bound;
        continue;
      }
      if (i < first) {
        energy_bound_ = std::min(energy_bound_, bound);
        continue;
      }
      const ChoiceResult found = probe(intervals_[i], &activity_);
      if (found.verdict != ChoiceResult::Verdict::Fits) {
        energy_bound_ = std::min(energy_bound_, bound);
        continue;
      }
      const StreamingDesign design = made_of(found.choice);
      if (design.energy < best.energy) best = design;
      if (stages_unlike_may_be_better(found, i)) energy_bound_ = std::min(energy_bound_, bound);
    }
    energy_bound_ = std::min(energy_bound_, best.energy.count());
    return best;
  }

  /// Whether designs with equal stages folded differently could take less than the one found.
  bool stages_unlike_may_be_better(const ChoiceResult& found, std::size_t index) const {
    constexpr double kRoundingOfRates = 1e-9;
    const double value = made_of(found.choice).energy.count();
    return value > energy_bound(intervals_[index]) * (1.0 + kRoundingOfRates);
  }

  const StreamPipeline& pipeline_;
  const DesignTarget& target_;
  StageClasses stages_;
  std::int64_t port_ = 0;
  std::vector<std::int64_t> intervals_;  ///< candidates, rising
  std::size_t proven_ = 0;               ///< intervals below this index fit in no way, alike or not
  ResourcePrices activity_;
  double energy_bound_ = 0.0;
  std::optional<StreamingDesign> best_;
  DesignCertificate certificate_;
};

}  // namespace

StreamingDesign evaluate_streaming(std::vector<StageOption> stages, const StreamPipeline& pipeline,
                                   const DesignTarget& target) {
  StreamingDesign design;
  std::int64_t slowest = port_cycles(pipeline, target);
  for (const StageOption& stage : stages) {
    slowest = std::max(slowest, stage.cycles);
    design.resources += stage.resources;
  }
  design.stages = std::move(stages);
  design.interval = Cycles{static_cast<double>(slowest)};
  design.latency = stream_latency(pipeline, slowest);
  design.off_chip = pipeline.input + pipeline.output;
  design.energy = design_energy(target, design.resources, design.interval, design.off_chip);
  return design;
}

std::vector<StageOption> stage_options(const StreamStage& stage) {
  std::vector<StageOption> all;
  for (const Folding& folding : foldings(stage)) {
    all.push_back({folding, stage_cycles(stage, folding), stage_resources(stage, folding)});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const StageOption& a, const StageOption& b) { return a.cycles < b.cycles; });
  const auto beats = [](const StageOption& a, const StageOption& b) {
    return a.cycles <= b.cycles && fits(a.resources, b.resources);
  };
  std::vector<StageOption> kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    bool beaten = false;
    for (std::size_t j = 0; j < all.size() && !beaten; ++j) {
      if (j != i && beats(all[j], all[i])) beaten = j < i || !beats(all[i], all[j]);
    }
    if (!beaten) kept.push_back(all[i]);
  }
  return kept;
}

const std::vector<StageOption>& StageLibrary::options(const StreamStage& stage) {
  const auto known = options_.find(stage);
  if (known != options_.end()) return known->second;
  return options_.emplace(stage, stage_options(stage)).first->second;
}

StreamingSearchResult search_streaming(const StreamPipeline& pipeline, const DesignTarget& target,
                                       DesignObjective objective, StageLibrary& library) {
  return StreamingSearch(pipeline, target, library).run(objective);
}

FpgaResources least_streaming_resources(const StreamPipeline& pipeline, StageLibrary& library) {
  const StageClasses stages = classes_of(pipeline, library);
  return least_resources(stages.classes, kAnyInterval).value_or(FpgaResources{});
}

bool streaming_fits(const StreamPipeline& pipeline, const FpgaResources& available,
                    StageLibrary& library) {
  const StageClasses stages = classes_of(pipeline, library);
  return choose_foldings(stages.classes, kAnyInterval, available).verdict ==
         ChoiceResult::Verdict::Fits;
}

}  // namespace tilewise
