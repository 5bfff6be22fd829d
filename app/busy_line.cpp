#include "app/busy_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <stop_token>

#include "app/terminal.hpp"
#include "base/quote.hpp"
#include "base/text.hpp"

namespace tilewise {
namespace {

/// Shows the seconds as they pass, until it shall stop.
void show_seconds(const std::stop_token& stop, const std::string& what, std::size_t width) {
  constexpr std::size_t kSeconds = 10;  // characters of the time
  std::mutex mutex;
  std::condition_variable_any passed;
  for (int seconds = 1;; ++seconds) {
    std::unique_lock lock(mutex);
    passed.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    if (stop.stop_requested()) break;
    const std::string line =
        fmt::format("\r{} {} s\033[K", cut_in_middle(printable(what), width - kSeconds), seconds);
    std::fputs(line.c_str(), stderr);
    std::fflush(stderr);
  }
  std::fputs("\r\033[K", stderr);
}

}  // namespace

BusyLine::BusyLine(const std::string& what) {
  constexpr std::size_t kLeast = 20;
  constexpr std::size_t kUsual = 80;
  if (::isatty(STDERR_FILENO) != 1) return;
  const std::size_t width = std::max(kLeast, terminal_width(STDERR_FILENO).value_or(kUsual));
  thread_ =
      std::jthread([what, width](const std::stop_token& stop) { show_seconds(stop, what, width); });
}

BusyLine::~BusyLine() = default;

}  // namespace tilewise
