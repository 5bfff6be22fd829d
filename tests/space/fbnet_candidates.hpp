#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "space/fbnet_architecture.hpp"
#include "space/search_spaces.hpp"

namespace tilewise {

inline const SearchSpace& fbnet_space() { return find_space("fbnet"); }

/// The first `count` candidates of FBNet's random sequence of `seed`.
inline std::vector<FbnetArchitecture> fbnet_candidates(std::uint64_t seed, std::uint64_t count) {
  std::vector<FbnetArchitecture> all;
  for (std::uint64_t i = 0; i < count; ++i) all.push_back(sample_fbnet(seed, i));
  return all;
}

/// The choices of candidates, one after the other.
inline std::vector<std::uint8_t> choices_of(std::span<const FbnetArchitecture> candidates) {
  std::vector<std::uint8_t> choices;
  for (const FbnetArchitecture& each : candidates) {
    for (const FbnetOp op : each.ops) choices.push_back(static_cast<std::uint8_t>(op));
  }
  return choices;
}
inline std::vector<std::uint8_t> choices_of(const FbnetArchitecture& candidate) {
  return choices_of(std::span(&candidate, 1));
}

}  // namespace tilewise
