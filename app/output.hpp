#pragma once

#include <string>
#include <string_view>

#include "workload/layer.hpp"

namespace tilewise {

/// Writes to the standard output, whole; throws std::runtime_error where it cannot.
void print(std::string_view text);
/// Writes "error: MESSAGE" to the error stream, on one line; returns the exit code of a refusal.
int refuse(std::string_view message);

/// "convolution conv1: N 1, M 96, ..., stride 4 x 4": one line of heading.
std::string layer_line(const Layer& layer);

}  // namespace tilewise
