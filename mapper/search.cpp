#include "mapper/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/parallel.hpp"
#include "mapper/bounds.hpp"
#include "mapper/candidates.hpp"
#include "mapper/map_space.hpp"
#include "mapper/pricer.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

/// A bound prunes only what is worse beyond rounding: equal costs must all be met for the tie.
constexpr double kRounding = 1.0 + 1e-9;
constexpr std::size_t kFirstRound = 8;
constexpr std::size_t kLongestRound = 512;

/// Depth-first search over the candidates of the six groups, in parallel over the first two.
class Searcher {
 public:
  Searcher(const Architecture& architecture, const Layer& layer, const MapSpace& space,
           const SearchOptions& options)
      : architecture_(architecture),
        layer_(layer),
        space_(space),
        options_(options),
        bounds_(architecture, layer, space, options.objective),
        keeps_(keep_choices(layer, space)),
        candidates_(all_candidates()),
        cache_(architecture, layer, candidates_, keeps_.size()) {
    for (const DimGroup g : kDimGroups) sequence_[static_cast<std::size_t>(g)] = g;
    std::stable_sort(sequence_.begin(), sequence_.end(), [&](DimGroup a, DimGroup b) {
      return candidates_[a].size() > candidates_[b].size();
    });
    // What the groups from a depth on can at best add.
    const std::size_t levels = architecture.levels.size();
    open_.assign(sequence_.size() + 1, Partial::one(levels));
    for (std::size_t depth = sequence_.size(); depth-- > 0;) {
      open_[depth] = open_[depth + 1].with(best_of_each(candidates_[sequence_[depth]]));
    }
  }

  /// Rounds of work: the incumbent is frozen during a round, so that what is pruned, and how many
  /// mappings are priced, does not depend on the number of threads.
  Incumbent run(bool& proven) {
    const std::vector<Item> items = work_items();
    Incumbent best;
    std::size_t done = 0;
    std::size_t round = kFirstRound;
    while (done < items.size()) {
      const std::size_t count = std::min(round, items.size() - done);
      std::vector<Incumbent> found(count);
      parallel_for(static_cast<std::int64_t>(count), options_.threads, [&](std::int64_t i) {
        found[static_cast<std::size_t>(i)] =
            search_item(items[done + static_cast<std::size_t>(i)], best);
      });
      for (const Incumbent& each : found) best.merge(each);
      done += count;
      round = std::min(2 * round, kLongestRound);
      if (options_.progress) {
        options_.progress(static_cast<double>(done) / static_cast<double>(items.size()));
      }
      if (options_.most_evaluations > 0 && best.evaluated >= options_.most_evaluations) break;
    }
    proven = done == items.size();
    return best;
  }

 private:
  /// A choice for the first two groups of the sequence.
  struct Item {
    std::size_t first = 0;
    std::size_t second = 0;
    double least = 0.0;  ///< bound on the objective
  };

  EnumArray<DimGroup, std::vector<Candidate>> all_candidates() const {
    EnumArray<DimGroup, std::vector<Candidate>> all;
    for (const DimGroup g : kDimGroups) {
      all[g] = candidates_of(architecture_, layer_, space_, g);
    }
    return all;
  }

  std::vector<Item> work_items() const {
    std::vector<Item> items;
    const Partial none = Partial::one(architecture_.levels.size());
    const auto& first = candidates_[sequence_[0]];
    const auto& second = candidates_[sequence_[1]];
    for (std::size_t i = 0; i < first.size(); ++i) {
      const Partial one = none.with(first[i]);
      if (bounds_.cannot_fit(one, open_[1])) continue;
      for (std::size_t j = 0; j < second.size(); ++j) {
        const Partial two = one.with(second[j]);
        if (bounds_.cannot_fit(two, open_[2])) continue;
        items.push_back({i, j, bounds_.least_cost(two, open_[2])});
      }
    }
    std::stable_sort(items.begin(), items.end(),
                     [](const Item& a, const Item& b) { return a.least < b.least; });
    return items;
  }

