#pragma once

#include <cstddef>
#include <vector>

#include "arch/architecture.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Energy of the words of one tensor at one boundary, linear in their counts (Eq. 12 to 14). Input
/// and Weight: pJ a word. Output: pJ a bit as the memory holds it, because its mean width depends
/// on the mapping; the networks take pJ a word.
struct EnergyWeights {
  double parent = 0.0;              ///< parent reads or updates
  double child = 0.0;               ///< child fills or drains
  double partial_above = 0.0;       ///< partial sums that return, read at the parent
  double partial_below = 0.0;       ///< ... written at the child
  double start = 0.0;               ///< pJ a word of an operand that sums start from, both ends
  bool every_update_reads = false;  ///< Output at the compute unit: no update starts from zero
  std::vector<double> hops;  ///< [level - parent] a word through the network below that level
};
EnergyWeights energy_weights(const Architecture& on, const Layer& layer, Tensor t,
                             std::size_t parent, std::size_t boundary);

}  // namespace tilewise
