#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// No step, no group.
inline constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

/// The output of a layer, while later layers read it.
struct Activation {
  std::size_t maker = 0;  ///< the layer that makes it
  std::size_t last = 0;   ///< the last layer that reads it
  Bits size;              ///< words x width
  /// Those of one group lie in one place: some layer reads them as one Input. kNever: never kept.
  std::size_t group = kNever;
  std::string why_not;  ///< where it is never kept: "network output", "read as weights by scores"
};

/// What of a network may lie on chip between its layers, which run in the order of their index.
struct Activations {
  std::vector<Activation> of;  ///< [layer] its output
  std::size_t groups = 0;
  /// [layer] the groups that it reads: one, or of a sum that of each operand that may be kept.
  std::vector<std::vector<std::size_t>> reads;
  /// [layer] operands of a sum, each of which may lie somewhere else; 0: its Input is in one place.
  std::vector<std::int64_t> operands;
  /// [layer] outputs that are there while it runs and may be kept, its own included.
  std::vector<std::vector<std::size_t>> live;
};

/// Operands of a sum of equal maps, of which layers make at least one; 0: the layer is none.
std::int64_t equal_operands(const Network& network, std::size_t index);
/// The same of a sum that reads all that layers make in the width in which it is written; 0: the
/// layer is none.
std::int64_t sum_operands(const Network& network, std::size_t index);

/// `apart`: layers whose tensors are off chip in any case. `most`: the room of the largest home;
/// what is larger is never kept. Empty: the kind of schedule keeps nothing.
Activations activations_of(const Network& network, const std::vector<bool>& apart,
                           std::optional<Bits> most);

}  // namespace tilewise
