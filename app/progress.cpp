#include "app/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "app/terminal.hpp"
#include "base/quote.hpp"
#include "base/text.hpp"

namespace tilewise {
namespace {

constexpr std::size_t kWidth = 30;
constexpr std::size_t kEnds = 10;
constexpr std::size_t kLeastPhase = 20;
constexpr std::size_t kLeastBar = 5;
constexpr std::size_t kUsualWidth = 80;

}  // namespace

ProgressBar::ProgressBar()
    : terminal_(::isatty(STDERR_FILENO) == 1),
      width_(terminal_width(STDERR_FILENO).value_or(kUsualWidth)),
      next_(Clock::now() + std::chrono::seconds(1)) {}

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
  // Both ends of the line: " [", "] 100 %" and the column in which the cursor stays.
  const std::size_t room = std::max(width_, kEnds + kLeastPhase + kLeastBar) - kEnds;
  const std::size_t bar = std::min(kWidth, room - kLeastPhase);
  const auto filled = static_cast<std::size_t>(shown * static_cast<double>(bar));
  const std::string line =
      fmt::format("\r{} [{}{}] {:3.0f} %\033[K", cut_in_middle(printable(phase), room - bar),
                  std::string(filled, '#'), std::string(bar - filled, ' '), 100.0 * shown);
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

std::function<void(const std::string&, double)> ProgressBar::shower() {
  return [this](const std::string& phase, double share) { show(phase, share); };
}

}  // namespace tilewise
