#include "sweep/kept_summary.hpp"

#include <algorithm>
#include <variant>

#include "schedule/kept_graph.hpp"
#include "schedule/schedule_yaml.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

double change(double now, double before) { return before > 0.0 ? now / before - 1.0 : 0.0; }

/// The summary of one schedule.
class Summary {
 public:
  Summary(const NetworkSweep& sweep, std::size_t network, std::size_t device)
      : sweep_(sweep),
        network_(network),
        device_(device),
        schedule_(sweep.schedules[network][device]) {}

  KeptSummary make() {
    step_of_.resize(schedule_.order.size());
    for (const std::size_t l : schedule_.order) {
      if (schedule_.merged[l]) {
        made_.merged.push_back({l, made_.order.back()});
      } else {
        made_.order.push_back(l);
      }
      step_of_[l] = made_.order.size() - 1;
    }
    for (const ScheduledStrips& each : schedule_.strips) list_strips(each);
    list_memories();
    list_tensors();
    for (std::size_t step = 0; step < made_.order.size(); ++step) {
      made_.fill.push_back(fill_of(step));
    }
    for (std::size_t l = 0; l < schedule_.layers.size(); ++l) {
      made_.off_chip_bits += off_chip_bits(l);
    }
    made_.off_chip_bits += share_of_one(schedule_.images) * schedule_.load.off_chip_bits;
    made_.objective_change = change(schedule_.objective_value, schedule_.alone_value);
    made_.energy_change = change(schedule_.energy_pj, schedule_.alone.energy_pj);
    made_.latency_change = change(schedule_.latency_cycles, schedule_.alone.latency_cycles);
    made_.off_chip_change = change(made_.off_chip_bits, schedule_.alone.off_chip_bits);
    if (!schedule_.proven) {
      made_.gap = std::max(0.0, -change(schedule_.lower_bound, schedule_.objective_value));
    }
    return std::move(made_);
  }

 private:
  const Architecture& architecture() const {
    return std::get<Architecture>(sweep_.devices[device_]);
  }

  void list_strips(const ScheduledStrips& of) {
    StripsOfLayers made{step_of_[of.layers.front()], of.layers.size(), of.choice, 0};
    for (const ScheduledStrips::Run& run : of.runs) {
      if (run.layer == of.layers.back()) made.strips += run.times;
    }
    made_.strips.push_back(std::move(made));
  }

  void list_memories() {
    if (!schedule_.home) return;
    for (const KeptPlace place : places_at(*schedule_.home)) {
      if (place != kOffChip) places_.push_back(place - 1U);
    }
    const Level& level = architecture().levels[schedule_.home->level];
    for (const std::size_t memory : places_) {
      made_.memories.push_back({memory_word(level, memory), level.memories[memory].capacity});
    }
  }

  void list_tensors() {
    for (std::size_t l = 0; l < schedule_.activations.of.size(); ++l) {
      const Activation& each = schedule_.activations.of[l];
      if (each.last == each.maker) continue;  // an output of the network
      // What an operator in the drain reads first is nowhere.
      const auto reader = sweep_.networks[network_].network.consumers_of(l).front();
      if (schedule_.merged[reader] && step_of_[reader] == step_of_[l]) continue;
      // Nor is what layers in strips hand on to one another ever there as a whole.
      const ScheduledStrips* strips = strips_with(schedule_, l);
      if (strips != nullptr && strips->layers.back() != l) continue;
      ++made_.tensors;
      if (schedule_.places[l] == kOffChip) {
        count_not_kept(each.group == kNever ? each.why_not : "");
        continue;
      }
      const auto at = std::find(places_.begin(), places_.end(), schedule_.places[l] - 1U);
      made_.kept.push_back(
          {step_of_[l], last_step(l), static_cast<std::size_t>(at - places_.begin()), each.size});
    }
    std::sort(made_.kept.begin(), made_.kept.end(),
              [](const KeptTensor& a, const KeptTensor& b) { return a.maker < b.maker; });
    std::stable_sort(made_.not_kept.begin(), made_.not_kept.end(),
                     [](const NotKept& a, const NotKept& b) { return a.tensors > b.tensors; });
  }

  std::size_t last_step(std::size_t layer) const {
    std::size_t last = step_of_[layer];
    for (const std::size_t reader : sweep_.networks[network_].network.consumers_of(layer)) {
      last = std::max(last, step_of_[reader]);
    }
    return last;
  }

  void count_not_kept(const std::string& why) {
    const auto same = std::find_if(made_.not_kept.begin(), made_.not_kept.end(),
                                   [&](const NotKept& each) { return each.why == why; });
    if (same == made_.not_kept.end()) {
      made_.not_kept.push_back({why, 1});
    } else {
      ++same->tensors;
    }
  }

