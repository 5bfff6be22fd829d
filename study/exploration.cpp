#include "study/exploration.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/units.hpp"
#include "mapper/bound/layer_bound.hpp"
#include "mapper/search.hpp"
#include "study/stored_layers.hpp"

namespace tilewise {
namespace {

/// `architecture` and `layer` have the names of a store, so that equal ones have equal results.
StoredLayer solve_layer(const Architecture& architecture, const Layer& layer, const Study& study) {
  SearchOptions options;
  options.mapping = {study.mapping, study.factors, {.threads = 1}};
  return stored_layer(search(architecture, layer, options), layer, architecture);
}

/// The first step from `least` on that visits 0 .. count - 1 each once.
std::int64_t stride_from(std::int64_t least, std::int64_t count) {
  std::int64_t stride = std::max<std::int64_t>(least, 1);
  while (std::gcd(stride, count) != 1) ++stride;
  return stride;
}

/// A step that leads far from the last few: near the golden ratio of the whole.
std::int64_t spread(std::int64_t count) {
  return stride_from(static_cast<std::int64_t>(0.618 * static_cast<double>(count)), count);
}

/// An order of 0 .. count - 1 of this process's own: processes that share a store rarely work on
/// the same at once, and where they meet they part again.
class OwnOrder {
 public:
  explicit OwnOrder(std::int64_t count) : count_(std::max<std::int64_t>(count, 1)) {
    constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;  // Knuth's multiplicative hash, 64 bits
    const std::uint64_t mixed = static_cast<std::uint64_t>(getpid()) * kMix;
    first_ = static_cast<std::int64_t>(mixed >> 40U) % count_;
    stride_ = stride_from(static_cast<std::int64_t>(mixed >> 16U & 0xffffffU) % count_, count_);
  }
  /// Of i below count, which is below 2^31.
  std::size_t at(std::int64_t i) const {
    return static_cast<std::size_t>((first_ + i * stride_) % count_);
  }

 private:
  std::int64_t count_;
  std::int64_t first_ = 0;
  std::int64_t stride_ = 1;
};

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
  if (!study.prune) return;
  stride_ = spread(count_);
  marks_.resize(static_cast<std::size_t>(count_), Mark::None);
}

/// The configuration under the lower bounds of its layers: beaten, over a limit, or neither.
Explored Exploration::bounded(const Explored& examined, const Configuration& made) {
  double latency_ms = 0.0;
  double energy_mj = 0.0;
  const LayersAtWidth& width = widths_.at(made.precision);
  for (std::size_t l = 0; l < width.layers.size(); ++l) {
    const auto bound = layer_bound(*made.architecture, width.layers[l], study_.factors);
    if (!bound) return examined;  // that no mapping fits is for the search to say
    latency_ms +=
        milliseconds(weights_[l] * duration(bound->latency, made.architecture->clock)).count();
    energy_mj += millijoules(weights_[l] * bound->energy).count();
  }
  // Sums in another order than those of the costs: a hair less is surely below.
  constexpr double kRounding = 1.0 - 1e-9;
  Explored least = examined;
  set_costs(kRounding * latency_ms, kRounding * energy_mj, least.metrics);
  least.metrics[StudyMetric::Power] = 0.0;  // a longer latency may lower it without end
  for (const StudyLimit& limit : study_.limits) {
    const double value = least.metrics[limit.metric].value();
    if (value <= limit.most) continue;
    least.outcome = Outcome::OverLimit;
    least.why = fmt::format("{} is at least {:.6g} {} whatever the mapping, asked: {}",
                            name(limit.metric), value, unit(limit.metric), limit.text);
    return least;
  }
  return least;
}

void Exploration::look_up(Entry& entry) const {
  const auto known = store_.networks_of(entry.key);
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
  entry.width = &widths_.at(entry.configuration.precision);
  if (study_.prune) {
    const Explored least = bounded(entry.explored, entry.configuration);
    Mark mark = Mark::None;
    if (least.outcome == Outcome::OverLimit) {
      mark = Mark::OverLimit;
    } else if (least.metrics[StudyMetric::Latency] &&
               front_.excludes(entry.position, objectives(study_, least))) {
      mark = Mark::Beaten;
    }
    marks_[static_cast<std::size_t>(entry.position)] = mark;
    entry.whole = mark != Mark::None;
    if (entry.whole) return;
  }
  look_up(entry);
}

bool Exploration::open_wave(std::int64_t most) {
  assert(wave_.empty());
  const std::int64_t length = std::min(study_.prune ? kPrunedWave : most, count_ - next_);
  if (length <= 0) return false;
  wave_.resize(static_cast<std::size_t>(length));
  for (std::size_t i = 0; i < wave_.size(); ++i) {
    wave_[i].position = upcoming_;
    upcoming_ = (upcoming_ + stride_) % count_;
    places_.emplace_back(wave_[i].position, i);
  }
  std::sort(places_.begin(), places_.end());
  parallel_for(length, threads_, [&](std::int64_t i) { open(wave_[static_cast<std::size_t>(i)]); });
  for (const Entry& entry : wave_) {
    for (std::size_t l = 0; !entry.whole && l < entry.layers.size(); ++l) {
      if (entry.layers[l]) {
        ++known_;
      } else {
        tasks_.push_back({entry.position, l});
      }
    }
  }
  next_ += length;
  return true;
}

Exploration::Entry& Exploration::entry_of(const LayerTask& task) {
  const auto place =
      std::lower_bound(places_.begin(), places_.end(), std::pair(task.position, std::size_t{0}));
  assert(place != places_.end() && place->first == task.position);
  return wave_[place->second];
}

bool Exploration::known_by_now(const LayerTask& task) {
  Entry& entry = entry_of(task);
  entry.layers[task.layer] = store_.find_layer(entry.key, entry.width->keys[task.layer]);
  if (!entry.layers[task.layer]) return false;
  ++known_;
  return true;
}

void Exploration::solve(const LayerTask& task) {
  const Entry& entry = entry_of(task);
  keep(task,
       solve_layer(*entry.configuration.architecture, entry.width->layers[task.layer], study_));
}

void Exploration::keep(const LayerTask& task, const StoredLayer& result) {
  Entry& entry = entry_of(task);
  store_.add(entry.key, entry.width->keys[task.layer], result);
  entry.layers[task.layer] = result;
  ++mapped_;
}

ExplorationCounts Exploration::counts() const { return {outcomes_, mapped_, known_}; }

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
  if (!fresh.empty()) store_.add(entry.key, fresh);
  return sums;
}

