#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>

#include "mapper/search_tuning.hpp"

namespace tilewise {

/// Counts what a search looks at, and asks now and then whether to stop.
class WorkLimit {
 public:
  /// `stop` may be empty; `most` tiles and orders, 0: no limit.
  WorkLimit(const std::function<bool()>& stop, std::int64_t most) : stop_(stop), most_(most) {}

  /// One more tile or order. Whether the user said stop; with some patience before a first mapping.
  bool told_to_stop(bool has_mapping) {
    ++work_;
    ++effort_;
    if (stopped_ || !stop_ || effort_ < next_question_) return stopped_;
    if (!has_mapping && effort_ <= kPatience) return false;
    next_question_ = effort_ + kWorkBetweenStops;
    stopped_ = stop_();
    return stopped_;
  }
  /// The same, or whether the limit of work is used up, which waits for a first mapping.
  bool reached(bool has_mapping) {
    if (told_to_stop(has_mapping)) return true;
    const std::int64_t most = at_leaf_ ? most_ : std::max(most_, kMostToLeaf);
    if (has_mapping && most_ > 0 && work_ > most) stopped_ = used_up_ = true;
    return stopped_;
  }
  /// Orders of a leaf are about to be tried. What the way to the first one took, to list tiles, is
  /// granted once more: the best of the list are worth it.
  void reach_leaf() {
    if (!at_leaf_ && most_ > 0) most_ = work_ + std::max(most_, work_);
    at_leaf_ = true;
  }
  /// A bound of orders: it costs time, and is no work of its own.
  void add_effort() { ++effort_; }
  bool stopped() const { return stopped_; }
  /// Stopped because the limit of work is used up.
  bool used_up() const { return used_up_; }
  std::int64_t work() const { return work_; }

 private:
  const std::function<bool()>& stop_;
  std::int64_t most_;
  std::int64_t work_ = 0;
  std::int64_t effort_ = 0;  ///< work, and bounds of orders: what time goes into
  std::int64_t next_question_ = 0;
  bool at_leaf_ = false;
  bool stopped_ = false;
  bool used_up_ = false;
};

}  // namespace tilewise
