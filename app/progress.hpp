#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>

namespace tilewise {

/// A bar on the error stream: only if that is a terminal, within its width, and only after a second
/// of work. The destructor wipes it. May be called from several threads.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `share` of `phase` is done, 0 to 1.
  void show(const std::string& phase, double share);
  /// Shows on this bar, which outlives it: for RunOptions.
  std::function<void(const std::string&, double)> shower();

 private:
  using Clock = std::chrono::steady_clock;
  std::mutex mutex_;
  bool terminal_;
  std::size_t width_;  ///< of the terminal
  bool visible_ = false;
  Clock::time_point next_;
};

}  // namespace tilewise
