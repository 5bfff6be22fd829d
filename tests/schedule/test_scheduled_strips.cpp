#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "arch/home.hpp"
#include "brute_force_schedule.hpp"
#include "mapper/scale.hpp"
#include "random_schedule.hpp"
#include "schedule/given_schedule.hpp"
#include "schedule/strip_joints.hpp"
#include "schedule_checks.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

using testing::alone_of;
using testing::AloneLayers;
using testing::at_most;
using testing::EverySchedule;
using testing::KeptProblem;
using testing::kTotals;
using testing::Merged;
using testing::Places;
using testing::RandomGraphs;
using testing::RoomlessLayer;
using testing::RoomlessLayers;
using testing::same;
using testing::scaled;

/// Tries every choice of groups that run in strips, beside every way to keep and to merge the rest.
/// What a group is and does it takes from strip_joints, which has judges of its own.
class EveryStrips {
 public:
  EveryStrips(const KeptProblem& problem, const Home& home, const AloneLayers& alone,
              RoomlessLayers& layers)
      : problem_(problem),
        home_(home),
        every_(problem.network, problem.architecture, home, alone.layers, layers) {
    joints_ =
        strip_joints(problem.network, problem.architecture, home,
                     {problem.apart, Factors::Divisors, home_room(problem.architecture, home)})
            .all;
  }

  std::size_t joints() const { return joints_.size(); }

  /// The totals that no other ones beat.
  std::vector<testing::CostPoint> front() {
    std::vector<const StripJoint*> chosen;
    choose(0, chosen);
    return testing::exact_front(std::move(all_));
  }

 private:
  void choose(std::size_t layer, std::vector<const StripJoint*>& chosen) {
    if (layer == problem_.network.size()) {
      add_all(chosen);
      return;
    }
    choose(layer + 1, chosen);
    for (const StripJoint& joint : joints_) {
      if (joint.layers.front() != layer) continue;
      chosen.push_back(&joint);
      choose(joint.layers.back() + 1, chosen);
      chosen.pop_back();
    }
  }

  /// Every schedule whose groups in strips are these.
  void add_all(const std::vector<const StripJoint*>& chosen) {
    const std::size_t size = problem_.network.size();
    std::vector<const StripJoint*> of(size, nullptr);
    for (const StripJoint* joint : chosen) {
      for (const std::size_t l : joint->layers) of[l] = joint;
    }
    every_.for_each_way([&](const Places& places, const Merged& merged) {
      for (std::size_t l = 0; l < size; ++l) {
        if (of[l] == nullptr) continue;
        if (merged[l] || (l + 1 < size && merged[l + 1])) return;
        if (l != of[l]->layers.back() && places[l] != 0) return;
        for (const std::size_t from : problem_.network.inputs_of(l)) {
          if (places[from] != 0) return;
        }
      }
      std::vector<testing::CostPoint> totals{{}};
      for (std::size_t l = 0; l < size && !totals.empty(); ++l) {
        if (of[l] == nullptr) {
          if (merged[l]) {
            if (!every_.may_merge(l, places)) return;
            continue;
          }
          const auto use = every_.use_at(l, places, merged);
          if (!use) return;
          totals = testing::sums_of(totals, every_.costs_at(l, *use, merged));
        } else if (of[l]->layers.front() == l) {
          totals = testing::sums_of(totals, strips_at(*of[l], places));
        }
      }
      all_.insert(all_.end(), totals.begin(), totals.end());
    });
  }

  std::vector<testing::CostPoint> strips_at(const StripJoint& joint, const Places& places) {
    const std::size_t last = joint.layers.back();
    if (places[last] != 0 && problem_.network.consumers_of(last).empty()) return {};
    const auto beside = every_.taken_beside(joint.layers.front(), last, places);
    const auto room = home_room(problem_.architecture, home_);
    std::vector<testing::CostPoint> totals{
        {joint.load_cost.latency_cycles, joint.load_cost.energy_pj}};
    for (const StripRun& run : joint.runs) {
      HomeUse use = run.use;
      if (places[last] != 0 && joint.layers[run.layer] == last) {
        const std::size_t memory = use.exchanged ? home_.input_memory : home_.output_memory;
        if (places[last] != memory + 1) return {};
        use.kept[Tensor::Output] = true;
      }
      for (std::size_t m = 0; m < room.size(); ++m) {
        use.taken[m] += beside[m];
        if (use.taken[m] > room[m]) return {};
      }
      // Equal runs may differ in their mappings, which never is better than the best for a weight;
      // a front of sums has them all.
      for (std::int64_t i = 0; i < run.times; ++i) {
        totals = testing::sums_of(totals, front_of(run.part, use));
      }
    }
    return totals;
  }

