#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "design/design_target.hpp"
#include "design/engine_units.hpp"

namespace tilewise {

/// One engine of a design.
struct EngineDesign {
  EngineLanes lanes;
  EngineTile tile;                 ///< output pixels a lane that its buffers hold, two copies
  std::vector<std::size_t> units;  ///< what it runs, in order
  double cycles = 0.0;             ///< for all of them (F10, compulsory traffic)
  FpgaResources resources;
};

/// One engine, or several side by side, and what an image costs there.
struct EngineDesigns {
  std::vector<EngineDesign> engines;
  FpgaResources resources;       ///< of all engines and the memory controllers
  Cycles latency;                ///< of one image: the sum over the engines (F12)
  Cycles interval;               ///< between images: the slowest engine, or the port (F12)
  Bits off_chip;                 ///< of one image, compulsory
  Picojoules energy;             ///< of one image (F13)
  double objective_value = 0.0;  ///< cycles or pJ
  DesignCertificate certificate;
};

/// The least design of an organisation: one lane. What it takes more than there is tells why no
/// design fits.
struct EngineSearchResult {
  std::optional<EngineDesigns> design;
  std::vector<FpgaExcess> lacks;  ///< of the least design, where none fits
};

struct EngineSearchOptions {
  DesignObjective objective = DesignObjective::Latency;
  PixelLanes pixels = PixelLanes::No;
};

/// The engine that runs all `units` best: exact over all Tm, Tn (Tp, Tq). Latency and throughput
/// are the same for one engine: the sum of uses x unit_cycles. Ties go to fewer lanes, then to
/// the lower Tn, Tm.
EngineSearchResult search_single_engine(std::span<const EngineUnit> units,
                                        const DesignTarget& target,
                                        const EngineSearchOptions& options = {});

/// Latency, interval and energy of engines whose lanes and units are set, and what they take;
/// buffers of one pixel a lane.
EngineDesigns evaluate_engines(std::vector<EngineDesign> engines, std::span<const EngineUnit> units,
                               const DesignTarget& target);

/// Larger tiles for all engines, row and column alike, as long as they fit and serve: buffers of
/// one pixel run a layer at the naive traffic.
void grow_tiles(EngineDesigns& design, std::span<const EngineUnit> units,
                const DesignTarget& target);

/// Controllers that a fixed-point design needs for its port; fp32's LUT count has them (F8).
FpgaResources controllers(const DesignTarget& target);

}  // namespace tilewise
