#pragma once

#include <stdexcept>
#include <string>

namespace tilewise {

/// A mistake in the user's input: a file, a value, a combination of values.
/// The message names the place ("eyeriss.yaml:12: levels[1].size: ...") and the cure.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace tilewise
