#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "mapper/nest_pricer.hpp"
#include "mapper/nest_tables.hpp"
#include "mapper/problem.hpp"
#include "sim/mapping.hpp"

namespace tilewise {

/// A mapping of the space as the search sees it.
struct SampledMapping {
  std::size_t keep = 0;
  SpatialChoice spatial{};
  TileChoice tiles{};
  std::vector<std::vector<Dim>> orders;  ///< [level], outermost first
  Mapping mapping;
};

/// Draws mappings that fit, each choice evenly among what there is. For tests and benchmarks.
class MappingSampler {
 public:
  MappingSampler(const Problem& problem, std::uint64_t seed) : problem_(problem), random_(seed) {}

  /// Empty: none of `tries` draws fitted.
  std::optional<SampledMapping> next(int tries);

 private:
  std::size_t below(std::size_t n);
  std::optional<SampledMapping> draw();

  const Problem& problem_;
  std::mt19937_64 random_;
};

/// The loops and moves of a sampled mapping, for `pricer` of its kept tensors.
LeanNest lean_nest(const Problem& problem, const SampledMapping& sampled, const NestPricer& pricer,
                   NestTableCache& tables);

}  // namespace tilewise
