#pragma once

#include <filesystem>
#include <string>

#include "space/fbnet_sweep.hpp"

namespace tilewise {

/// As check_sweep_folder, for the files of a sweep of FBNet.
void check_fbnet_folder(const std::filesystem::path& folder);

/// Writes blocks.csv (a block, or the fixed part, a row), layers.csv and run.yaml, as write_sweep
/// does. docs/formats.md lists the columns.
void write_fbnet(const FbnetSweep& space, const SweepOptions& options, const std::string& command,
                 const std::filesystem::path& folder);

/// The table as text.
std::string blocks_csv(const FbnetSweep& space);

/// The fixed part, the least and the most of the whole space, and all-k3_e1 of each data set and
/// device; phase times.
std::string fbnet_text(const FbnetSweep& space);
/// The same as one JSON object.
std::string fbnet_json(const FbnetSweep& space);

}  // namespace tilewise
