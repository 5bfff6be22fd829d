#pragma once

#include "arch/architecture.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// From one step of the nest to the next: the interval of the compute unit, for each operation of
/// an elementwise layer (docs/model.md, Eq. 7).
inline Cycles step_interval(const Architecture& architecture, const Layer& layer) {
  return architecture.compute.interval * static_cast<double>(layer.operations);
}

}  // namespace tilewise
