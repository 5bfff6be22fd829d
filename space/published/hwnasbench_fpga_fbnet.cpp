#include <algorithm>
#include <cassert>

#include "space/published/hwnasbench_fpga.hpp"

namespace tilewise {
namespace {

using Switch = NamedSwitch<HwnasbenchFpgaSwitches>;
using S = HwnasbenchFpgaSwitches;

constexpr std::array<Switch, 18> kSwitches{{
    {"no_ceilings", &S::no_ceilings,
     "steps of an engine, spatial tiles and beats of the port count as fractions",
     "they are rounded up"},
    {"weights_per_tile", &S::weights_per_tile, "each spatial tile of the map reads all weights",
     "a layer reads its weights once"},
    {"weights_wait", &S::weights_wait, "nothing else happens while weights are read",
     "weights are read while the engine works"},
    {"outputs_wait", &S::outputs_wait, "nothing else happens while outputs are stored",
     "outputs are stored while the engine works"},
    {"buffer_clear", &S::buffer_clear, "two cycles clear a row of Pm words of the output buffer",
     "the buffer needs no clearing"},
    {"pool_reads_then_writes", &S::pool_reads_then_writes,
     "a pool costs its reads, then its writes, and no work", "reads and writes overlap"},
    {"sums_cost_reads", &S::sums_cost_reads, "a sum reads each of its operands, and writes nothing",
     "sums cost nothing"},
    {"none_is_read", &S::none_is_read, "an edge without operation is an operand of its sum",
     "only edges with an operation are operands"},
    {"global_pool_is_read", &S::global_pool_is_read,
     "the ambiguous 512 cycles of the third chunk: the global pool reads its input",
     "the residual sums of the second and third chunk are written"},
    {"stem_padded_to_four", &S::stem_padded_to_four, "the image has four channels",
     "the image has three channels"},
    {"classifier_free", &S::classifier_free, "the classifier of NAS-Bench-201 costs nothing",
     "it runs on the third chunk"},
    {"chunks_side_by_side", &S::chunks_side_by_side,
     "the latency is that of the slowest of the three chunks: the interval of a stream of images",
     "the latency is the sum of the chunks: that of one image"},
    {"channels_184_as_192", &S::channels_184_as_192, "184 channels of FBNet are costed as 192",
     "they are costed as 184"},
    {"stride_on_first_1x1", &S::stride_on_first_1x1,
     "the first 1x1 convolution of a block has the stride", "the depthwise convolution has it"},
    {"engines_side_by_side", &S::engines_side_by_side,
     "a block takes the longer of its 1x1 and its depthwise work", "it takes their sum"},
    {"skips_free", &S::skips_free, "a skip between different shapes costs nothing",
     "its 1x1 convolution runs on the 1x1 engine"},
    {"frame_free", &S::frame_free, "stem, head, average pool and classifier of FBNet cost nothing",
     "they run on the 1x1 engine"},
    {"constant_power", &S::constant_power, "energy is 7 W times latency",
     "estimate: an engine draws its multipliers' share of 7 W, while it works"},
}};

constexpr std::int64_t kNarrow = 184;
constexpr std::int64_t kWide = 192;
std::int64_t widened(std::int64_t channels) { return channels == kNarrow ? kWide : channels; }

void set_channels(Layer& layer, std::int64_t inputs, std::int64_t outputs) {
  layer.bounds[Dim::C] = inputs / layer.bounds[Dim::G];
  layer.bounds[Dim::M] = outputs / layer.bounds[Dim::G];
}

/// 184 channels become 192, also inside of the block.
void widen(std::vector<Layer>& block, const FbnetPosition& at) {
  const std::int64_t inputs = widened(at.inputs);
  const std::int64_t outputs = widened(at.outputs);
  if (block.size() != 3) {
    for (Layer& skip : block) set_channels(skip, inputs, outputs);
    return;
  }
  const std::int64_t inside = block[1].bounds[Dim::G] / at.inputs * inputs;
  set_channels(block[0], inputs, inside);
  block[1].bounds[Dim::G] = inside;
  set_channels(block[2], inside, outputs);
}

/// The expansion takes the stride from the depthwise layer, which then works on the smaller map.
void move_stride(std::vector<Layer>& block) {
  if (block.size() != 3) return;
  Layer& expand = block[0];
  Layer& depthwise = block[1];
  expand.stride = depthwise.stride;
  depthwise.stride = {1, 1};
  for (const Dim d : {Dim::P, Dim::Q}) expand.bounds[d] = depthwise.bounds[d];
  depthwise.image = {depthwise.bounds[Dim::P], depthwise.bounds[Dim::Q]};
}

std::vector<Layer> costed_layers(const HwnasbenchFpgaSwitches& switches, FbnetDataset dataset,
                                 std::size_t position, FbnetOp op) {
  if (op == FbnetOp::Skip && switches.skips_free) return {};
  std::vector<Layer> block = fbnet_block(dataset, position, op);
  if (switches.channels_184_as_192) widen(block, fbnet_positions(dataset)[position]);
  if (switches.stride_on_first_1x1) move_stride(block);
  return block;
}

/// What the two engines do for some layers.
struct FbnetWork {
  FpgaWork pointwise;
  FpgaWork depthwise;
};
FbnetWork engine_work(const HwnasbenchFpga& fpga, FbnetDataset dataset,
                      const std::vector<Layer>& layers) {
  const FpgaEngineSize depthwise{fpga.depthwise_channels, 1};
  const std::int64_t tile = fpga.tile_pixels[dataset];
  FbnetWork work;
  for (const Layer& layer : layers) {
    if (layer.op == Operator::Depthwise) {
      work.depthwise += hwnasbench_fpga_work(fpga, depthwise, tile, layer);
    } else {
      work.pointwise += hwnasbench_fpga_work(fpga, fpga.pointwise, tile, layer);
    }
  }
  return work;
}

HwnasbenchCost cost_of(const HwnasbenchFpga& fpga, const FbnetWork& work) {
  const Microseconds pointwise = duration(work.pointwise.time, fpga.clock);
  const Microseconds depthwise = duration(work.depthwise.time, fpga.clock);
  FpgaWork both = work.pointwise;
  both += work.depthwise;

  HwnasbenchCost cost;
  cost.latency =
      fpga.switches.engines_side_by_side ? std::max(pointwise, depthwise) : pointwise + depthwise;
  cost.macs = both.macs;
  cost.off_chip_bytes = both.off_chip_words * (fpga.word / bytes(1));
  if (fpga.switches.constant_power) {
    cost.energy = energy(fpga.power, cost.latency);
    return cost;
  }
  const auto multipliers = static_cast<double>(fpga.pointwise.outputs * fpga.pointwise.inputs);
  const double share = multipliers / (multipliers + static_cast<double>(fpga.depthwise_channels));
  cost.energy =
      energy(fpga.power * share, pointwise) + energy(fpga.power * (1.0 - share), depthwise);
  return cost;
}

}  // namespace

std::span<const Switch> hwnasbench_fpga_switches() { return kSwitches; }

HwnasbenchCost hwnasbench_fpga_block(const HwnasbenchFpga& fpga, FbnetDataset dataset,
                                     std::size_t position, FbnetOp op) {
  const auto layers = costed_layers(fpga.switches, dataset, position, op);
  return cost_of(fpga, engine_work(fpga, dataset, layers));
}

FbnetCostTable hwnasbench_fpga_fbnet(const HwnasbenchFpga& fpga, FbnetDataset dataset) {
  FbnetCostTable table;
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    for (const FbnetOp op : all_of<FbnetOp>()) {
      table.blocks[position][op] = hwnasbench_fpga_block(fpga, dataset, position, op);
    }
  }
  if (!fpga.switches.frame_free) {
    const std::vector<Layer> fixed = fbnet_fixed_layers(dataset);
    table.fixed = cost_of(fpga, engine_work(fpga, dataset, fixed));
    for (std::size_t i = 0; i < fixed.size(); ++i) {
      table.fixed_parts.at(i) = cost_of(fpga, engine_work(fpga, dataset, {fixed[i]}));
    }
  }
  return table;
}

}  // namespace tilewise