void Exploration::close_wave() {
  for (Entry& entry : wave_) {
    const Mark mark =
        marks_.empty() ? Mark::None : marks_[static_cast<std::size_t>(entry.position)];
    if (mark != Mark::None) {
      ++outcomes_[mark == Mark::Beaten ? Outcome::Beaten : Outcome::OverLimit];
      continue;
    }
    if (entry.explored.outcome == Outcome::Costed) {
      complete(study_, sum_up(entry), entry.explored);
    }
    ++outcomes_[entry.explored.outcome];
    if (entry.explored.outcome == Outcome::Costed) {
      front_.add({entry.position, objectives(study_, entry.explored)});
    }
  }
  wave_.clear();
  tasks_.clear();
  places_.clear();
}

Explored Exploration::explored(std::int64_t position) {
  const Configuration made = configuration(study_, position);
  Explored known = examine(study_, made);
  if (known.outcome != Outcome::Costed) return known;
  const Mark mark = marks_.empty() ? Mark::None : marks_[static_cast<std::size_t>(position)];
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
  const auto kept = store_.networks_of(architecture_store_key(*made.architecture));
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

bool explore(Exploration& exploration, const ExploreOptions& options) {
  std::atomic<bool> stopped{false};
  while (!stopped && exploration.open_wave()) {
    const auto tasks = exploration.tasks();
    const auto count = static_cast<std::int64_t>(tasks.size());
    const std::int64_t before = exploration.done();
    const OwnOrder order(count);
    const auto length = static_cast<double>(exploration.wave_length());
    std::atomic<std::int64_t> ended{0};
    parallel_for(count, options.threads, [&](std::int64_t i) {
      if (stopped) return;
      const LayerTask& task = tasks[order.at(i)];
      if (!exploration.known_by_now(task)) exploration.solve(task);
      ++ended;
      if (options.interrupted && options.interrupted()) stopped = true;
      if (!options.progress) return;
      const double share = static_cast<double>(ended) / static_cast<double>(count);
      options.progress(static_cast<double>(before) + share * length,
                       exploration.counts().layers_mapped);
    });
    if (!stopped) exploration.close_wave();
  }
  return !stopped;
}

}  // namespace tilewise
