#pragma once

#include <cstdint>
#include <optional>

#include "workload/network.hpp"

namespace tilewise {

/// The images at a time that the shapes tell: N of the first layer with a window, or, where the
/// network is one layer, of that. Empty where only products are there, whose rows may be anything.
std::optional<std::int64_t> batch_of(const Network& network);

/// The network on `batch` images at a time instead of `own`: N of each layer grows by as much, and
/// of a matrix product G, since each image has its own product. Throws InputError where a layer
/// does not divide, or grows beyond what check_layer takes.
Network with_batch(const Network& network, std::int64_t own, std::int64_t batch);

}  // namespace tilewise
