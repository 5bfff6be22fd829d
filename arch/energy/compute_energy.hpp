#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arch/energy/energy_spread.hpp"
#include "arch/energy/technology_scaling.hpp"
#include "base/units.hpp"

namespace tilewise {

inline constexpr Bits kWidestOperand{128};  ///< beyond it no rule of ours is believable

/// An integer adder or multiplier of the table.
struct Operation {
  Bits width;
  Picojoules energy;
  std::optional<SquareMillimeters> area;  ///< empty: not published
  bool estimated = false;                 ///< not in the published table
};

/// Integer arithmetic at the technology point it was published for.
struct ComputeTable {
  TechnologyPoint technology;
  std::vector<Operation> adders;       ///< by rising width
  std::vector<Operation> multipliers;  ///< by rising width
  double gated_share = 0.0;            ///< of a MAC whose operand is zero
  std::string source;
  std::string gated_source;
  EnergySpread spread = {};  ///< of other published energies
};

/// What one compute unit costs, an operation each.
struct ComputeCost {
  Picojoules multiply_add;
  Picojoules gated;  ///< a MAC whose gating operand is zero
  Picojoules add;    ///< an operation without multiplier
  SquareMillimeters area;
  std::string source;
  EnergySpread spread = {};  ///< of other published energies
};

/// Throws InputError where the file breaks the format of configs/energy/compute.yaml.
ComputeTable load_compute_table(const std::filesystem::path& path);

/// A multiplier of `operand` bits and an adder of `accumulator` bits, moved to `at`. Widths between
/// those of the table: an adder is linear in the width, a multiplier linear in its square; outside
/// proportional to that. Throws InputError for widths outside 1..128 bit.
ComputeCost multiply_add_cost(const ComputeTable& table, const TechnologyScaling& scaling,
                              Bits operand, Bits accumulator, const TechnologyPoint& at);

}  // namespace tilewise
