#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>

#include "base/parallel.hpp"
#include "study/exploration.hpp"
#include "study/stride.hpp"

namespace tilewise {
namespace {

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

/// A part of the work of a wave.
struct WavePart {
  std::int64_t tasks = 0;
  double first = 0.0;  ///< share of the wave that was done before
  double last = 1.0;   ///< and after it
};

/// Does the tasks 0 .. count - 1 of the open wave; false: interrupted.
template <class Task>
bool do_tasks(Exploration& exploration, const ExploreOptions& options, const WavePart& part,
              const Task& task) {
  std::atomic<bool> stopped{false};
  const auto is_stopped = [&] {
    if (!stopped && options.interrupted && options.interrupted()) stopped = true;
    return stopped.load();
  };
  const OwnOrder order(part.tasks);
  std::atomic<std::int64_t> ended{0};
  const auto before = static_cast<double>(exploration.done());
  const auto length = static_cast<double>(exploration.open_length());
  parallel_for(part.tasks, options.threads, [&](std::int64_t i) {
    if (stopped) return;
    task(order.at(i), is_stopped);
    ++ended;
    if (is_stopped() || !options.progress) return;
    const double share = part.first + (part.last - part.first) * static_cast<double>(ended) /
                                          static_cast<double>(part.tasks);
    options.progress(before + share * length, exploration.counts().layers_mapped);
  });
  return !stopped;
}

}  // namespace

bool schedule_wave(Exploration& exploration, const ExploreOptions& options) {
  const auto tasks = exploration.schedule_tasks();
  return do_tasks(exploration, options, {std::ssize(tasks), 0.5, 1.0},
                  [&](std::size_t i, const std::function<bool()>& stopped) {
                    exploration.schedule(tasks[i], stopped);
                  });
}

bool solve_open_wave(Exploration& exploration, const ExploreOptions& options) {
  const auto searches = std::ssize(exploration.searches());
  const double share = exploration.schedules() ? 0.5 : 1.0;
  const bool mapped =
      do_tasks(exploration, options, {searches, 0.0, share},
               [&](std::size_t i, const std::function<bool()>&) { exploration.solve(i); });
  return mapped && schedule_wave(exploration, options);
}

bool explore(Exploration& exploration, const ExploreOptions& options) {
  while (exploration.open_wave()) {
    if (!solve_open_wave(exploration, options)) return false;
    exploration.close_wave();
  }
  return true;
}

}  // namespace tilewise
