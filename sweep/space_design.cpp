#include "sweep/space_design.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/parallel.hpp"

namespace tilewise {
namespace {

using Uses = std::vector<LayerUse>;

/// Architectures that run the same layers equally often.
struct UseGroup {
  Uses uses;
  std::vector<std::size_t> members;
};

std::vector<UseGroup> use_groups(const IndexedLayers& space, std::int64_t size) {
  std::map<std::vector<std::pair<std::size_t, std::int64_t>>, std::size_t> seen;
  std::vector<UseGroup> groups;
  for (std::int64_t index = 0; index < size; ++index) {
    Uses uses = space.uses(index);
    std::vector<std::pair<std::size_t, std::int64_t>> key;
    for (const LayerUse& use : uses) key.emplace_back(use.layer, use.times);
    const auto [entry, is_new] = seen.emplace(std::move(key), groups.size());
    if (is_new) groups.push_back({std::move(uses), {}});
    groups[entry->second].members.push_back(static_cast<std::size_t>(index));
  }
  return groups;
}

std::vector<EngineUnit> units_of(const Uses& uses, const std::vector<EngineUnit>& layers) {
  std::vector<EngineUnit> units;
  for (const LayerUse& use : uses) {
    units.push_back(layers[use.layer]);
    units.back().uses = static_cast<double>(use.times);
  }
  return units;
}

/// Each layer weighted by how often the mean architecture runs it.
std::vector<EngineUnit> mean_units(const std::vector<UseGroup>& groups,
                                   std::vector<EngineUnit> layers, std::size_t size) {
  for (EngineUnit& unit : layers) unit.uses = 0.0;
  for (const UseGroup& group : groups) {
    const auto members = static_cast<double>(group.members.size());
    for (const LayerUse& use : group.uses) {
      layers[use.layer].uses += members * static_cast<double>(use.times);
    }
  }
  for (EngineUnit& unit : layers) unit.uses /= static_cast<double>(size);
  return layers;
}

double value_of(const EngineDesigns& design, DesignObjective objective) {
  return objective == DesignObjective::Energy ? design.energy.count() : design.latency.count();
}

class DesignSearch {
 public:
  DesignSearch(const SearchSpace& space, const DesignTarget& target,
               const SpaceDesignOptions& options)
      : target_(target),
        options_(options),
        size_(static_cast<std::size_t>(std::get<IndexedForm>(space.form).size)) {
    const auto all = std::get<IndexedLayers>(space.layers(options.dataset, options.space));
    std::vector<Layer> layers = all.layers;
    for (Layer& layer : layers) layer.widths.tensor = target.precision.width;
    layers_ = engine_units(layers, SplitGroups::No);
    groups_ = use_groups(all, static_cast<std::int64_t>(size_));
  }

  /// The one engine and those of each architecture.
  bool design_engines(SpaceDesigns& designs) const {
    const EngineSearchOptions search{options_.objective, options_.pixels};
    EngineSearchResult one =
        search_single_engine(mean_units(groups_, layers_, size_), target_, search);
    if (!one.design) return false;
    designs.one_engine = std::move(*one.design);
    std::vector<EngineLanes> lanes(groups_.size());
    designs.general.resize(size_);
    designs.own_engine.resize(size_);
    parallel_for(static_cast<std::int64_t>(groups_.size()), options_.threads, [&](std::int64_t i) {
      const UseGroup& group = groups_[static_cast<std::size_t>(i)];
      const std::vector<EngineUnit> units = units_of(group.uses, layers_);
      const EngineDesigns own = *search_single_engine(units, target_, search).design;
      lanes[static_cast<std::size_t>(i)] = own.engines.front().lanes;
      const double general = general_value(designs.one_engine, units);
      for (const std::size_t member : group.members) {
        designs.general[member] = general;
        designs.own_engine[member] = value_of(own, options_.objective);
      }
    });
    designs.distinct_engines =
        static_cast<std::int64_t>(std::set<EngineLanes>(lanes.begin(), lanes.end()).size());
    return true;
  }

 private:
  /// An architecture on the one engine, whose weight banks are for all.
  double general_value(const EngineDesigns& one, const std::vector<EngineUnit>& units) const {
    EngineDesign engine;
    engine.lanes = one.engines.front().lanes;
    for (std::size_t u = 0; u < units.size(); ++u) engine.units.push_back(u);
    const EngineDesigns run = evaluate_engines({engine}, units, target_);
    if (options_.objective != DesignObjective::Energy) return run.latency.count();
    return design_energy(target_, one.resources, run.interval, run.off_chip).count();
  }

  const DesignTarget& target_;
  const SpaceDesignOptions& options_;
  std::size_t size_ = 0;
  std::vector<EngineUnit> layers_;
  std::vector<UseGroup> groups_;
};

void design_streaming(const DesignTarget& target, std::span<const StreamingForm::Group> groups,
                      DesignObjective objective, StageLibrary& library, SpaceDesigns& designs) {
  designs.own_streaming.resize(designs.own_engine.size());
  for (const StreamingForm::Group& group : groups) {
    const auto found = search_streaming(group.pipeline, target, objective, library);
    if (!found.design) continue;
    designs.streaming_fit += static_cast<std::int64_t>(group.indices.size());
    for (const std::int64_t index : group.indices) {
      designs.own_streaming[static_cast<std::size_t>(index)] = found.design->objective_value;
    }
  }
}

}  // namespace

GeneralityPrice generality_price(std::span<const double> general, std::span<const double> own) {
  GeneralityPrice price;
  price.mean_ratio = price.most_ratio = 0.0;
  const auto n = static_cast<double>(general.size());
  for (std::size_t i = 0; i < general.size(); ++i) {
    const double ratio = general[i] / own[i];
    price.mean_general += general[i] / n;
    price.mean_own += own[i] / n;
    price.mean_ratio += ratio / n;
    if (ratio <= price.most_ratio) continue;
    price.most_ratio = ratio;
    price.most_index = static_cast<std::int64_t>(i);
  }
  return price;
}

std::optional<SpaceDesigns> design_space(const SearchSpace& space, const DesignTarget& target,
                                         std::span<const StreamingForm::Group> groups,
                                         const SpaceDesignOptions& options, StageLibrary& library) {
  SpaceDesigns designs;
  if (!DesignSearch(space, target, options).design_engines(designs)) return std::nullopt;
  designs.engine_price = generality_price(designs.general, designs.own_engine);
  design_streaming(target, groups, options.objective, library, designs);
  std::vector<double> own = designs.own_engine;
  for (std::size_t i = 0; i < own.size(); ++i) {
    const std::optional<double>& streaming = designs.own_streaming[i];
    if (!streaming || *streaming >= own[i]) continue;
    own[i] = *streaming;
    ++designs.streaming_better;
  }
  designs.any_price = generality_price(designs.general, own);
  for (const StreamPipeline& stages :
       space.streaming->common(options.dataset, target.precision.width[Tensor::Input])) {
    designs.union_least += least_streaming_resources(stages, library);
  }
  designs.union_lacks = excesses(designs.union_least, target.available);
  return designs;
}

}  // namespace tilewise
