#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/enum_array.hpp"
#include "schedule/cost_hull.hpp"
#include "study/explored.hpp"
#include "study/layer_tasks.hpp"
#include "study/pareto_set.hpp"
#include "study/result_store.hpp"
#include "study/study.hpp"
#include "study/study_families.hpp"
#include "study/study_layers.hpp"

namespace tilewise {

/// A network of a configuration whose best schedule is to be found.
struct ScheduleTask {
  std::int64_t position = 0;  ///< of the configuration, as `configuration` takes it
  std::size_t workload = 0;   ///< of Study::workloads
};

/// What was done so far.
struct ExplorationCounts {
  EnumArray<Outcome, std::int64_t> configurations{};
  std::int64_t layers_mapped = 0;    ///< searches that ran here
  std::int64_t layers_known = 0;     ///< results that were in the store
  std::int64_t schedules_found = 0;  ///< searches of schedules that ran here
  std::int64_t schedules_known = 0;  ///< those whose totals were in the store
  std::int64_t schedules_open = 0;   ///< of all these, those that are not proven
};

/// A study on its way: configurations are opened in waves, their layers mapped by whoever asks for
/// the tasks, their networks scheduled where the study says so, and each wave closed, the oldest
/// first. Several may be open, so that nobody waits for the last tasks of one. The result of the
/// whole depends on the study alone, not on what was in the store, on threads, or on interruptions:
/// where configurations are pruned, the waves are of one length, and what prunes is frozen while
/// one is open, which then is the only one.
class Exploration {
 public:
  /// Configurations, where nothing is pruned: whole families.
  static constexpr std::int64_t kWave = StudyFamilies::kBlock;
  static constexpr std::int64_t kPrunedWave = 64;  ///< where something may be

  /// `study` and `store` outlive it. `threads`: of its own work, 0: one a core.
  Exploration(const Study& study, ResultStore& store, int threads);

  /// Opens the next wave, of `most` configurations where nothing is pruned; false: all are opened.
  /// Not of a study that is searched; of one that is pruned only where no wave is open.
  bool open_wave(std::int64_t most = kWave);
  /// Opens what a search proposes: distinct positions that were not opened before. No other wave
  /// may be open.
  void open_wave_of(std::span<const std::int64_t> positions);
  /// What the wave that was opened last needs, by family, then layer, then configuration; empty:
  /// none is open.
  std::span<const LayerTask> tasks() const;
  /// Where in these the tasks of each search begin: of one family and layer.
  std::span<const std::size_t> searches() const;
  /// Maps a layer for a family, and keeps the results that tasks of `tasks` need: the search of
  /// that index. Those that have come into the store since, from another process, are taken from
  /// there.
  void solve(std::size_t search);
  /// Keeps a result that was found elsewhere, of any open wave. Several threads may.
  void keep(const LayerTask& task, const StoredLayer& result);
  /// The schedules that the oldest open wave still needs, all of whose layers are kept, by
  /// configuration, then workload. None where tensors go off chip between layers, or a layer fits
  /// in no way.
  std::vector<ScheduleTask> schedule_tasks() const;
  /// Finds the schedule of a task, unless it has come into the store since, and keeps its totals.
  /// Several threads may. False: `stopped`, which is asked now and then, ended it.
  bool schedule(const ScheduleTask& task, const std::function<bool()>& stopped);
  /// Closes the oldest open wave, all of whose tasks are kept.
  void close_wave();

  /// All that are to be run; of a search those that were opened.
  std::int64_t configurations() const { return study_.search ? next_ : count_; }
  /// The i-th of these by rising position. Of a search no wave may be open.
  std::int64_t listed(std::int64_t i) const;
  /// Whether networks are scheduled.
  bool schedules() const { return study_.schedule != ScheduleKind::Separate; }
  /// Those of waves that are closed.
  std::int64_t done() const { return done_; }
  /// Those of waves that are open.
  std::int64_t open_length() const { return next_ - done_; }
  ExplorationCounts counts() const;
  /// The front of what is closed: indices are positions.
  const ParetoSet& front() const { return front_; }
  /// A configuration whose wave is closed. Any thread may ask.
  Explored explored(std::int64_t position);
  /// The layers of a costed configuration, in the order of Study::layers.
  std::vector<StoredLayer> layers(std::int64_t position);

