#include "study/exploration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <string>
#include <utility>

#include "arch/home.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/units.hpp"
#include "mapper/bound/layer_bound.hpp"
#include "mapper/search.hpp"
#include "study/scheduled_workload.hpp"
#include "study/stored_layers.hpp"
#include "study/stride.hpp"

namespace tilewise {
namespace {

/// `architecture` and `layer` have the names of a store, so that equal ones have equal results.
StoredLayer solve_layer(const Architecture& architecture, const Layer& layer, const Study& study) {
  SearchOptions options;
  options.mapping = {study.mapping, study.factors, {.threads = 1}};
  return stored_layer(search(architecture, layer, options), layer, architecture);
}

/// A step that leads far from the last few: near the golden ratio of the whole.
std::int64_t spread(std::int64_t count) {
  return stride_from(static_cast<std::int64_t>(0.618 * static_cast<double>(count)), count);
}

}  // namespace

std::vector<StoredLayer> solve_layers(const Study& study, StudyLayers& widths,
                                      std::int64_t position, std::span<const std::size_t> layers) {
  Configuration made = configuration(study, position);
  if (!made.architecture) throw InputError(made.why_none);
  made.architecture->name = kAnyName;
  const LayersAtWidth& width = widths.at(made.precision);
  std::vector<StoredLayer> solved;
  for (const std::size_t layer : layers) {
    solved.push_back(solve_layer(*made.architecture, width.layers[layer], study));
  }
  return solved;
}

Exploration::Exploration(const Study& study, ResultStore& store, int threads)
    : study_(study),
      store_(store),
      threads_(threads),
      widths_(study),
      weights_(layer_weights(study)),
      count_(configuration_count(study)) {
  if (!study.prune || study.search) return;
  stride_ = spread(count_);
  marks_.resize(static_cast<std::size_t>(count_), Mark::None);
}

/// What the weighted sum over the workloads is not below, in energy or in latency: the lower bounds
/// of the layers, or of the networks under any schedule. Empty: none is known.
std::optional<TotalCost> Exploration::least_totals(const Configuration& made) {
  const Architecture& architecture = *made.architecture;
  const LayersAtWidth& width = widths_.at(made.precision);
  TotalCost alone;
  for (std::size_t l = 0; l < width.layers.size(); ++l) {
    const auto bound = layer_bound(architecture, width.layers[l], study_.factors);
    if (!bound) return std::nullopt;  // that no mapping fits is for the search to say
    alone += weights_[l] * TotalCost{bound->energy.count(), bound->latency.count(), 0.0};
  }
  const bool off_chip = !schedules() || std::holds_alternative<NoHome>(home_of(architecture));
  if (off_chip) return alone;
  TotalCost least;
  for (std::size_t w = 0; w < study_.workloads.size(); ++w) {
    const auto bound = scheduled_bound(study_, {architecture, width.networks[w]});
    if (!bound) return std::nullopt;
    least += study_.workloads[w].weight * *bound;
  }
  return least;
}

/// The configuration under its lower bounds: beaten, over a limit, or neither.
Explored Exploration::bounded(const Explored& examined, const Configuration& made) {
  const auto totals = least_totals(made);
  if (!totals) return examined;
  const auto latency = duration(Cycles{totals->latency_cycles}, made.architecture->clock);
  // Sums in another order than those of the costs: a hair less is surely below.
  constexpr double kRounding = 1.0 - 1e-9;
  Explored least = examined;
  set_costs(kRounding * milliseconds(latency).count(),
            kRounding * millijoules(Picojoules{totals->energy_pj}).count(), least.metrics);
  least.metrics[StudyMetric::Power] = 0.0;  // a longer latency may lower it without end
  for (const StudyLimit& limit : study_.limits) {
    const double value = least.metrics[limit.metric].value();
    if (value <= limit.most) continue;
    least.outcome = Outcome::OverLimit;
    least.why = fmt::format("{} is at least {:.6g} {} whatever the mapping{}, asked: {}",
                            name(limit.metric), value, unit(limit.metric),
                            !schedules() ? "" : " and schedule", limit.text);
    return least;
  }
  return least;
}

void Exploration::look_up(Entry& entry) const {
  const auto known = store_.networks_of(entry.networks_key);
  entry.whole = true;
  for (const Key& key : entry.width->workloads) {
    const auto found = known.find(key);
    entry.workloads.push_back(found == known.end() ? std::nullopt : std::optional(found->second));
    entry.whole = entry.whole && entry.workloads.back();
  }
  if (entry.whole) return;
  const auto layers = store_.layers_of(entry.key);
  for (const Key& key : entry.width->keys) {
    const auto found = layers.find(key);
    entry.layers.push_back(found == layers.end() ? std::nullopt : std::optional(found->second));
  }
}

void Exploration::open(Entry& entry) {
  entry.configuration = configuration(study_, entry.position);
  entry.explored = examine(study_, entry.configuration);
  entry.whole = entry.explored.outcome != Outcome::Costed;
  if (entry.whole) return;
  entry.configuration.architecture->name = kAnyName;
  entry.key = architecture_store_key(*entry.configuration.architecture);
  entry.networks_key = networks_key(*entry.configuration.architecture);
  entry.width = &widths_.at(entry.configuration.precision);
  const bool may_lose = front_.size() > 0 || !study_.limits.empty();
  if (study_.prune && may_lose) {
    const Explored least = bounded(entry.explored, entry.configuration);
    if (least.outcome == Outcome::OverLimit) {
      entry.mark = Mark::OverLimit;
    } else if (least.metrics[StudyMetric::Latency] &&
               front_.excludes(entry.position, objectives(study_, least))) {
      entry.mark = Mark::Beaten;
    }
    entry.whole = entry.mark != Mark::None;
    if (entry.whole) return;
  }
  look_up(entry);
}

bool Exploration::open_wave(std::int64_t most) {
  assert(waves_.empty() || !study_.prune);
  const std::int64_t length = std::min(study_.prune ? kPrunedWave : most, count_ - next_);
  if (length <= 0) return false;
  std::vector<std::int64_t> positions(static_cast<std::size_t>(length));
  for (std::int64_t& position : positions) {
    position = upcoming_;
    upcoming_ = (upcoming_ + stride_) % count_;
  }
  open_positions(positions);
  return true;
}

void Exploration::open_wave_of(std::span<const std::int64_t> positions) {
  assert(waves_.empty() && study_.search);
  open_positions(positions);
}

void Exploration::open_positions(std::span<const std::int64_t> positions) {
  Wave wave;
  wave.entries.resize(positions.size());
  for (std::size_t i = 0; i < positions.size(); ++i) {
    wave.entries[i].position = positions[i];
    wave.places.emplace_back(positions[i], i);
  }
  std::sort(wave.places.begin(), wave.places.end());
  parallel_for(std::ssize(positions), threads_,
               [&](std::int64_t i) { open(wave.entries[static_cast<std::size_t>(i)]); });
  note_opened(wave);
  waves_.push_back(std::move(wave));
}

/// What is known of the entries of a wave, and what is to be mapped.
void Exploration::note_opened(Wave& wave) {
  for (const Entry& entry : wave.entries) {
    if (study_.search) {
      searched_.emplace_back(entry.position, entry.mark);
    } else if (!marks_.empty()) {
      marks_[static_cast<std::size_t>(entry.position)] = entry.mark;
    }
    for (const auto& known : entry.workloads) {
      if (known && schedules()) ++schedules_known_;
    }
    for (std::size_t l = 0; !entry.whole && l < entry.layers.size(); ++l) {
      if (entry.layers[l]) {
        ++known_;
      } else {
        wave.tasks.push_back({entry.position, l});
      }
    }
  }
  std::sort(searched_.begin(), searched_.end());
  next_ += std::ssize(wave.entries);
}

std::span<const LayerTask> Exploration::tasks() const {
  if (waves_.empty()) return {};
  return waves_.back().tasks;
}

Exploration::Mark Exploration::mark_of(std::int64_t position) const {
  if (study_.search) {
    return std::lower_bound(searched_.begin(), searched_.end(), std::pair(position, Mark::None))
        ->second;
  }
  return marks_.empty() ? Mark::None : marks_[static_cast<std::size_t>(position)];
}

std::int64_t Exploration::listed(std::int64_t i) const {
  return study_.search ? searched_[static_cast<std::size_t>(i)].first : i;
}

/// Two configurations may differ in what they keep and merge, and not in what their layers cost.
Key Exploration::networks_key(const Architecture& architecture) const {
  return !schedules() ? architecture_store_key(architecture) : scheduled_store_key(architecture);
}

/// None: of another wave.
Exploration::Entry* Exploration::Wave::find(std::int64_t position) {
  const auto place =
      std::lower_bound(places.begin(), places.end(), std::pair(position, std::size_t{0}));
  const bool here = place != places.end() && place->first == position;
  return here ? &entries[place->second] : nullptr;
}

Exploration::Entry& Exploration::entry_of(std::int64_t position) {
  Entry* found = nullptr;
  for (auto wave = waves_.begin(); wave != waves_.end() && found == nullptr; ++wave) {
    found = wave->find(position);
  }
  assert(found != nullptr);
  return *found;
}

bool Exploration::known_by_now(const LayerTask& task) {
  Entry& entry = entry_of(task.position);
  entry.layers[task.layer] = store_.find_layer(entry.key, entry.width->keys[task.layer]);
  if (!entry.layers[task.layer]) return false;
  ++known_;
  return true;
}

void Exploration::solve(const LayerTask& task) {
  const Entry& entry = entry_of(task.position);
  keep(task,
       solve_layer(*entry.configuration.architecture, entry.width->layers[task.layer], study_));
}

void Exploration::keep(const LayerTask& task, const StoredLayer& result) {
  Entry& entry = entry_of(task.position);
  store_.add(entry.key, entry.width->keys[task.layer], result);
  entry.layers[task.layer] = result;
  ++mapped_;
}

std::vector<ScheduleTask> Exploration::schedule_tasks() const {
  std::vector<ScheduleTask> tasks;
  if (!schedules() || waves_.empty()) return tasks;
  for (const Entry& entry : waves_.front().entries) {
    if (entry.whole) continue;
    for (std::size_t w = 0; w < study_.workloads.size(); ++w) {
      const auto& layers = study_.workloads[w].network->layers;
      const bool fits = std::all_of(layers.begin(), layers.end(), [&](std::size_t l) {
        return entry.layers[l].value().why_none.empty();
      });
      if (fits && !entry.workloads[w]) tasks.push_back({entry.position, w});
    }
  }
  return tasks;
}

bool Exploration::schedule(const ScheduleTask& task, const std::function<bool()>& stopped) {
  Entry& entry = entry_of(task.position);
  const Key& key = entry.width->workloads[task.workload];
  auto& totals = entry.workloads[task.workload];
  totals = store_.find_network(entry.networks_key, key);
  if (totals) {
    ++schedules_known_;
    return true;
  }
  std::vector<StoredLayer> alone;
  for (const std::size_t l : study_.workloads[task.workload].network->layers) {
    alone.push_back(entry.layers[l].value());
  }
  totals = scheduled_network(
      study_, {*entry.configuration.architecture, entry.width->networks[task.workload]}, alone,
      store_, stopped);
  if (!totals) return false;
  store_.add(entry.networks_key, key, *totals);
  ++scheduled_;
  return true;
}

ExplorationCounts Exploration::counts() const {
  return {outcomes_, mapped_, known_, scheduled_, schedules_known_, schedules_open_};
}

/// The workloads of a configuration; those that were not known are kept.
std::vector<StoredNetwork> Exploration::sum_up(Entry& entry) {
  std::map<Key, StoredNetwork> fresh;
  std::vector<StoredNetwork> sums;
  for (std::size_t w = 0; w < study_.workloads.size(); ++w) {
    if (entry.workloads[w]) {
      sums.push_back(*entry.workloads[w]);
      continue;
    }
    StoredNetwork sum;
    sum.proven = true;
    for (const StudyUse& use : study_.workloads[w].uses) {
      const StoredLayer& layer = entry.layers[use.layer].value();
      if (!layer.why_none.empty()) {
        sum = {};
        sum.why_none = layer.why_none;
        break;
      }
      sum.latency_ms += use.times * layer.latency_ms;
      sum.energy_mj += millijoules(use.times * Picojoules{layer.energy_pj}).count();
      sum.dram_bytes += use.times * layer.dram_bytes;
      sum.proven = sum.proven && layer.proven;
    }
    fresh.emplace(entry.width->workloads[w], sum);
    sums.push_back(sum);
  }
  if (!fresh.empty()) store_.add(entry.networks_key, fresh);
  return sums;
}

void Exploration::close_wave() {
  assert(schedule_tasks().empty());
  for (Entry& entry : waves_.front().entries) {
    if (entry.mark != Mark::None) {
      ++outcomes_[entry.mark == Mark::Beaten ? Outcome::Beaten : Outcome::OverLimit];
      continue;
    }
    if (entry.explored.outcome == Outcome::Costed) {
      complete(study_, sum_up(entry), entry.explored);
      for (const StoredNetwork& each : entry.explored.workloads) {
        if (!each.proven) ++schedules_open_;
      }
    }
    ++outcomes_[entry.explored.outcome];
    if (entry.explored.outcome == Outcome::Costed) {
      front_.add({entry.position, objectives(study_, entry.explored)});
    }
  }
  done_ += std::ssize(waves_.front().entries);
  waves_.pop_front();
}

Explored Exploration::explored(std::int64_t position) {
  const Configuration made = configuration(study_, position);
  Explored known = examine(study_, made);
  if (known.outcome != Outcome::Costed) return known;
  const Mark mark = mark_of(position);
  if (mark == Mark::Beaten) {
    known.outcome = Outcome::Beaten;
    known.why = "another configuration is no worse in any objective than its lower bounds";
    return known;
  }
  if (mark == Mark::OverLimit) {
    const Explored least = bounded(known, made);
    known.outcome = least.outcome;
    known.why = least.why;
    return known;
  }
  const LayersAtWidth& width = widths_.at(made.precision);
  const auto kept = store_.networks_of(networks_key(*made.architecture));
  std::vector<StoredNetwork> workloads;
  for (const Key& key : width.workloads) workloads.push_back(kept.at(key));
  complete(study_, std::move(workloads), known);
  return known;
}

std::vector<StoredLayer> Exploration::layers(std::int64_t position) {
  const Configuration made = configuration(study_, position);
  const LayersAtWidth& width = widths_.at(made.precision);
  const auto kept = store_.layers_of(architecture_store_key(*made.architecture));
  std::vector<StoredLayer> layers;
  for (const Key& key : width.keys) layers.push_back(kept.at(key));
  return layers;
}

}  // namespace tilewise