  const std::vector<testing::CostPoint>& front_of(const Layer& part, const HomeUse& use) {
    const std::pair key(canonical_key(part), use);
    const auto known = fronts_.find(key);
    if (known != fronts_.end()) return known->second;
    HomeUse roomless = use;
    roomless.taken.clear();
    const std::pair roomless_key(key.first, roomless);
    auto at = parts_.find(roomless_key);
    if (at == parts_.end()) {
      at = parts_.emplace(roomless_key, RoomlessLayer(problem_.architecture, home_, part, roomless))
               .first;
    }
    return fronts_.emplace(key, at->second.front(problem_.architecture, home_, part, use))
        .first->second;
  }

  const KeptProblem& problem_;
  const Home& home_;
  EverySchedule every_;
  std::vector<StripJoint> joints_;
  std::map<std::pair<std::string, HomeUse>, RoomlessLayer> parts_;
  std::map<std::pair<std::string, HomeUse>, std::vector<testing::CostPoint>> fronts_;
  std::vector<testing::CostPoint> all_;
};

/// What the layers and groups of a schedule take, evaluated again: in the room that is left.
testing::CostPoint totals_of(const KeptProblem& problem, const AloneLayers& alone,
                             const Schedule& schedule) {
  testing::CostPoint sum;
  const auto add = [&](const LayerCost& cost, double times) {
    sum.latency += times * cost.latency.total.count();
    sum.energy += times * cost.energy.total.count();
  };
  std::vector<bool> in_strips(problem.network.size(), false);
  for (const ScheduledStrips& strips : schedule.strips) {
    for (const std::size_t l : strips.layers) in_strips[l] = true;
    for (const ScheduledStrips::Run& run : strips.runs) {
      const Architecture room = at_home(problem.architecture, *schedule.home, run.use);
      CHECK_FALSE(find_misfit(room, run.part, run.mapping));
      add(evaluate(room, run.part, run.mapping), static_cast<double>(run.times));
    }
    for (const ScheduledStrips::Load& load : strips.loads) {
      add(load.cost, static_cast<double>(load.times));
    }
  }
  for (std::size_t l = 0; l < problem.network.size(); ++l) {
    if (schedule.layers[l]) {
      CHECK_FALSE(in_strips[l]);
      add(schedule.layers[l]->cost, 1.0);
    } else if (!schedule.merged[l] && !in_strips[l]) {
      sum.latency += alone.layers[l].latency_cycles;
      sum.energy += alone.layers[l].energy_pj;
    }
  }
  return sum;
}

TEST_SUITE("schedules with strips") {
  TEST_CASE("the best schedule is the best of all, with every group in strips that there is") {
    RandomGraphs graphs(57, true);
    int compared = 0;
    int in_strips = 0;
    for (int trial = 0; compared < scaled(40); ++trial) {
      CAPTURE(trial);
      REQUIRE(trial < 6000);
      KeptProblem problem = graphs.next(60);
      if (problem.network.size() > 4) continue;
      for (Memory& memory : problem.architecture.levels[1].memories) {
        memory.capacity = Bits{graphs.random().pick(128, 2048)};
      }
      const auto home = std::get<Home>(home_of(problem.architecture));
      RoomlessLayers layers;
      std::vector<AloneLayers> alone_for;
      for (const Objective objective : kTotals) alone_for.push_back(alone_of(problem, objective));
      EveryStrips every(problem, home, alone_for.front(), layers);
      if (every.joints() == 0 || every.joints() > 40) continue;
      ++compared;
      const auto front = every.front();
      REQUIRE_FALSE(front.empty());
      for (std::size_t i = 0; i < kTotals.size(); ++i) {
        const Objective objective = kTotals[i];
        CAPTURE(name(objective));
        double least = testing::value_of(objective, front.front());
        for (const auto& totals : front) {
          least = std::min(least, testing::value_of(objective, totals));
        }
        ScheduleOptions options{.objective = objective, .run = {.threads = 1}};
        const Schedule best =
            schedule_kept(problem.network, problem.architecture, alone_for[i].layers, options);
        CHECK(best.proven);
        CHECK(same(best.objective_value, std::min(least, best.alone_value)));
        const auto totals = totals_of(problem, alone_for[i], best);
        CHECK(same(totals, {best.latency_cycles, best.energy_pj}));
        in_strips += best.strips.empty() ? 0 : 1;
        options.allowed = allowed_by(ScheduleKind::Fused);
        const Schedule fused =
            schedule_kept(problem.network, problem.architecture, alone_for[i].layers, options);
        CHECK_FALSE(fused.keeps_any());
        CHECK(at_most(best.objective_value, fused.objective_value));
      }
    }
    CHECK(in_strips > compared / 10);
  }
}

}  // namespace
}  // namespace tilewise
