#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "design/engine_design.hpp"
#include "design/engine_partition.hpp"

namespace tilewise {

/// Whether engines that finish within a limit fit a target.
struct ProbeResult {
  enum class Verdict {
    Fits,        ///< `engines` do
    Impossible,  ///< none do: proven
    Unknown,     ///< none found, none excluded
  };
  Verdict verdict = Verdict::Unknown;
  std::vector<Share> engines;
};

/// Weighs the resources against each other: the cheapest partition under prices that say how
/// scarce each is. Where even that costs more than there is, no partition fits (a Lagrangian
/// bound); where it fits, it is one; else the prices of what is lacking rise.
ProbeResult probe_interval(const EngineMenu& menu, std::int64_t limit, const DesignTarget& target);

/// What the engines of a path take, with the memory controllers.
FpgaResources total_resources(const EngineMenu& menu, const std::vector<Share>& engines,
                              const DesignTarget& target);

/// The design that a path stands for.
EngineDesigns design_of(const EngineMenu& menu, const std::vector<Share>& engines,
                        std::span<const EngineUnit> units, const DesignTarget& target);

/// The path with the least sum of times whose engines fit, found by extending paths that no other
/// dominates in time and resources. `better_than`: a sum that is known to be possible.
struct LatencySearch {
  std::optional<std::vector<Share>> engines;  ///< empty: nothing is below `better_than`
  std::int64_t evaluated = 0;
  std::int64_t by_bound = 0;
  bool complete = true;  ///< false: stopped at too many paths
};
LatencySearch search_latency(const EngineMenu& menu, const DesignTarget& target,
                             std::int64_t better_than);

}  // namespace tilewise
