#pragma once

#include <string>
#include <vector>

#include "design/fpga_estimate.hpp"

namespace tilewise {

/// One change of a design and what it does.
struct WhatIfRow {
  std::string change;  ///< as asked for: "Tm=x2", or several: "Tm=x2,banks=fixed"
  HlsEngine design;    ///< with the change
  FpgaEstimate after;
  std::vector<std::string> why;  ///< for each quantity that moved, the term that moved it
};

/// What changes of pragmas and parameters would do to one layer on one design.
struct WhatIf {
  HlsEngine design;
  Layer layer;
  FpgaEstimate before;
  std::vector<WhatIfRow> rows;
};

/// Applies "KEY=VALUE", or several joined by commas, to a design; docs/fpga.md lists the keys. A
/// number may be relative: "x2", "/2". Throws InputError with the change and its cure.
HlsEngine changed(HlsEngine design, const std::string& change);

/// Each pragma of the design toggled once: pipeline, unroll, partition, flatten, dataflow, double
/// buffer of each tensor, widths, clock.
std::vector<std::string> default_changes(const HlsEngine& design);

/// A row for each of `changes`, each applied to `design` alone.
WhatIf what_if(const HlsEngine& design, const Layer& layer, const std::vector<std::string>& changes,
               const SearchOptions& options);

}  // namespace tilewise
