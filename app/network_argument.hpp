#pragma once

#include <string>
#include <vector>

#include "workload/network.hpp"

namespace tilewise {

/// The network that a command line names: a shipped one, a network file, or an ONNX model (a path
/// that ends in .onnx), whose warnings go to the error stream.
Network network_argument(const std::string& name);

/// Prints "warning: MESSAGE" for each to the error stream.
void print_warnings(const std::vector<std::string>& warnings);

}  // namespace tilewise
