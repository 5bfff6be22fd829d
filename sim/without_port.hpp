#pragma once

#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "sim/cost_terms.hpp"
#include "sim/latency.hpp"
#include "sim/mapping.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The architecture with this port infinitely wide, without its start-up time. A network carries a
/// tensor both ways at one rate, so both of its directions are.
Architecture without_port(Architecture architecture, const Port& port);

/// The latency of the same mapping without this port.
Cycles latency_without(const Architecture& architecture, const Port& port, const Layer& layer,
                       const Mapping& mapping);

/// Whether `port` made infinitely wide takes the limit of `other`, too.
bool widens(const Port& port, const Port& other);

/// A port that a layer waits for, and what would be left of the latency if it were infinitely wide.
struct PortGain {
  Port port;
  Cycles busy;
  Cycles total;  ///< of the same mapping, which need not be the best one then
};

/// Of every port that the mapping loads: those that save most first, of equal ones the busier.
/// `latency` is that of the mapping.
std::vector<PortGain> port_gains(const Architecture& architecture, const Layer& layer,
                                 const Mapping& mapping, const Latency& latency);

/// The latency of the same mapping with all ports infinitely wide: what the work itself takes.
Cycles portless_latency(Architecture architecture, const Layer& layer, const Mapping& mapping,
                        const Latency& latency);

}  // namespace tilewise
