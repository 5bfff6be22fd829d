#pragma once

#include "report/format.hpp"
#include "sim/access_counts.hpp"
#include "sim/nest_file.hpp"

namespace tilewise {

/// The counts: transfers by tensor with the names of their levels ("MAC": the compute unit),
/// compute cycles and MACs. docs/formats.md lists the keys. CSV: a transfer a row.
Report counts_report(const NestFile& nest, const AccessCounts& counts);

}  // namespace tilewise
