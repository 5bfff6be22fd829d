#include "space/published/hwnasbench_fpga.hpp"

#include <algorithm>
#include <cmath>

#include "base/integers.hpp"
#include "space/nasbench201_counts.hpp"
#include "space/square_layers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kPaddedImageChannels = 4;

/// Groups of `width` among `count`: a fraction, or rounded up.
double groups(std::int64_t count, std::int64_t width, bool fractions) {
  return fractions ? static_cast<double>(count) / static_cast<double>(width)
                   : static_cast<double>(ceil_div(count, width));
}

/// Cycles that words occupy the port.
Cycles port_time(const HwnasbenchFpga& fpga, double moved) {
  const Cycles time = transfer_cycles(moved * static_cast<double>(fpga.word.count()), fpga.port);
  return fpga.switches.no_ceilings ? time : Cycles{std::ceil(time.count())};
}

FpgaWork moved(const HwnasbenchFpga& fpga, std::int64_t count) {
  return {port_time(fpga, static_cast<double>(count)), 0, static_cast<double>(count)};
}

/// Reads and writes, one after the other or side by side (Eq. F6).
FpgaWork pool_work(const HwnasbenchFpga& fpga, const Layer& layer) {
  const FpgaWork read = moved(fpga, words(layer, Tensor::Input));
  const FpgaWork write = moved(fpga, words(layer, Tensor::Output));
  FpgaWork work = read;
  work += write;
  if (!fpga.switches.pool_reads_then_writes) work.time = std::max(read.time, write.time);
  return work;
}

/// A sum reads each operand; its result stays (Eq. F7).
FpgaWork sum_work(const HwnasbenchFpga& fpga, const Layer& layer) {
  if (!fpga.switches.sums_cost_reads) return {};
  return moved(fpga, words(layer, Tensor::Input));
}

/// Work, and clearing of the outputs (Eq. F1, F2).
struct EngineTime {
  Cycles compute;
  Cycles clear;
};
EngineTime engine_time(FpgaEngineSize engine, const Layer& layer,
                       const HwnasbenchFpgaSwitches& switches) {
  const EnumArray<Dim, std::int64_t>& d = layer.bounds;
  const bool fractions = switches.no_ceilings;
  const auto pixels = static_cast<double>(d[Dim::P] * d[Dim::Q]);
  const auto taps = static_cast<double>(d[Dim::R] * d[Dim::S]);
  double outputs = static_cast<double>(d[Dim::G]) * groups(d[Dim::M], engine.outputs, fractions);
  double inputs = groups(d[Dim::C], engine.inputs, fractions);
  if (layer.op == Operator::Depthwise) {
    outputs = groups(d[Dim::G], engine.outputs, fractions);
    inputs = 1.0;
  }
  return {Cycles{pixels * taps * outputs * inputs},
          Cycles{switches.buffer_clear ? 2.0 * pixels * outputs : 0.0}};
}

/// How often the weights are read: once a spatial tile, and once at least (Eq. F3).
double weight_loads(const Layer& layer, std::int64_t tile_pixels,
                    const HwnasbenchFpgaSwitches& switches) {
  if (!switches.weights_per_tile) return 1.0;
  const std::int64_t pixels = layer.bounds[Dim::P] * layer.bounds[Dim::Q];
  return std::max(1.0, groups(pixels, tile_pixels, switches.no_ceilings));
}

/// Stem or residual block, and what follows the cells of a chunk. The data cannot
/// tell whether 512 cycles of the third chunk are the global pool or the write of a residual sum.
FpgaWork fixed_work(const HwnasbenchFpga& fpga, Dataset dataset, std::size_t stage) {
  const Layer& pool = nasbench201_cell_layers(dataset, stage).avg_pool;
  const SquareMap map{pool.bounds[Dim::G], pool.bounds[Dim::P]};
  const auto on_engine = [&](const Layer& layer) {
    return hwnasbench_fpga_work(fpga, fpga.chunks[stage], map.size * map.size, layer);
  };
  const bool pool_reads = fpga.switches.global_pool_is_read;
  FpgaWork work;
  if (stage == 0) {
    const std::int64_t channels = fpga.switches.stem_padded_to_four ? kPaddedImageChannels : 3;
    work += on_engine(square_convolution("stem", channels, map, {3}));
  } else {
    const std::int64_t inputs = map.channels / 2;
    work += on_engine(square_convolution("conv_a", inputs, map, {3, 2}));
    work += on_engine(square_convolution("conv_b", map.channels, map, {3}));
    work += on_engine(square_average_pool("avgpool2x2", {inputs, map.size}, {2, 2}));
    work += on_engine(square_convolution("conv1x1", inputs, map, {1}));
    const Layer sum = square_sum("add", map, 2);
    work += on_engine(sum);
    if (!pool_reads) work += moved(fpga, words(sum, Tensor::Output));
  }
  if (stage + 1 < kNasbench201Stages) return work;
  if (pool_reads) work += moved(fpga, map.channels * map.size * map.size);
  if (!fpga.switches.classifier_free) {
    for (const Layer& layer : nasbench201_layers(dataset).layers) {
      if (layer.op == Operator::FullyConnected) work += on_engine(layer);
    }
  }
  return work;
}

FpgaWork five_times(const FpgaWork& work) {
  FpgaWork sum;
  for (std::int64_t cell = 0; cell < kCellsPerStage; ++cell) sum += work;
  return sum;
}

