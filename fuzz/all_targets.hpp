#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tilewise::fuzz {

struct Target {
  std::string name;
  int (*run)(const std::uint8_t*, std::size_t);
  bool compares = false;  ///< two models: it may take long
};

/// The targets of fuzz/CMakeLists.txt, in its order; defined in a file that the build writes.
std::vector<Target> all_targets();

}  // namespace tilewise::fuzz
