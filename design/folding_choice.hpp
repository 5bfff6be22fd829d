#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "design/streaming_design.hpp"

namespace tilewise {

/// Stages of one kind, which fold alike, and their options.
struct FoldingClass {
  std::int64_t stages = 0;
  std::span<const StageOption> options;
};

/// One option of each class, by class.
using FoldingChoice = std::vector<std::size_t>;

/// Options with at most `limit` cycles, one a class, whose sum fits `available`, by depth-first
/// branch and bound: the least of each resource over the classes to come cuts. Exact.
struct ChoiceResult {
  enum class Verdict {
    Fits,
    Impossible,  ///< even if equal stages need not fold alike
    NoneAlike,   ///< none whose equal stages fold alike
    Unknown,     ///< stopped at too many nodes
  };
  Verdict verdict = Verdict::Unknown;
  FoldingChoice choice;
  std::int64_t nodes = 0;
};
/// With `prices` the cheapest choice under them, else the first.
ChoiceResult choose_foldings(std::span<const FoldingClass> classes, std::int64_t limit,
                             const FpgaResources& available,
                             const ResourcePrices* prices = nullptr);

/// The least of each resource over the options within `limit`, summed over all stages; empty where
/// a class has no option.
std::optional<FpgaResources> least_resources(std::span<const FoldingClass> classes,
                                             std::int64_t limit);

}  // namespace tilewise
