#pragma once

#include <vector>

#include "space/fbnet_table.hpp"
#include "space/sweep.hpp"

namespace tilewise {

/// All of FBNet on some devices: a table a data set, from which any architecture is a sum.
struct FbnetSweep {
  SweepResult sweep;               ///< devices, layers and phases; no rows
  std::vector<FbnetTable> tables;  ///< by data set in the order asked
};

/// Maps each distinct layer of the space once on each device. No device: a table of MACs and
/// parameters. `times_used` of a layer: blocks and fixed parts that have it, over all data sets.
/// Throws InputError where a layer fits a device in no way.
FbnetSweep sweep_fbnet(const SweepOptions& options);

/// The rows of these architectures on each data set, as a sweep of them would give.
SweepResult fbnet_rows(const FbnetSweep& space, const std::vector<FbnetArchitecture>& architectures,
                       int threads);

}  // namespace tilewise
