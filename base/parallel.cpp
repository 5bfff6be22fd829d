#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace tilewise {

namespace {

/// What the threads of one loop share: the next index, and the first exception in their order.
class SharedLoop {
 public:
  SharedLoop(std::int64_t n, const std::function<void(std::int64_t)>& body)
      : n_(n), body_(body), error_at_(n) {}

  /// Takes indices until none is left.
  void work() {
    for (std::int64_t i = next_++; i < n_; i = next_++) {
      if (i > error_at_) continue;
      try {
        body_(i);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (i < error_at_) {
          error_at_ = i;
          error_ = std::current_exception();
        }
      }
    }
  }

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::int64_t n_;
  const std::function<void(std::int64_t)>& body_;
  std::atomic<std::int64_t> next_{0};
  std::atomic<std::int64_t> error_at_;
  std::mutex mutex_;
  std::exception_ptr error_;
};

/// Set on the threads of a loop: a loop in its body runs where it is.
thread_local bool in_a_team = false;

}  // namespace

// A team lives for one loop. One that waits for the next either spins, which takes the cores that
// others work on, or is gone in a process that forked; starting a thread takes some 20 us.
void parallel_for(std::int64_t n, int threads, const std::function<void(std::int64_t)>& body) {
  const std::int64_t wanted = threads > 0 ? threads : available_threads();
  const std::int64_t team = in_a_team ? 1 : std::min(n, wanted);
  SharedLoop loop(n, body);
  {
    std::vector<std::jthread> others;
    try {
      for (std::int64_t i = 1; i < team; ++i) {
        others.emplace_back([&loop] {
          in_a_team = true;
          loop.work();
        });
      }
    } catch (const std::system_error&) {
      // The system gives no more threads: those there are do the work.
    }
    const bool outer = std::exchange(in_a_team, in_a_team || team > 1);
    loop.work();
    in_a_team = outer;
  }
  loop.rethrow();
}

void parallel_batches(std::int64_t n, int threads,
                      const std::function<void(std::int64_t, std::int64_t)>& body) {
  constexpr std::int64_t kBatch = 4096;
  parallel_for((n + kBatch - 1) / kBatch, threads, [&](std::int64_t batch) {
    body(batch * kBatch, std::min(n, (batch + 1) * kBatch));
  });
}

int checked_threads(int threads) {
  if (threads >= 0 && threads <= kMostThreads) return threads;
  throw InputError("threads: " + std::to_string(threads) + ": expected 0 (one a core) to " +
                   std::to_string(kMostThreads));
}

int available_threads() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace tilewise
