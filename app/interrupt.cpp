#include "app/interrupt.hpp"

#include <csignal>

namespace tilewise {
namespace {

volatile std::sig_atomic_t pressed = 0;

extern "C" void remember(int signal) {
  pressed = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  pressed = 0;
  std::signal(SIGINT, remember);
}

InterruptGuard::~InterruptGuard() { std::signal(SIGINT, SIG_DFL); }

bool InterruptGuard::interrupted() { return pressed != 0; }

}  // namespace tilewise
