#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "mapper/nest_tables.hpp"

namespace tilewise {

/// Moves of searches before that no thread uses. Any thread may take and give.
class IdleMoves {
 public:
  std::unique_ptr<SharedMoves> take() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return std::make_unique<SharedMoves>();
    auto moves = std::move(idle_.back());
    idle_.pop_back();
    return moves;
  }
  void give(std::unique_ptr<SharedMoves> moves) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(moves));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<SharedMoves>> idle_;
};

}  // namespace tilewise
