#pragma once

#include <exception>
#include <stdexcept>
#include <string>

namespace tilewise {

/// A mistake in the user's input: a file, a value, a combination of values.
/// The message names the place ("eyeriss.yaml:12: levels[1].size: ...") and the cure.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown out of work that gives no partial answer when its `interrupted` said true: the user's
/// wish, not an error.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

}  // namespace tilewise
