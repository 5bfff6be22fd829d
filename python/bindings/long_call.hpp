#pragma once

#include <nanobind/nanobind.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <string>

#include "sweep/mapped_layers.hpp"

namespace tilewise {

class LongCall;
/// How layers are mapped during `call`. Throws InputError where a word or number is none.
MappingOptions long_call_options(LongCall& call, const std::string& objective,
                                 const std::string& factors, int threads,
                                 nanobind::handle progress);

/// Work that takes long: it runs on a thread of its own without Python's lock, while the calling
/// thread sees to signals. Ctrl-C, and an exception out of a callback, stop it soon and are raised.
class LongCall {
 public:
  /// What the work asks: true once it shall stop.
  std::function<bool()> interrupted() {
    return [this] { return stop_.load(); };
  }

  /// `callback(phase, share)`, which lives as long as the call, for any thread; None: nothing. What
  /// it raises stops the work.
  std::function<void(const std::string& phase, double share)> progress(nanobind::handle callback);

  /// Does `work`; raises what stopped it.
  template <class Work>
  auto run(const Work& work) {
    auto running = std::async(std::launch::async, work);
    const nanobind::gil_scoped_release released;
    while (running.wait_for(kBetweenLooks) != std::future_status::ready) look_for_signals();
    raise_error();
    return running.get();
  }

 private:
  static constexpr std::chrono::milliseconds kBetweenLooks{20};
  /// Asks Python whether a signal's handler raises.
  void look_for_signals();
  void fail();
  void raise_error();

  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace tilewise
