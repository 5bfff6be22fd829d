#pragma once

#include <functional>
#include <string>

namespace tilewise {

/// How long work runs: what every call takes that may last. No answer depends on any of it, unless
/// the work is interrupted.
struct RunOptions {
  int threads = 0;  ///< 0: one a core
  /// Called now and then, from any thread, one at a time; `share` of the phase is 0 to 1.
  std::function<void(const std::string& phase, double share)> progress = {};
  std::function<bool()> interrupted = {};  ///< asked now and then, by any thread; true: stop soon

  /// Tells of progress where somebody listens.
  void show(const char* phase, double share) const {
    if (progress) progress(phase, share);
  }
  bool stopped() const { return interrupted && interrupted(); }
};

}  // namespace tilewise
