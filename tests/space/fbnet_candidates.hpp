#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "space/fbnet_architecture.hpp"
#include "space/search_spaces.hpp"
#include "workload/network.hpp"

namespace tilewise {

inline const SearchSpace& fbnet_space() { return find_space("fbnet"); }

// The definition by hand, which judges the file.

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): a generator whose state is a counter.
inline std::uint64_t fbnet_split_mix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

inline constexpr std::size_t kFbnetDigits =
    kFbnetPositions / 2;  // operations drawn from one number
inline constexpr std::uint64_t kFbnetOps = enum_size<FbnetOp>;

constexpr std::uint64_t fbnet_power(std::uint64_t base, std::size_t exponent) {
  return exponent == 0 ? 1 : base * fbnet_power(base, exponent - 1);
}

/// Uniform below 9^11: what lies above the largest multiple is drawn again.
inline std::uint64_t draw_digits(std::uint64_t& state) {
  constexpr std::uint64_t kRange = fbnet_power(kFbnetOps, kFbnetDigits);
  constexpr std::uint64_t kLimit = std::numeric_limits<std::uint64_t>::max() / kRange * kRange;
  std::uint64_t drawn = fbnet_split_mix(state);
  while (drawn >= kLimit) drawn = fbnet_split_mix(state);
  return drawn % kRange;
}

/// Architecture `index` of the random sequence of `seed`: each position uniform and independent of
/// all others, by two numbers of eleven digits.
inline FbnetArchitecture sample_fbnet(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t outer = seed;
  std::uint64_t state = fbnet_split_mix(outer) ^ index;
  state = fbnet_split_mix(state);  // neighbours in the sequence must not be neighbours as counters
  FbnetArchitecture architecture;
  std::uint64_t digits = 0;
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    if (position % kFbnetDigits == 0) digits = draw_digits(state);
    architecture.ops[position] = static_cast<FbnetOp>(digits % kFbnetOps);
    digits /= kFbnetOps;
  }
  return architecture;
}

/// The whole network: stem, 22 blocks, head, pool, classifier, one after the other.
inline Network fbnet_network(FbnetDataset dataset, const FbnetArchitecture& architecture) {
  Network network("fbnet " + to_string(architecture) + " " + std::string(name(dataset)));
  std::vector<std::size_t> last;
  const auto add = [&](Layer layer) { last = {network.add(std::move(layer), last)}; };
  std::vector<Layer> fixed = fbnet_fixed_layers(dataset);
  add(std::move(fixed.front()));
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    for (Layer& layer : fbnet_block(dataset, position, architecture.ops[position])) {
      add(std::move(layer));
    }
  }
  for (auto layer = fixed.begin() + 1; layer != fixed.end(); ++layer) add(std::move(*layer));
  return network;
}

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