  std::vector<HomeFill> fill_of(std::size_t step) const {
    std::vector<HomeFill> fill(places_.size());
    for (const KeptTensor& each : made_.kept) {
      if (each.maker <= step && step <= each.last) fill[each.memory].kept += each.size;
    }
    add_weights(fill);
    const std::size_t l = made_.order[step];
    if (const ScheduledStrips* strips = strips_with(schedule_, l)) {
      fill_with_strips(*strips, l, fill);
      return fill;
    }
    const SweepLayer& layer = sweep_.layers[network_][l];
    const auto& scheduled = schedule_.layers[l];
    const Mapping* mapping = scheduled ? &scheduled->mapping : best_mapping(layer.results[device_]);
    if (places_.empty() || mapping == nullptr) return fill;
    const Architecture room =
        scheduled ? at_home(architecture(), *schedule_.home, scheduled->use) : architecture();
    const std::size_t level = schedule_.home->level;
    const Layer& as_run = scheduled && scheduled->merged ? *scheduled->merged : layer.layer;
    const auto free = free_bits(room, as_run, *mapping, level);
    for (std::size_t m = 0; m < places_.size(); ++m) {
      const std::size_t memory = places_[m];
      const auto capacity = room.levels[level].memories[memory].capacity;
      if (capacity && free[memory]) fill[m].tiles = *capacity - *free[memory];
    }
    return fill;
  }

  /// Weights that stay, where they lie in a memory of activations.
  void add_weights(std::vector<HomeFill>& fill) const {
    if (!schedule_.any_resident()) return;
    const auto memory = weight_memory(architecture(), *schedule_.home);
    const Network& network = sweep_.networks[network_].network;
    for (std::size_t m = 0; m < places_.size(); ++m) {
      if (places_[m] != memory) continue;
      for (std::size_t l = 0; l < network.size(); ++l) {
        if (schedule_.resident[l]) fill[m].kept += weight_size(network.layer(l));
      }
    }
  }

  /// The most that any run of a layer in strips has there beside what is kept.
  void fill_with_strips(const ScheduledStrips& strips, std::size_t layer,
                        std::vector<HomeFill>& fill) const {
    const std::size_t level = schedule_.home->level;
    for (const ScheduledStrips::Run& run : strips.runs) {
      if (run.layer != layer) continue;
      const Architecture room = at_home(architecture(), *schedule_.home, run.use);
      const auto free = free_bits(room, run.part, run.mapping, level);
      for (std::size_t m = 0; m < places_.size(); ++m) {
        const std::size_t memory = places_[m];
        const auto capacity = architecture().levels[level].memories[memory].capacity;
        if (!capacity || !free[memory]) continue;
        const Bits more = *capacity - *free[memory] - fill[m].kept;
        fill[m].tiles = std::max(fill[m].tiles.value_or(Bits{0}), more);
      }
    }
  }

  double off_chip_bits(std::size_t l) const {
    if (schedule_.merged[l]) return 0.0;
    if (const ScheduledStrips* strips = strips_with(schedule_, l)) {
      return static_cast<double>(strips->cost_of(l, architecture()).off_chip_bits);
    }
    if (schedule_.layers[l]) return static_cast<double>(schedule_.layers[l]->cost.off_chip_bits);
    double bits = 0.0;
    if (const SplitLayer* split = split_of(sweep_, network_, l, device_)) {
      for (const SweepLayer& part : split->parts) {
        bits += static_cast<double>(cost(part.results.front())->off_chip_bits);
      }
    } else if (const LayerCost* costs = cost(sweep_.layers[network_][l].results[device_])) {
      bits += static_cast<double>(costs->off_chip_bits);
    }
    return bits;
  }

  const NetworkSweep& sweep_;
  std::size_t network_;
  std::size_t device_;
  const Schedule& schedule_;
  std::vector<std::size_t> step_of_;  ///< [layer]
  std::vector<std::size_t> places_;   ///< of the level's memories, those of the home
  KeptSummary made_;
};

}  // namespace

std::string_view schedule_word(const NetworkSweep& sweep) {
  return sweep.schedule_given ? "given" : name(sweep.schedule);
}

const StripsOfLayers* KeptSummary::strips_at(std::size_t step) const {
  for (const StripsOfLayers& each : strips) {
    if (step >= each.first && step < each.first + each.layers) return &each;
  }
  return nullptr;
}

KeptSummary kept_summary(const NetworkSweep& sweep, std::size_t network, std::size_t device) {
  return Summary(sweep, network, device).make();
}

}  // namespace tilewise
