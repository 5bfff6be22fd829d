#include "sim/engine/pixel_passes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/error.hpp"

namespace tilewise {
namespace {

/// When loader, array, output stage and weight port are done with what they have had.
struct Progress {
  Cycles loaded;
  Cycles computed;
  Cycles stored;
  Cycles weights;
};

/// The loader behind a ring of beats: it waits for room.
class RingLoader {
 public:
  RingLoader(std::int64_t beats, Cycles beat) : free_(beats), beat_(beat) {}

  /// The time after `beats` more, begun at `start`; `first` is set to when the first one is there.
  Cycles load(std::int64_t beats, Cycles start, Cycles& first) {
    Cycles now = start;
    for (std::int64_t left = beats; left > 0;) {
      while (free_ == 0) {
        now = std::max(now, held_.front().begun);
        free_ += held_.front().beats;
        held_.pop_front();
      }
      if (left == beats) first = now + beat_;
      const std::int64_t some = std::min(left, free_);
      now += beat_ * some;
      left -= some;
      free_ -= some;
    }
    return now;
  }
  /// The array has begun the group of that many beats.
  void begin(std::int64_t beats, Cycles at) { held_.push_back({beats, at}); }

 private:
  struct Group {
    std::int64_t beats;
    Cycles begun;
  };
  std::int64_t free_;
  Cycles beat_;
  std::deque<Group> held_;
};

/// Array and output stage after a pass whose groups end at `done.computed` (FPGA I5, I7, I8).
void finish_pass(const PixelPasses& passes, bool new_weights, Progress& done) {
  if (new_weights) {
    // The weights stream in during the pass: only the last slot waits for the last of them.
    done.weights += passes.weight_load;
    done.computed = std::max(done.computed, done.weights + passes.clocks.slot);
  }
  done.computed = std::max(done.computed + passes.clocks.slot * passes.lost_slots, done.stored);
  done.stored = done.computed + passes.output_store;
}

/// FPGA I5: with any lookahead the constraint is tightest at the first or the last group.
void load_and_compute(const PixelPasses& passes, std::int64_t burst, Progress& done) {
  const Cycles begun = done.loaded;
  const Cycles work = passes.group_work * passes.groups;
  done.loaded += passes.clocks.beat * (burst * passes.groups);
  done.computed = std::max(
      {done.computed + work, begun + passes.clocks.beat + work, done.loaded + passes.group_work});
}

/// The same group by group, since the loader waits for the array.
void load_and_compute(const PixelPasses& passes, std::int64_t burst, RingLoader& ring,
                      Progress& done) {
  for (std::int64_t group = 0; group < passes.groups; ++group) {
    Cycles first;
    done.loaded = ring.load(burst, done.loaded, first);
    const Cycles ready = group + 1 < passes.groups ? first : done.loaded;
    const Cycles begun = std::max(done.computed, ready);
    ring.begin(burst, begun);
    done.computed = begun + passes.group_work;
  }
}

}  // namespace

Cycles last_store(const PixelPasses& passes, std::span<const std::int64_t> beats) {
  const std::int64_t largest = beats.empty() ? 0 : *std::max_element(beats.begin(), beats.end());
  if (passes.input_ring && *passes.input_ring < largest) {
    throw InputError(fmt::format(
        "input_ring: {} beats hold less than a burst of {} of this layer; make the ring larger",
        *passes.input_ring, largest));
  }
  Progress done;
  RingLoader ring(passes.input_ring.value_or(0), passes.clocks.beat);
  for (std::int64_t m = 0; m < passes.m_tiles; ++m) {
    for (std::size_t tile = 0; tile < beats.size(); ++tile) {
      done.loaded += passes.clocks.beat * passes.lost_slots;
      if (passes.input_ring) {
        load_and_compute(passes, beats[tile], ring, done);
      } else {
        load_and_compute(passes, beats[tile], done);
      }
      finish_pass(passes, tile == 0, done);
    }
  }
  return done.stored;
}

}  // namespace tilewise