 private:
  enum class Mark : std::uint8_t { None, Beaten, OverLimit };
  struct Entry {
    std::int64_t position = 0;
    Configuration configuration;
    Explored explored;
    Key key;           ///< of its layers in the store
    Key networks_key;  ///< of its workloads
    const LayersAtWidth* width = nullptr;
    std::shared_ptr<const StudyFamily> family;
    Mark mark = Mark::None;
    std::vector<std::optional<StoredNetwork>> workloads;
    std::vector<std::optional<StoredLayer>> layers;
    bool whole = false;  ///< nothing is to be mapped
  };
  /// Configurations that are opened, and closed, together.
  struct Wave {
    std::vector<Entry> entries;
    std::vector<LayerTask> tasks;
    std::vector<std::size_t> searches;
    std::vector<std::pair<std::int64_t, std::size_t>> places;  ///< position, entry: sorted
    Entry* find(std::int64_t position);
  };

  void open(Entry& entry);
  void open_positions(std::span<const std::int64_t> positions);
  void note_opened(Wave& wave);
  static void list_tasks(Wave& wave);
  bool known_by_now(const LayerTask& task);
  Entry* find_entry(std::int64_t position);
  Mark mark_of(std::int64_t position) const;
  Entry& entry_of(std::int64_t position);
  Key networks_key(const Architecture& architecture, const StudyFamily& family) const;
  void look_up(Entry& entry) const;
  std::vector<StoredNetwork> sum_up(Entry& entry);

  const Study& study_;
  ResultStore& store_;
  int threads_;
  StudyLayers widths_;
  StudyFamilies families_;
  std::vector<double> weights_;
  std::int64_t count_;
  /// From one position to the next: where nothing is pruned, in order; else spread out, so that
  /// good ones are met early.
  std::int64_t stride_ = 1;
  std::int64_t upcoming_ = 0;  ///< the position that is opened next
  std::int64_t next_ = 0;      ///< how many are opened
  std::int64_t done_ = 0;      ///< and closed
  std::deque<Wave> waves_;     ///< that are open, the oldest first
  std::vector<Mark> marks_;    ///< [position]; empty: no pruning
  /// What a search opened, and how each is marked: sorted.
  std::vector<std::pair<std::int64_t, Mark>> searched_;
  ParetoSet front_;
  EnumArray<Outcome, std::int64_t> outcomes_{};  ///< of closed waves
  std::atomic<std::int64_t> mapped_ = 0;
  std::atomic<std::int64_t> known_ = 0;
  std::atomic<std::int64_t> scheduled_ = 0;
  std::atomic<std::int64_t> schedules_known_ = 0;
  std::int64_t schedules_open_ = 0;
};

/// How `explore` works.
struct ExploreOptions {
  int threads = 0;                      ///< 0: one a core
  std::function<bool()> interrupted{};  ///< asked between layers: true stops the work
  /// Configurations done, of all, and layers mapped; any thread calls it.
  std::function<void(double done, std::int64_t layers)> progress{};
};

/// The schedules of the open wave, whose layers are kept; false: interrupted.
bool schedule_wave(Exploration& exploration, const ExploreOptions& options);

/// What the open wave still needs, on the threads of this machine; false: interrupted.
bool solve_open_wave(Exploration& exploration, const ExploreOptions& options);

/// All waves on the threads of this machine; false: interrupted. What was mapped is kept.
bool explore(Exploration& exploration, const ExploreOptions& options);

}  // namespace tilewise
