#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workload/network.hpp"
#include "workload/onnx/onnx_import.hpp"

namespace tilewise {

/// The network that a command line names: a shipped one, a network file, or an ONNX model (a path
/// that ends in .onnx), whose warnings go to the error stream.
Network network_argument(const std::string& name);

/// The largest batch, or size of a dimension, that a command line may ask for.
inline constexpr std::int64_t kMostOfDimension = std::int64_t{1} << 31U;
/// Adds the sizes of open dimensions that --dim names, "sequence=128" each. Throws InputError.
void read_dims(const std::vector<std::string>& words, OnnxOptions& options);

/// Prints "warning: MESSAGE" for each to the error stream.
void print_warnings(const std::vector<std::string>& warnings);

}  // namespace tilewise
