#include "study/exploration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

#include "arch/home.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/units.hpp"
#include "study/scheduled_workload.hpp"
#include "study/stored_layers.hpp"
#include "study/stride.hpp"
#include "study/study_bounds.hpp"

namespace tilewise {

Exploration::Exploration(const Study& study, ResultStore& store, int threads)
    : study_(study),
      store_(store),
      threads_(threads),
      widths_(study),
      families_(study, threads),
      weights_(layer_weights(study)),
      count_(configuration_count(study)) {
  if (!study.prune || study.search) return;
  stride_ = far_stride(count_);
  marks_.resize(static_cast<std::size_t>(count_), Mark::None);
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
  entry.family = families_.of(entry.position);
  entry.key = key_in(*entry.family, architecture_store_key(*entry.configuration.architecture));
  entry.networks_key = networks_key(*entry.configuration.architecture, *entry.family);
  entry.width = &widths_.at(entry.configuration.precision);
  const bool may_lose = front_.size() > 0 || !study_.limits.empty();
  if (study_.prune && may_lose) {
    const Explored least =
        bounded({study_, widths_, weights_}, entry.explored, entry.configuration);
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
  // What the threads would else wait for.
  for (const auto& [position, at] : wave.places) {
    if (at == 0 || position % StudyFamilies::kBlock == 0) families_.of(position);
  }
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
    for (const auto& known : entry.layers) {
      if (known && !entry.whole) ++known_;
    }
  }
  list_tasks(wave);
  std::sort(searched_.begin(), searched_.end());
  next_ += std::ssize(wave.entries);
}

/// The layers that are to be mapped, those of one search side by side.
void Exploration::list_tasks(Wave& wave) {
  using Open = std::tuple<std::int64_t, std::size_t, std::int64_t>;  // family, layer, position
  std::vector<Open> open;
  for (const Entry& entry : wave.entries) {
    for (std::size_t l = 0; !entry.whole && l < entry.layers.size(); ++l) {
      if (!entry.layers[l]) {
        open.emplace_back(entry.family->positions.front(), l, entry.position);
      }
    }
  }
  std::sort(open.begin(), open.end());
  for (std::size_t i = 0; i < open.size(); ++i) {
    const auto [family, layer, position] = open[i];
    const bool joins =
        i > 0 && std::get<0>(open[i - 1]) == family && std::get<1>(open[i - 1]) == layer;
    if (!joins) wave.searches.push_back(i);
    wave.tasks.push_back({position, layer});
  }
}

std::span<const std::size_t> Exploration::searches() const {
  if (waves_.empty()) return {};
  return waves_.back().searches;
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
Key Exploration::networks_key(const Architecture& architecture, const StudyFamily& family) const {
  return key_in(family, !schedules() ? architecture_store_key(architecture)
                                     : scheduled_store_key(architecture));
}

/// None: of another wave.
Exploration::Entry* Exploration::Wave::find(std::int64_t position) {
  const auto place =
      std::lower_bound(places.begin(), places.end(), std::pair(position, std::size_t{0}));
  const bool here = place != places.end() && place->first == position;
  return here ? &entries[place->second] : nullptr;
}

/// None: of no open wave.
Exploration::Entry* Exploration::find_entry(std::int64_t position) {
  Entry* found = nullptr;
  for (auto wave = waves_.begin(); wave != waves_.end() && found == nullptr; ++wave) {
    found = wave->find(position);
  }
  return found;
}

Exploration::Entry& Exploration::entry_of(std::int64_t position) {
  Entry* found = find_entry(position);
  assert(found != nullptr);
  return *found;
}

/// Whether the result of a task has come into the store since, from another process; takes it.
bool Exploration::known_by_now(const LayerTask& task) {
  Entry& entry = entry_of(task.position);
  entry.layers[task.layer] = store_.find_layer(entry.key, entry.width->keys[task.layer]);
  if (!entry.layers[task.layer]) return false;
  ++known_;
  return true;
}

void Exploration::solve(std::size_t search) {
  const Wave& wave = waves_.back();
  const std::size_t begin = wave.searches[search];
  const std::size_t end =
      search + 1 < wave.searches.size() ? wave.searches[search + 1] : wave.tasks.size();
  std::vector<LayerTask> left;
  for (std::size_t i = begin; i < end; ++i) {
    if (!known_by_now(wave.tasks[i])) left.push_back(wave.tasks[i]);
  }
  if (left.empty()) return;
  const Entry& one = entry_of(left.front().position);
  const std::vector<std::int64_t>& positions = one.family->positions;
  std::vector<Architecture> members;
  for (const std::int64_t position : positions) {
    const Entry* entry = find_entry(position);
    members.push_back(entry ? *entry->configuration.architecture
                            : *stored_configuration(study_, position).architecture);
  }
  const auto solved = solve_family(members, one.width->layers[left.front().layer], study_);
  for (const LayerTask& task : left) {
    const auto at = std::lower_bound(positions.begin(), positions.end(), task.position);
    keep(task, solved[static_cast<std::size_t>(at - positions.begin())]);
  }
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
    const Explored least = bounded({study_, widths_, weights_}, known, made);
    known.outcome = least.outcome;
    known.why = least.why;
    return known;
  }
  const LayersAtWidth& width = widths_.at(made.precision);
  const auto kept = store_.networks_of(networks_key(*made.architecture, *families_.of(position)));
  std::vector<StoredNetwork> workloads;
  for (const Key& key : width.workloads) {
    const auto found = kept.find(key);
    if (found == kept.end()) {
      throw InputError(fmt::format(
          "the result store lost a result of configuration {} while the study ran; start again",
          position));
    }
    workloads.push_back(found->second);
  }
  complete(study_, std::move(workloads), known);
  return known;
}

std::vector<StoredLayer> Exploration::layers(std::int64_t position) {
  const Configuration made = configuration(study_, position);
  const LayersAtWidth& width = widths_.at(made.precision);
  const Key configuration_key =
      key_in(*families_.of(position), architecture_store_key(*made.architecture));
  const auto kept = store_.layers_of(configuration_key);
  std::vector<StoredLayer> layers;
  for (std::size_t l = 0; l < width.keys.size(); ++l) {
    const auto found = kept.find(width.keys[l]);
    if (found != kept.end()) {
      layers.push_back(found->second);
      continue;
    }
    // The store has the sum of its network but has lost the layer itself.
    const LayerTask lost{position, l};
    layers.push_back(solve_layers(study_, widths_, families_, {&lost, 1}).front());
    store_.add(configuration_key, width.keys[l], layers.back());
  }
  return layers;
}

}  // namespace tilewise
