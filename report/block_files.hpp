#pragma once

#include <string>

#include "sweep/sweep.hpp"

namespace tilewise {

/// The tables of a space of blocks as blocks.csv: a block, or the fixed part, a row.
/// docs/formats.md lists the columns.
std::string blocks_csv(const SweepResult& result, const BlockForm& form);

}  // namespace tilewise
