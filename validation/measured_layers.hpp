#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// A layer of a network, and how long a design took for it.
struct MeasuredLayer {
  std::string network;
  std::string design;
  std::string type;  ///< as the table says: Conv, Fc, MaxPool, AveragePool
  Layer layer;
  Microseconds time;
};

/// The rows of the types that are wanted, in the order of the table. Its columns: model, design,
/// layer, type, OC, IC, IH, IW, KH, KW, SH, SW, padL, padU, OH, OW, latency_ns; others are ignored.
/// Throws InputError with file and line.
std::vector<MeasuredLayer> load_measured_layers(const std::filesystem::path& path,
                                                const std::vector<std::string>& types);

/// The types that load_measured_layers knows.
const std::vector<std::string>& measured_types();

}  // namespace tilewise
