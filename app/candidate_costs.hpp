#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/sweep_options.hpp"
#include "space/search_space.hpp"

namespace tilewise {

/// A candidate of a search space, as `tilewise space` shows it.
struct ShownCandidate {
  const SearchSpace& space;
  std::optional<std::int64_t> index;
  std::string text;  ///< as the space writes it
};

/// Prints MACs, parameters and layers on each data set and, where devices are given, what the
/// network costs there. Returns the exit code.
int print_candidate(const ShownCandidate& shown, const SweepArguments& arguments, bool json);

}  // namespace tilewise
