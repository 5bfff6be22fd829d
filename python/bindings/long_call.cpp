#include "bindings/long_call.hpp"

#include <nanobind/stl/string.h>

#include "base/parallel.hpp"
#include "bindings/bindings.hpp"

namespace nb = nanobind;

namespace tilewise {

std::function<void(const std::string& phase, double share)> LongCall::progress(
    nb::handle callback) {
  if (callback.is_none()) return {};
  return [this, callback](const std::string& phase, double share) {
    const nb::gil_scoped_acquire locked;
    if (stop_) return;
    try {
      callback(phase, share);
    } catch (const nb::python_error&) {
      fail();
    }
  };
}

void LongCall::look_for_signals() {
  const nb::gil_scoped_acquire locked;
  if (stop_ || PyErr_CheckSignals() == 0) return;
  try {
    nb::raise_python_error();
  } catch (const nb::python_error&) {
    fail();
  }
}

void LongCall::fail() {
  const std::scoped_lock lock(mutex_);
  if (!error_) error_ = std::current_exception();
  stop_ = true;
}

void LongCall::raise_error() {
  if (error_) std::rethrow_exception(error_);
}

MappingOptions long_call_options(LongCall& call, const std::string& objective,
                                 const std::string& factors, int threads, nb::handle progress) {
  MappingOptions options;
  options.objective = parse_objective(objective);
  options.factors = parse_factors_or_auto(factors);
  options.run.threads = checked_threads(threads);
  options.run.progress = call.progress(progress);
  options.run.interrupted = call.interrupted();
  return options;
}

}  // namespace tilewise
