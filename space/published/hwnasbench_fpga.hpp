#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/enum_array.hpp"
#include "base/units.hpp"
#include "space/fbnet.hpp"
#include "space/nasbench201.hpp"
#include "space/published/hwnasbench.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The quirks of the FPGA column, each as published by default: what a switch does when it is off
/// is said by `hwnasbench_fpga_switches` and docs/hwnasbench.md.
struct HwnasbenchFpgaSwitches {
  bool no_ceilings = true;             ///< the last, part empty step of an engine counts as a part
  bool weights_per_tile = true;        ///< each spatial tile reads the weights again
  bool weights_wait = true;            ///< weights are read while nothing else happens
  bool outputs_wait = true;            ///< outputs are stored while nothing else happens
  bool buffer_clear = true;            ///< clearing the output buffer takes time
  bool pool_reads_then_writes = true;  ///< a pool costs its reads plus its writes, no work
  bool sums_cost_reads = true;         ///< a sum costs one read an operand, and no write
  bool none_is_read = true;            ///< an edge without operation is an operand of the sum
  bool global_pool_is_read = true;     ///< ambiguous: the global pool reads, else sums are written
  bool stem_padded_to_four = true;     ///< the image has four channels
  bool classifier_free = true;         ///< of NAS-Bench-201
  bool chunks_side_by_side = true;     ///< latency is that of the slowest chunk
  bool channels_184_as_192 = true;     ///< FBNet's sixth stage is wider
  bool stride_on_first_1x1 = true;     ///< the expansion of an FBNet block has the stride
  bool engines_side_by_side = true;    ///< a block takes the longer of 1x1 and depthwise work
  bool skips_free = true;              ///< the 1x1 convolution of an FBNet skip costs nothing
  bool frame_free = true;              ///< FBNet's stem, head, pool and classifier cost nothing
  bool constant_power = true;          ///< energy is power times latency
  bool operator==(const HwnasbenchFpgaSwitches&) const = default;
};
/// All switches in that order.
std::span<const NamedSwitch<HwnasbenchFpgaSwitches>> hwnasbench_fpga_switches();

/// Multipliers of an engine: outputs x inputs of a convolution at once.
struct FpgaEngineSize {
  std::int64_t outputs = 1;
  std::int64_t inputs = 1;
  bool operator==(const FpgaEngineSize&) const = default;
};

/// The FPGA of HW-NAS-Bench: numbers that reproduce the public data (docs/hwnasbench.md).
struct HwnasbenchFpga {
  Megahertz clock{200.0};
  Bits word = bytes(4);
  BitsPerCycle port{64.0};
  Milliwatts power{7000.0};
  std::array<FpgaEngineSize, kNasbench201Stages> chunks{{{8, 8}, {8, 16}, {16, 16}}};
  FpgaEngineSize pointwise{8, 2};
  std::int64_t depthwise_channels = 8;                          ///< at once
  EnumArray<FbnetDataset, std::int64_t> tile_pixels{{16, 49}};  ///< of an FBNet map
  HwnasbenchFpgaSwitches switches;
};

/// What a piece of work takes of an engine; sums of works run one after the other.
struct FpgaWork {
  Cycles time;
  std::int64_t macs = 0;
  double off_chip_words = 0.0;
  FpgaWork& operator+=(const FpgaWork& other);
};

/// A layer on an engine, its output map in tiles of `tile_pixels` (Eq. F1 to F7). A depthwise
/// layer uses `engine.outputs` channels at once. Pools and sums need no engine.
FpgaWork hwnasbench_fpga_work(const HwnasbenchFpga& fpga, FpgaEngineSize engine,
                              std::int64_t tile_pixels, const Layer& layer);

/// One of the three chunks of NAS-Bench-201, for five cells.
struct FpgaChunk {
  FpgaWork fixed;                          ///< stem or residual block; global pool
  EnumArray<Nasbench201Op, FpgaWork> op;   ///< on one edge of each cell
  std::array<FpgaWork, kCellNodes> sum{};  ///< by operands; below two there is none
};
using FpgaChunks = std::array<FpgaChunk, kNasbench201Stages>;
FpgaChunks hwnasbench_fpga_chunks(const HwnasbenchFpga& fpga, Dataset dataset);

/// A NAS-Bench-201 network: the slowest of its chunks (Eq. F8).
HwnasbenchCost cost(const HwnasbenchFpga& fpga, const FpgaChunks& chunks,
                    const CellArchitecture& architecture);
HwnasbenchCost hwnasbench_fpga_cost(const HwnasbenchFpga& fpga, Dataset dataset,
                                    const CellArchitecture& architecture);
/// All 15,625, each at its public index.
std::vector<HwnasbenchCost> hwnasbench_fpga_nasbench201(const HwnasbenchFpga& fpga,
                                                        Dataset dataset);

/// One FBNet block (Eq. F9).
HwnasbenchCost hwnasbench_fpga_block(const HwnasbenchFpga& fpga, FbnetDataset dataset,
                                     std::size_t position, FbnetOp op);
/// All FBNet blocks of a data set and the rest of the network.
FbnetCostTable hwnasbench_fpga_fbnet(const HwnasbenchFpga& fpga, FbnetDataset dataset);

}  // namespace tilewise
