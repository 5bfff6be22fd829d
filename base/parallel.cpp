#include "base/parallel.hpp"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <string>

#include "base/error.hpp"

namespace tilewise {

void parallel_for(std::int64_t n, int threads, const std::function<void(std::int64_t)>& body) {
  std::exception_ptr error;
  std::atomic<std::int64_t> error_at{n};
  const int team = threads > 0 ? threads : available_threads();
#pragma omp parallel for schedule(dynamic) num_threads(team)
  for (std::int64_t i = 0; i < n; ++i) {
    if (i > error_at) continue;
    try {
      body(i);
    } catch (...) {
#pragma omp critical(tilewise_parallel_for)
      if (i < error_at) {
        error_at = i;
        error = std::current_exception();
      }
    }
  }
  if (error) std::rethrow_exception(error);
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

int available_threads() { return omp_get_num_procs(); }

}  // namespace tilewise
