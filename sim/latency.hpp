#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "base/units.hpp"
#include "sim/access_counts.hpp"
#include "sim/cost_terms.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// How long one port is busy in the whole run, seen from its most loaded instance.
struct PortLoad {
  Port port;
  Cycles busy;
};

/// How long one part of a device is busy with a layer.
struct PartLoad {
  std::string part;   ///< "compute", or a port as a bound names it: "DRAM port"
  std::string place;  ///< as the breakdown of the energy names it: "compute", a level, "network
                      ///< below LEVEL"
  Cycles busy;
};

/// The time of one layer under one mapping (DESIGN section 3, docs/model.md Eq. 7 to 11).
struct Latency {
  Cycles total;
  std::int64_t compute_cycles = 0;  ///< executed iterations
  Cycles compute_time;              ///< what these take with the way in and out of the loops
  std::vector<Cycles> tile_time;    ///< T_c: mean time of one tile of level c
  Cycles cold_fill;                 ///< first tiles, level by level
  Cycles last_drain;                ///< the last Output tile on its way out
  std::vector<PortLoad> ports;      ///< every limited port that the mapping loads
  /// 1 - compute cycles / total.
  double stall_share() const;
};

/// What may bound a layer: compute, then every port that the mapping loads.
std::vector<PartLoad> part_loads(const Latency& latency, const Architecture& architecture);
/// The largest load: "compute", or the port that is busy longest.
std::string bound_of(const Latency& latency, const Architecture& architecture);

Latency layer_latency(const Architecture& architecture, const Layer& layer,
                      const NestTables& tables, const AccessCounts& counts);

}  // namespace tilewise
