#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arch/family/fpga.hpp"
#include "base/run_options.hpp"
#include "design/network_design.hpp"
#include "mapper/mapping_memory.hpp"

namespace tilewise {

/// A design as an architecture file has it: families fpga_tiled_engine (one engine, which every
/// command takes), fpga_engines and fpga_streaming. docs/fpga_design.md, Design file.
struct DesignFile {
  std::string name;
  Organisation organisation = Organisation::Single;
  FpgaBoard board;
  Megahertz clock{200.0};
  std::optional<FpgaPrecision> precision;  ///< empty: the widths of the network
  struct Engine {
    EngineLanes lanes;
    EngineTile tile;
    std::vector<std::string> units;  ///< "conv1", "conv1[0]"; empty: all that no other has
  };
  std::vector<Engine> engines;
  std::optional<FpgaResources> taken;  ///< of one engine whose buffers are set
  struct Stage {
    std::string name;  ///< of the layer; of a join LAYER.join
    Folding folding;
  };
  std::vector<Stage> stages;
};

/// Throws InputError with file, line, key and cure.
DesignFile load_design(const std::filesystem::path& path);

/// One engine as the family fpga_tiled_engine has it: buffers of its tile, two copies each.
FpgaEngineParameters engine_parameters(const EngineDesign& engine,
                                       std::span<const EngineUnit> units,
                                       const DesignTarget& target);

/// A found engine on the common engine: the sum of the best mappings' latencies. Empty where a
/// layer fits its buffers in no way. What `memory` knows is not mapped again. Throws Interrupted:
/// what was mapped by then is kept.
std::optional<Cycles> mapped_latency(const EngineDesigns& design, std::span<const Layer> layers,
                                     std::span<const EngineUnit> units, const DesignTarget& target,
                                     const RunOptions& run, const MappingMemory& memory = {});

/// The file of a found design.
DesignFile design_file(const NetworkDesigns& designs, const OrganisationDesign& design,
                       const DesignTarget& target, const NetworkDesignOptions& options);
/// Such a file as YAML. One engine's buffers are the tile of the largest window of `units`.
std::string design_yaml(const DesignFile& file, std::span<const EngineUnit> units);

/// What a network costs on the design, searching nothing; `lacks` says where it exceeds the usable
/// part of its board. Throws InputError where file and network do not belong together.
NetworkDesigns evaluate_design(const DesignFile& file, const Network& network,
                               const DesignTarget& target);

}  // namespace tilewise
