#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "arch/home.hpp"
#include "brute_force_schedule.hpp"
#include "random_schedule.hpp"
#include "schedule/fetch_cost.hpp"
#include "schedule/strip_joints.hpp"
#include "schedule_checks.hpp"

namespace tilewise::testing {

/// Tries every choice of groups that run in strips, beside every way to keep and to merge the rest,
/// and with more than one image every set of weights that stay over them. What a group is and does
/// it takes from strip_joints, which has judges of its own.
class EveryStrips {
 public:
  EveryStrips(const KeptProblem& problem, const Home& home, const AloneLayers& alone,
              RoomlessLayers& layers, std::int64_t images = 1)
      : problem_(problem),
        home_(home),
        images_(images),
        every_(problem.network, problem.architecture, home, alone.layers, layers) {
    joints_ =
        strip_joints(problem.network, problem.architecture, home,
                     {problem.apart, Factors::Divisors, home_room(problem.architecture, home)})
            .all;
  }

  std::size_t joints() const { return joints_.size(); }

  /// The totals that no other ones beat.
  std::vector<CostPoint> front() {
    std::vector<const StripJoint*> chosen;
    for (std::size_t set = 0; set < std::size_t{1} << problem_.network.size(); ++set) {
      if (!let_stay(set)) continue;
      choose(0, chosen);
    }
    return exact_front(std::move(all_));
  }
  /// Without groups in strips.
  void leave_out_strips() { joints_.clear(); }

 private:
  /// Lets the weights of these layers stay; false: they cannot.
  bool let_stay(std::size_t set) {
    stays_.assign(problem_.network.size(), false);
    resident_ = Bits{0};
    load_ = {};
    if (set == 0) return true;
    const Memory* memory = problem_.architecture.levels[home_.level].memory_of(Tensor::Weight);
    const bool bypassed =
        problem_.architecture.constraints[home_.level].keep[Tensor::Weight] == false;
    if (images_ == 1 || memory == nullptr || bypassed) return false;
    for (std::size_t l = 0; l < stays_.size(); ++l) {
      if (problem_.apart[l]) return false;
      stays_[l] = ((set >> l) & 1U) != 0;
      const Layer& layer = problem_.network.layer(l);
      if (!stays_[l]) continue;
      if (!has_weights(layer.op) || !layer.owns_weights) return false;
      const std::int64_t words = stored_words(layer, Tensor::Weight);
      resident_ += words * layer.widths.tensor[Tensor::Weight];
      const LayerCost load =
          fetch_cost(problem_.architecture, layer, Tensor::Weight, words, home_.level);
      load_.latency += share() * load.latency.total.count();
      load_.energy += share() * load.energy.total.count();
    }
    return !memory->capacity || resident_ <= *memory->capacity;
  }
  double share() const { return images_ == 0 ? 0.0 : 1.0 / static_cast<double>(images_); }

  /// With the weights that stay; false: there is no room.
  bool add_weights(HomeUse& use, bool stays) const {
    use.kept[Tensor::Weight] = use.kept[Tensor::Weight] || stays;
    if (resident_ == Bits{0}) return true;
    const Level& level = problem_.architecture.levels[home_.level];
    const auto m =
        static_cast<std::size_t>(level.memory_of(Tensor::Weight) - level.memories.data());
    use.taken[m] += resident_;
    return !level.memories[m].capacity || use.taken[m] <= *level.memories[m].capacity;
  }

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
      std::vector<CostPoint> totals{load_};
      for (std::size_t l = 0; l < size && !totals.empty(); ++l) {
        if (of[l] == nullptr) {
          if (merged[l]) {
            if (!every_.may_merge(l, places)) return;
            continue;
          }
          auto use = every_.use_at(l, places, merged);
          if (!use || !add_weights(*use, stays_[l])) return;
          totals = sums_of(totals, every_.costs_at(l, *use, merged));
        } else if (of[l]->layers.front() == l) {
          totals = sums_of(totals, strips_at(*of[l], places));
        }
      }
      all_.insert(all_.end(), totals.begin(), totals.end());
    });
  }

  std::vector<CostPoint> strips_at(const StripJoint& joint, const Places& places) {
    const std::size_t last = joint.layers.back();
    if (places[last] != 0 && problem_.network.consumers_of(last).empty()) return {};
    const auto beside = every_.taken_beside(joint.layers.front(), last, places);
    const auto room = home_room(problem_.architecture, home_);
    std::vector<CostPoint> totals{{}};
    Bits apart;  // resident weights that each image fetches
    bool some = false;
    for (const StripLoad& load : joint.loads) {
      const std::size_t l = joint.layers[load.layer];
      const Layer& layer = problem_.network.layer(l);
      if (load.tensor == Tensor::Weight && stays_[l]) {
        some = true;
        continue;
      }
      if (load.tensor == Tensor::Weight) {
        apart += load.words * layer.widths.tensor[Tensor::Weight];
      }
      const LayerCost each = load_cost(layer, load, problem_.architecture, home_);
      totals.front().latency += static_cast<double>(load.times) * each.latency.total.count();
      totals.front().energy += static_cast<double>(load.times) * each.energy.total.count();
    }
    // Of a group all resident weights stay over the images, or none of its weights does.
    if (some && apart > Bits{0}) return {};
    for (std::size_t i = 0; i < joint.layers.size(); ++i) {
      if (stays_[joint.layers[i]] && !joint.choice.resident[i]) return {};
    }
    for (const StripRun& run : joint.runs) {
      HomeUse use = run.use;
      if (places[last] != 0 && joint.layers[run.layer] == last) {
        const std::size_t memory = use.exchanged ? home_.input_memory : home_.output_memory;
        if (places[last] != memory + 1) return {};
        use.kept[Tensor::Output] = true;
      }
      if (some) {
        // They are among those that stay.
        for (std::size_t i = 0; i < joint.layers.size(); ++i) {
          const Layer& layer = problem_.network.layer(joint.layers[i]);
          if (!stays_[joint.layers[i]]) continue;
          const Level& level = problem_.architecture.levels[home_.level];
          Bits& taken = use.taken[static_cast<std::size_t>(level.memory_of(Tensor::Weight) -
                                                           level.memories.data())];
          taken = taken - stored_words(layer, Tensor::Weight) * layer.widths.tensor[Tensor::Weight];
        }
      }
      if (!add_weights(use, false)) return {};
      for (std::size_t m = 0; m < room.size(); ++m) {
        use.taken[m] += beside[m];
        if (use.taken[m] > room[m]) return {};
      }
      // Equal runs may differ in their mappings, which never is better than the best for a weight;
      // a front of sums has them all.
      for (std::int64_t i = 0; i < run.times; ++i) {
        totals = sums_of(totals, front_of(run.part, use));
      }
    }
    return totals;
  }

  const std::vector<CostPoint>& front_of(const Layer& part, const HomeUse& use) {
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
  std::int64_t images_;  ///< 0: without an end
  std::vector<bool> stays_;
  Bits resident_;
  CostPoint load_;  ///< of one image
  EverySchedule every_;
  std::vector<StripJoint> joints_;
  std::map<std::pair<std::string, HomeUse>, RoomlessLayer> parts_;
  std::map<std::pair<std::string, HomeUse>, std::vector<CostPoint>> fronts_;
  std::vector<CostPoint> all_;
};

}  // namespace tilewise::testing
