#pragma once

#include <filesystem>
#include <string>

#include "base/quote.hpp"
#include "sweep/network_sweep.hpp"

namespace tilewise {

/// Writes the files of a sweep (docs/formats.md, Networks) whose candidates are networks: costs.csv
/// (a network a row), layers.csv (a layer of a network and device a row) and run.yaml. Throws
/// InputError as write_sweep does.
void write_network_sweep(const NetworkSweep& sweep, const std::string& command,
                         const std::filesystem::path& folder, CsvGuard guard = CsvGuard::On);

/// layers.csv as text: the columns of a sweep behind `network`; layers that fit.
std::string network_layers_csv(const NetworkSweep& sweep);

}  // namespace tilewise