  Incumbent search_item(const Item& item, const Incumbent& known) {
    Incumbent best = known;
    best.evaluated = 0;
    if (known.mapping && item.least > known.value * kRounding) return best;
    Pricer pricer(architecture_, layer_, space_, keeps_, cache_, bounds_, options_.objective);
    Pricer::Choice choice{};
    Pricer::Indices indices{};
    const auto choose = [&](std::size_t depth, std::size_t index) {
      choice[sequence_[depth]] = &candidates_[sequence_[depth]][index];
      indices[sequence_[depth]] = index;
    };
    choose(0, item.first);
    choose(1, item.second);
    Partial partial = Partial::one(architecture_.levels.size());
    for (const std::size_t depth : {0U, 1U}) partial = partial.with(*choice[sequence_[depth]]);
    descend(2, partial, choice, indices, pricer, best);
    return best;
  }

  void descend(std::size_t depth, const Partial& partial, Pricer::Choice& choice,
               Pricer::Indices& indices, Pricer& pricer, Incumbent& best) {
    if (depth == sequence_.size()) {
      pricer.price(choice, indices, best);
      return;
    }
    const DimGroup group = sequence_[depth];
    for (std::size_t i = 0; i < candidates_[group].size(); ++i) {
      const Partial next = partial.with(candidates_[group][i]);
      if (bounds_.cannot_fit(next, open_[depth + 1])) continue;
      if (best.mapping && bounds_.least_cost(next, open_[depth + 1]) > best.value * kRounding) {
        continue;
      }
      choice[group] = &candidates_[group][i];
      indices[group] = i;
      descend(depth + 1, next, choice, indices, pricer, best);
    }
  }

  const Architecture& architecture_;
  const Layer& layer_;
  const MapSpace& space_;
  const SearchOptions& options_;
  Bounds bounds_;
  std::vector<KeepChoice> keeps_;
  EnumArray<DimGroup, std::vector<Candidate>> candidates_;
  TableCache cache_;
  std::array<DimGroup, enum_size<DimGroup>> sequence_{};
  std::vector<Partial> open_;
};

/// What stands in the way where no mapping fits: the misfit of the mapping with the least tiles.
std::string reason_for_none(const Architecture& architecture, const Layer& layer,
                            const MapSpace& space) {
  Mapping smallest;
  smallest.levels.resize(architecture.levels.size());
  for (std::size_t level = 0; level < smallest.levels.size(); ++level) {
    LevelMapping& at = smallest.levels[level];
    at.keep = space.keeps[level].back();
    for (const Dim d : kDims) {
      const LevelFactors& factors = space.factorizations[d].front()[level];
      if (factors.temporal > 1) at.temporal.push_back({d, factors.temporal});
      if (factors.y > 1) at.spatial.push_back({d, factors.y, Axis::Y});
      if (factors.x > 1) at.spatial.push_back({d, factors.x, Axis::X});
    }
  }
  const auto misfit = find_misfit(architecture, layer, smallest);
  const std::string why = misfit ? fmt::format("{}: {}", misfit->place, misfit->reason)
                                 : std::string("no order of loops is allowed for what fits");
  return fmt::format("no mapping of {} fits {}; for example {}", layer.name, architecture.name,
                     why);
}

}  // namespace

SearchResult search(const Architecture& architecture, const Layer& layer,
                    const SearchOptions& options) {
  SearchResult result;
  const MapSpace space = map_space(architecture, layer, options.factors);
  if (!space.why_empty.empty()) {
    result.why_none = fmt::format("no mapping of {}: {}", layer.name, space.why_empty);
    return result;
  }
  result.space_size = space_size(space);
  Searcher searcher(architecture, layer, space, options);
  Incumbent best = searcher.run(result.proven);
  result.evaluated = best.evaluated;
  if (!best.mapping) {
    result.why_none = reason_for_none(architecture, layer, space);
    return result;
  }
  result.best = std::move(best.mapping);
  result.cost = evaluate(architecture, layer, *result.best);
  result.objective_value =
      objective_value(options.objective, result.cost.latency.total, result.cost.energy.total);
  return result;
}

}  // namespace tilewise
