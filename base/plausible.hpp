#pragma once

#include "base/unit_table.hpp"

namespace tilewise {

/// Beyond what any chip has, by far: costs of such numbers are no costs, and sums of them are not
/// finite. In the unit that quantity() gives.
struct Plausible {
  double least;  ///< of what is not zero
  double most;
};
Plausible plausible(UnitKind kind);

}  // namespace tilewise
