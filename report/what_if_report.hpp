#pragma once

#include "design/fpga_what_if.hpp"
#include "report/format.hpp"

namespace tilewise {

/// The layer, then a row a change, "before -> after" where it moved, and why. docs/formats.md lists
/// the keys. CSV: what each change leads to a row, the design as it is first.
Report what_if_report(const WhatIf& answer);

}  // namespace tilewise
