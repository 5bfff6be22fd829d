#include "app/interrupt.hpp"

#include <csignal>

#include "app/commands.hpp"

namespace tilewise {
namespace {

volatile std::sig_atomic_t came = 0;  ///< the number of the signal

extern "C" void remember(int signal) {
  came = signal;
  std::signal(signal, SIG_DFL);
}

/// Returns what handled the signal before.
auto take_over(int signal) {
  const auto before = std::signal(signal, remember);
  if (before == SIG_IGN) std::signal(signal, SIG_IGN);
  return before;
}

}  // namespace

InterruptGuard::InterruptGuard()
    : before_interrupt_(take_over(SIGINT)), before_terminate_(take_over(SIGTERM)) {
  came = 0;
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, before_interrupt_);
  std::signal(SIGTERM, before_terminate_);
}

bool InterruptGuard::interrupted() { return came != 0; }

int InterruptGuard::exit_code() { return kSignalled + came; }

}  // namespace tilewise
