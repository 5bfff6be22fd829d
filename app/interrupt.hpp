#pragma once

namespace tilewise {

/// While one lives, Ctrl-C is remembered instead of ending the program; a second Ctrl-C ends it.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  /// Whether Ctrl-C was pressed. Any thread may ask.
  static bool interrupted();
};

}  // namespace tilewise