/// The operands of the sum at a node.
std::int64_t operands(const CellArchitecture& architecture, std::size_t node, bool none_is_read) {
  std::int64_t count = 0;
  for (std::size_t e = 0; e < kCellEdges.size(); ++e) {
    const bool exists = none_is_read || architecture.ops[e] != Nasbench201Op::None;
    if (kCellEdges[e].to == node && exists) ++count;
  }
  return count;
}

FpgaWork chunk_work(const FpgaChunk& chunk, const CellArchitecture& architecture,
                    bool none_is_read) {
  FpgaWork work = chunk.fixed;
  for (const Nasbench201Op op : architecture.ops) work += chunk.op[op];
  for (std::size_t node = 1; node < kCellNodes; ++node) {
    work += chunk.sum[static_cast<std::size_t>(operands(architecture, node, none_is_read))];
  }
  return work;
}

}  // namespace

FpgaWork& FpgaWork::operator+=(const FpgaWork& other) {
  time += other.time;
  macs += other.macs;
  off_chip_words += other.off_chip_words;
  return *this;
}

FpgaWork hwnasbench_fpga_work(const HwnasbenchFpga& fpga, FpgaEngineSize engine,
                              std::int64_t tile_pixels, const Layer& layer) {
  switch (layer.op) {
    case Operator::AveragePool:
    case Operator::MaxPool: return pool_work(fpga, layer);
    case Operator::Add:
    case Operator::Elementwise: return sum_work(fpga, layer);
    case Operator::Convolution:
    case Operator::Depthwise:
    case Operator::FullyConnected:
    case Operator::MatrixProduct: break;
  }
  const HwnasbenchFpgaSwitches& switches = fpga.switches;
  const auto inputs = static_cast<double>(words(layer, Tensor::Input));
  const double weights = weight_loads(layer, tile_pixels, switches) *
                         static_cast<double>(words(layer, Tensor::Weight));
  const auto outputs = static_cast<double>(words(layer, Tensor::Output));
  const auto [compute, clear] = engine_time(engine, layer, switches);

  double beside_work = inputs;  // words that move while the engine works
  Cycles alone;
  const auto place = [&](double moved_words, bool waits) {
    if (waits) {
      alone += port_time(fpga, moved_words);
    } else {
      beside_work += moved_words;
    }
  };
  place(weights, switches.weights_wait);
  place(outputs, switches.outputs_wait);
  const Cycles together = std::max(compute, port_time(fpga, beside_work));  // Eq. F4, F5
  return {together + alone + clear, macs(layer), inputs + weights + outputs};
}

FpgaChunks hwnasbench_fpga_chunks(const HwnasbenchFpga& fpga, Dataset dataset) {
  FpgaChunks chunks;
  for (std::size_t stage = 0; stage < chunks.size(); ++stage) {
    const CellLayers cell = nasbench201_cell_layers(dataset, stage);
    const std::int64_t map = cell.conv3x3.bounds[Dim::P] * cell.conv3x3.bounds[Dim::Q];
    const auto in_five_cells = [&](const Layer& layer) {
      return five_times(hwnasbench_fpga_work(fpga, fpga.chunks[stage], map, layer));
    };
    FpgaChunk& chunk = chunks[stage];
    chunk.fixed = fixed_work(fpga, dataset, stage);
    chunk.op[Nasbench201Op::NorConv1x1] = in_five_cells(cell.conv1x1);
    chunk.op[Nasbench201Op::NorConv3x3] = in_five_cells(cell.conv3x3);
    chunk.op[Nasbench201Op::AvgPool3x3] = in_five_cells(cell.avg_pool);
    chunk.sum[2] = in_five_cells(cell.add_two);
    chunk.sum[3] = in_five_cells(cell.add_three);
  }
  return chunks;
}

HwnasbenchCost cost(const HwnasbenchFpga& fpga, const FpgaChunks& chunks,
                    const CellArchitecture& architecture) {
  const HwnasbenchFpgaSwitches& switches = fpga.switches;
  std::int64_t multipliers = 0;
  for (const auto& [outputs, inputs] : fpga.chunks) multipliers += outputs * inputs;

  HwnasbenchCost total;
  Picojoules while_working;  // each chunk draws the share of its multipliers
  for (std::size_t stage = 0; stage < chunks.size(); ++stage) {
    const FpgaWork work = chunk_work(chunks[stage], architecture, switches.none_is_read);
    const Microseconds time = duration(work.time, fpga.clock);
    const auto& [outputs, inputs] = fpga.chunks[stage];
    const double share = static_cast<double>(outputs * inputs) / static_cast<double>(multipliers);
    while_working += energy(fpga.power * share, time);
    total.latency =
        switches.chunks_side_by_side ? std::max(total.latency, time) : total.latency + time;
    total.macs += work.macs;
    total.off_chip_bytes += work.off_chip_words * (fpga.word / bytes(1));
  }
  total.energy = switches.constant_power ? energy(fpga.power, total.latency) : while_working;
  return total;
}

HwnasbenchCost hwnasbench_fpga_cost(const HwnasbenchFpga& fpga, Dataset dataset,
                                    const CellArchitecture& architecture) {
  return cost(fpga, hwnasbench_fpga_chunks(fpga, dataset), architecture);
}

std::vector<HwnasbenchCost> hwnasbench_fpga_nasbench201(const HwnasbenchFpga& fpga,
                                                        Dataset dataset) {
  const FpgaChunks chunks = hwnasbench_fpga_chunks(fpga, dataset);
  std::vector<HwnasbenchCost> costs;
  costs.reserve(static_cast<std::size_t>(kNasbench201Size));
  for (const CellArchitecture& architecture : nasbench201_architectures()) {
    costs.push_back(cost(fpga, chunks, architecture));
  }
  return costs;
}

}  // namespace tilewise
