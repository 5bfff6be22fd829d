#pragma once

#include <string>

#include "sim/access_counts.hpp"
#include "sim/nest_file.hpp"

namespace tilewise {

/// The counts as one JSON object: transfers by tensor with the names of their levels ("MAC": the
/// compute unit), compute_cycles and macs. docs/formats.md lists the keys.
std::string counts_json(const NestFile& nest, const AccessCounts& counts);

}  // namespace tilewise
