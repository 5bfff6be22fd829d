#pragma once

namespace tilewise {

/// From now on Ctrl-C and SIGTERM end the program with a line that says what is kept, where
/// no InterruptGuard knows better. A signal that was ignored stays ignored.
void say_interrupts();

/// While one lives, Ctrl-C (SIGINT) and SIGTERM are remembered instead of ending the program; a
/// second one ends it. A signal that was ignored, as by nohup, stays ignored.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  /// Whether such a signal came. Any thread may ask.
  static bool interrupted();
  /// What a shell says of a command that the signal ended: 130 after Ctrl-C, 143 after SIGTERM.
  static int exit_code();

 private:
  using Handler = void (*)(int);
  Handler before_interrupt_;
  Handler before_terminate_;
};

}  // namespace tilewise
