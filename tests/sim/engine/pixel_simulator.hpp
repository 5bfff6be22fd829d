#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sim/engine/pixel_passes.hpp"

namespace tilewise::testing {

/// A pixel engine cycle by cycle, written from the description of its parts and not from the
/// recurrence: a loader that sends one beat after the other into a ring, an array that works on one
/// channel group after the other, a weight port that runs ahead, an output stage. All times of
/// `passes` must be whole cycles.
class PixelSimulator {
 public:
  PixelSimulator(const PixelPasses& passes, std::vector<std::int64_t> beats)
      : passes_(passes), beats_(std::move(beats)) {
    for (std::int64_t m = 0; m < passes_.m_tiles; ++m) {
      for (std::size_t tile = 0; tile < beats_.size(); ++tile) queue_pass(beats_[tile]);
    }
  }

  /// When the output stage has taken the last pass.
  std::int64_t last_store() {
    while (stored_passes_ < pass_count()) {
      while (step_loader() || step_array() || step_output()) {
      }
      ++now_;
    }
    return now_ - 1;
  }

 private:
  enum class Slot { Lost, Data };
  enum class Array { Ready, Working, Losing, Full };

  static std::int64_t whole(Cycles cycles) { return static_cast<std::int64_t>(cycles.count()); }
  std::int64_t pass_count() const {
    return passes_.m_tiles * static_cast<std::int64_t>(beats_.size());
  }
  std::int64_t burst_of(std::int64_t pass) const {
    return beats_[static_cast<std::size_t>(pass) % beats_.size()];
  }

  void queue_pass(std::int64_t burst) {
    for (std::int64_t i = 0; i < passes_.lost_slots; ++i) to_load_.push_back(Slot::Lost);
    for (std::int64_t i = 0; i < burst * passes_.groups; ++i) to_load_.push_back(Slot::Data);
  }

  bool step_loader() {
    if (loading_ && now_ >= beat_ends_) {
      if (to_load_.front() == Slot::Data) ++arrived_;
      to_load_.pop_front();
      loading_ = false;
      return true;
    }
    if (loading_ || to_load_.empty()) return false;
    if (to_load_.front() == Slot::Data) {
      if (passes_.input_ring && in_ring_ == *passes_.input_ring) return false;
      ++in_ring_;
    }
    loading_ = true;
    beat_ends_ = now_ + whole(passes_.clocks.beat);
    return true;
  }

  /// Whether the beats are there that the next group waits for: one, or all for the last.
  bool has_input() const {
    const bool last = group_ + 1 == passes_.groups;
    return arrived_ - taken_ >= (last ? burst_of(pass_) : 1);
  }

  /// When the last slot of a pass may begin: the weights of its outputs have streamed in.
  std::int64_t weights_there() const {
    const auto m = pass_ / static_cast<std::int64_t>(beats_.size());
    return (m + 1) * whole(passes_.weight_load);
  }

  bool step_array() {
    switch (array_) {
      case Array::Ready:
        if (pass_ == pass_count() || !has_input()) return false;
        taken_ += burst_of(pass_);
        in_ring_ -= burst_of(pass_);
        work_ends_ = now_ + whole(passes_.group_work);
        array_ = Array::Working;
        return true;
      case Array::Working:
        if (now_ < work_ends_) return false;
        if (group_ + 1 < passes_.groups) {
          ++group_;
          array_ = Array::Ready;
          return true;
        }
        if (now_ < weights_there() + whole(passes_.clocks.slot) && is_first_tile()) return false;
        work_ends_ = now_ + passes_.lost_slots * whole(passes_.clocks.slot);
        array_ = Array::Losing;
        return true;
      case Array::Losing:
        if (now_ < work_ends_) return false;
        array_ = Array::Full;
        return true;
      case Array::Full:
        if (storing_) return false;
        storing_ = true;
        store_ends_ = now_ + whole(passes_.output_store);
        ++pass_;
        group_ = 0;
        array_ = Array::Ready;
        return true;
    }
    return false;
  }
  bool is_first_tile() const { return pass_ % static_cast<std::int64_t>(beats_.size()) == 0; }

  bool step_output() {
    if (!storing_ || now_ < store_ends_) return false;
    storing_ = false;
    ++stored_passes_;
    return true;
  }

  const PixelPasses passes_;
  const std::vector<std::int64_t> beats_;
  std::deque<Slot> to_load_;
  std::int64_t now_ = 0;
  bool loading_ = false;
  std::int64_t beat_ends_ = 0;
  std::int64_t in_ring_ = 0;  ///< beats on their way, there, or in a group that has not begun
  std::int64_t arrived_ = 0;
  std::int64_t taken_ = 0;  ///< beats of the groups that have begun
  Array array_ = Array::Ready;
  std::int64_t work_ends_ = 0;
  std::int64_t pass_ = 0;
  std::int64_t group_ = 0;
  bool storing_ = false;
  std::int64_t store_ends_ = 0;
  std::int64_t stored_passes_ = 0;
};

}  // namespace tilewise::testing
