#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "workload/layer.hpp"

namespace tilewise {

/// Whether a device has a mapping of a layer.
using FitsDevice = std::function<bool(const Layer&)>;

/// The layers, one after the other, that do what a layer does that fits a device in no way, as a
/// compiler would cut it: a pool over rows and then over columns; else the window's rows and
/// columns and the input channels in chunks, as few as fit, whose partial sums are joined. Each
/// reads off-chip memory and writes there. Empty: nothing of this fits.
std::optional<std::vector<Layer>> split_to_fit(const Layer& layer, const FitsDevice& fits);

}  // namespace tilewise
