#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "arch/home.hpp"
#include "brute_force_schedule.hpp"
#include "mapper/search.hpp"
#include "mapper/search_checks.hpp"
#include "random_schedule.hpp"
#include "schedule/schedule.hpp"
#include "sim/evaluate.hpp"
#include "sim/validity.hpp"

namespace tilewise::testing {

/// What a schedule can be made least for.
inline constexpr std::array kTotals{Objective::Energy, Objective::Latency, Objective::Edp};

/// All but layers in strips.
inline constexpr Allowed kNoStrips{true, true, false};

/// The layers of a problem without a home.
struct AloneLayers {
  std::vector<SearchResult> found;
  std::vector<LayerAlone> layers;
  bool all_mapped = true;
};

inline AloneLayers alone_of(const KeptProblem& problem, Objective objective) {
  AloneLayers made;
  const SearchOptions options{
      .mapping = {.objective = objective, .factors = Factors::Divisors, .run = {.threads = 1}}};
  for (std::size_t layer = 0; layer < problem.network.size(); ++layer) {
    made.found.push_back(search(problem.architecture, problem.network.layer(layer), options));
  }
  for (std::size_t layer = 0; layer < problem.network.size(); ++layer) {
    const LayerCost* costs = cost(made.found[layer]);
    if (problem.apart[layer]) {
      made.layers.push_back({nullptr, 300.0, 70.0});
    } else if (costs == nullptr) {
      made.layers.push_back({});
      made.all_mapped = false;
    } else {
      made.layers.push_back({best_mapping(made.found[layer]), costs->energy.total.count(),
                             costs->latency.total.count()});
    }
  }
  return made;
}

inline double value_of(Objective objective, const CostPoint& totals) {
  return objective_value(objective, Cycles{totals.latency}, Picojoules{totals.energy});
}

inline Schedule schedule_of(const KeptProblem& problem, const AloneLayers& alone,
                            Objective objective, int threads) {
  return schedule_kept(problem.network, problem.architecture, alone.layers,
                       {.objective = objective, .run = {.threads = threads}, .allowed = kNoStrips});
}

/// A layer runs as the schedule says: in the room that is left, at the cost that it says.
inline CostPoint check_layer_cost(const KeptProblem& problem, const Schedule& schedule,
                                  const LayerAlone& alone, const HomeUse& use, std::size_t layer) {
  CAPTURE(layer);
  const Architecture room = at_home(problem.architecture, *schedule.home, use);
  const auto& scheduled = schedule.layers[layer];
  const Layer made =
      scheduled && scheduled->merged ? *scheduled->merged : problem.network.layer(layer);
  if (!scheduled) {
    CHECK_FALSE((use.kept[Tensor::Input] || use.kept[Tensor::Output] || use.exchanged));
    if (alone.mapping != nullptr) CHECK_FALSE(find_misfit(room, made, *alone.mapping));
    return {alone.latency_cycles, alone.energy_pj};
  }
  CHECK(scheduled->use == use);
  CHECK(alone.mapping != nullptr);
  CHECK_NOTHROW(check_mapping(made, scheduled->mapping, tensors_at_home(room)));
  REQUIRE_FALSE(find_misfit(room, made, scheduled->mapping));
  const auto point = point_of(scheduled->cost);
  CHECK(same(point, point_of(evaluate(room, made, scheduled->mapping))));
  return point;
}

/// What a schedule says of itself holds.
inline void check_schedule(const KeptProblem& problem, const AloneLayers& alone,
                           const EverySchedule& every, const Schedule& schedule,
                           Objective objective) {
  REQUIRE(schedule.home);
  REQUIRE(schedule.places.size() == problem.network.size());
  REQUIRE(schedule.layers.size() == problem.network.size());
  const auto uses = every.uses_of(schedule.places, schedule.merged);
  REQUIRE(uses);
  CostPoint totals;
  CostPoint apart;
  for (std::size_t layer = 0; layer < uses->size(); ++layer) {
    if ((*uses)[layer]) {
      const auto point =
          check_layer_cost(problem, schedule, alone.layers[layer], *(*uses)[layer], layer);
      totals = {totals.latency + point.latency, totals.energy + point.energy};
      if (schedule.layers[layer] && schedule.layers[layer]->merged) {
        CHECK(canonical_key(*schedule.layers[layer]->merged) ==
              canonical_key(every.as_one(layer, schedule.merged)));
      }
    } else {
      CHECK_FALSE(schedule.layers[layer]);
    }
    apart = {apart.latency + alone.layers[layer].latency_cycles,
             apart.energy + alone.layers[layer].energy_pj};
  }
  CHECK(same(totals, {schedule.latency_cycles, schedule.energy_pj}));
  CHECK(same(value_of(objective, totals), schedule.objective_value));
  CHECK(same(value_of(objective, apart), schedule.alone_value));
  CHECK(at_most(schedule.objective_value, schedule.alone_value));
  CHECK(at_most(schedule.lower_bound, schedule.objective_value));
  const bool keeps = std::any_of(schedule.places.begin(), schedule.places.end(),
                                 [](std::uint8_t place) { return place != 0; });
  CHECK(schedule.keeps_any() == keeps);
}

inline void check_same_schedule(const Schedule& one, const Schedule& other) {
  CHECK(one.places == other.places);
  CHECK(one.energy_pj == other.energy_pj);
  CHECK(one.latency_cycles == other.latency_cycles);
  CHECK(one.lower_bound == other.lower_bound);
  CHECK(one.certificate == other.certificate);
  REQUIRE(one.layers.size() == other.layers.size());
  for (std::size_t layer = 0; layer < one.layers.size(); ++layer) {
    REQUIRE(one.layers[layer].has_value() == other.layers[layer].has_value());
    if (one.layers[layer]) CHECK(one.layers[layer]->mapping == other.layers[layer]->mapping);
  }
}

}  // namespace tilewise::testing
