#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/family/fpga.hpp"
#include "arch/fpga/fpga_engine_resources.hpp"
#include "arch/fpga/hls_loop.hpp"
#include "base/units.hpp"
#include "mapper/search.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// A tiled engine as high-level synthesis would build it: its parameters and the pragmas of its
/// nest (docs/fpga.md, HLS pragmas). Depth and latency are unknown where empty: see below.
struct HlsEngine {
  FpgaEngineParameters engine;
  Pipelining pipelining = Pipelining::On;
  Flattening flattening = Flattening::On;
  Overlap dataflow = Overlap::On;           ///< off: no buffer has two copies
  std::optional<std::int64_t> depth;        ///< cycles of the loop body; empty: body_depth
  std::optional<std::int64_t> add_latency;  ///< of an accumulation; empty: fp32 8, fixed 1
};

/// Cycles of an accumulation: as set, else by the arithmetic (H2).
std::int64_t add_latency(const HlsEngine& design);
/// Cycles of the body: as set, else a multiplication, the adder tree over Tn window^2 products and
/// the accumulation, each of add_latency: (2 + ceil(log2(Tn window^2))) of them. An estimate.
std::int64_t body_depth(const HlsEngine& design);

/// What a design costs for one layer.
struct FpgaEstimate {
  FpgaEngineUse use;
  std::vector<FpgaExcess> lacks;  ///< against the whole device; empty: it fits
  InitiationInterval interval;
  HlsNest nest;  ///< one pass over a tile
  /// Empty: no mapping of the layer fits the buffers, and why.
  std::optional<Cycles> latency;
  std::string why_none;
  Microseconds time;
  Picojoules energy;
  std::string bound;   ///< "compute" or the busiest port
  bool proven = true;  ///< no mapping is faster under the pragmas that the search knows
};

/// The least latency of a layer on a design, by the exact search, words as wide as the engine's.
/// A longer interval by the recurrence and loops that are not flattened follow from that mapping.
FpgaEstimate estimate(const HlsEngine& design, const Layer& layer, const EnergyTables& tables,
                      const SearchOptions& options);

}  // namespace tilewise
