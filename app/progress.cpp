#include "app/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "base/quote.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kWidth = 30;

}  // namespace

ProgressBar::ProgressBar()
    : terminal_(::isatty(STDERR_FILENO) == 1), next_(Clock::now() + std::chrono::seconds(1)) {}

ProgressBar::~ProgressBar() {
  if (visible_) std::fputs("\r\033[K", stderr);
}

void ProgressBar::show(const std::string& phase, double share) {
  if (!terminal_) return;
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  visible_ = true;
  const double shown = std::clamp(share, 0.0, 1.0);
  const auto filled = static_cast<std::size_t>(shown * static_cast<double>(kWidth));
  const std::string line =
      fmt::format("\r{} [{}{}] {:3.0f} %\033[K", printable(phase), std::string(filled, '#'),
                  std::string(kWidth - filled, ' '), 100.0 * shown);
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

std::function<void(const std::string&, double)> ProgressBar::shower() {
  return [this](const std::string& phase, double share) { show(phase, share); };
}

}  // namespace tilewise
