#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "design/design_target.hpp"
#include "design/engine_design.hpp"
#include "design/streaming_design.hpp"
#include "sim/engine/streaming.hpp"
#include "workload/network.hpp"

namespace tilewise {

/// What a design is asked for.
struct NetworkDesignOptions {
  DesignObjective objective = DesignObjective::Latency;
  std::vector<Organisation> organisations;
  PixelLanes pixels = PixelLanes::No;
  std::optional<FpgaPrecision> precision;  ///< of all words; empty: the widths of the network
};

/// Where a streaming design would fit that does not.
struct NearestStreaming {
  std::optional<Bits> width;         ///< the widest words that fit this board
  std::optional<std::string> board;  ///< the shipped board with fewest LUT that holds the design
};

/// One organisation's answer. Either `engines` or `streaming`, or why there is none.
struct OrganisationDesign {
  Organisation organisation = Organisation::Single;
  std::optional<EngineDesigns> engines;
  std::optional<StreamingDesign> streaming;
  std::vector<FpgaExcess> lacks;  ///< why nothing fits
  std::string refusal;            ///< why the organisation cannot run the network at all
  NearestStreaming nearest;
  std::optional<Cycles> mapped;  ///< of one engine: the best mappings on the common engine

  bool found() const { return engines || streaming; }
  double objective_value() const;
  Cycles latency() const;
  Cycles interval() const;
  Picojoules energy() const;
  const FpgaResources& resources() const;
  const DesignCertificate& certificate() const;
};

/// The designs of a network, one an organisation, and which is best.
struct NetworkDesigns {
  std::vector<Layer> layers;
  std::vector<EngineUnit> units;            ///< layers or their groups: `several`
  std::vector<EngineUnit> whole_units;      ///< layers: `single`
  std::optional<StreamPipeline> pipeline;   ///< where streaming was asked for and possible
  std::vector<OrganisationDesign> designs;  ///< in the order asked
  std::optional<std::size_t> best;          ///< the least objective; ties to the first
};

/// The same network with words of these widths.
Network with_precision(const Network& network, const FpgaPrecision& precision);
/// The widest words of each tensor: what an engine that runs all layers must take.
FpgaPrecision widest_precision(const Network& network);

/// No designs yet: the layers in topological order, and the units that engines may run.
NetworkDesigns undesigned(const Network& network);

/// The best design of each organisation. `target`'s precision is that of the engines.
NetworkDesigns design_network(const Network& network, const DesignTarget& target,
                              const NetworkDesignOptions& options);

}  // namespace tilewise
