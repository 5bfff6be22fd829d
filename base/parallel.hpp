#pragma once

#include <cstdint>
#include <functional>

namespace tilewise {

/// Calls `body(i)` for each `i` below `n`, on `threads` threads (0: one a core). Bodies share
/// nothing: each writes its own slot, so that the result does not depend on the number of
/// threads. The first exception in order of `i` is rethrown here; later bodies are then left out.
void parallel_for(std::int64_t n, int threads, const std::function<void(std::int64_t)>& body);

/// The same for short bodies: calls `body(first, last)` for runs of neighbours that together are
/// 0 .. n - 1, long enough that handing them out costs nothing.
void parallel_batches(std::int64_t n, int threads,
                      const std::function<void(std::int64_t, std::int64_t)>& body);

/// What users may ask for: more serves no machine.
inline constexpr int kMostThreads = 4096;
/// `threads` as a user gave it; throws InputError where it is below 0 or above kMostThreads.
int checked_threads(int threads);

/// The number of threads that `threads` = 0 stands for.
int available_threads();

}  // namespace tilewise
