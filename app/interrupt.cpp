#include "app/interrupt.hpp"

#include <unistd.h>

#include <csignal>
#include <string_view>

#include "app/commands.hpp"

namespace tilewise {
namespace {

volatile std::sig_atomic_t came = 0;  ///< the number of the signal

extern "C" void remember(int signal) {
  came = signal;
  std::signal(signal, SIG_DFL);
}

extern "C" void say_and_end(int signal) {
  constexpr std::string_view kLine =
      "error: interrupted; kept is only what a folder of --out or --store has\n";
  if (::isatty(STDERR_FILENO) == 1 && ::write(STDERR_FILENO, "\n", 1) < 0) ::_exit(kFailure);
  if (::write(STDERR_FILENO, kLine.data(), kLine.size()) < 0) ::_exit(kFailure);
  ::_exit(kSignalled + signal);
}

/// Returns what handled the signal before.
auto take_over(int signal) {
  const auto before = std::signal(signal, remember);
  if (before == SIG_IGN) std::signal(signal, SIG_IGN);
  return before;
}

}  // namespace

void say_interrupts() {
  for (const int signal : {SIGINT, SIGTERM}) {
    if (std::signal(signal, say_and_end) == SIG_IGN) std::signal(signal, SIG_IGN);
  }
}

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
