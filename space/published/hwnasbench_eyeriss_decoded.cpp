// The Eyeriss column of NAS-Bench-201 as constants decoded from published values: the example of
// HW-NAS-Bench's repository prints latency, energy and intensity of architectures 0, 1 and 2 on
// three data sets. What of them the public predictor explains: docs/hwnasbench.md.

#include "base/units.hpp"
#include "space/nasbench201_counts.hpp"
#include "space/published/hwnasbench_eyeriss.hpp"

namespace tilewise {
namespace {

constexpr Megahertz kClock{250.0};
constexpr std::int64_t kWordBytes = 2;
constexpr std::int64_t kWeightPasses = 4;  // each weight crosses DRAM's port so often

/// Decoded: cycles, energy (Eq. E21) and DRAM words (Eq. E23) of what every architecture has.
struct DecodedFixedPart {
  Cycles cycles;
  Picojoules energy;
  std::int64_t dram_words;
};
DecodedFixedPart decoded_fixed_part(Dataset dataset) {
  switch (dataset) {
    case Dataset::Cifar10: return {Cycles{419'885.0}, Picojoules{346'964'508.5}, 445'056};
    case Dataset::Cifar100: return {Cycles{420'640.0}, Picojoules{347'102'366.0}, 454'656};
    case Dataset::ImageNet16x120: return {Cycles{105'760.0}, Picojoules{89'408'380.0}, 371'840};
  }
  return {};
}

/// Decoded: an operation on one edge of all fifteen cells (Eq. E21).
struct DecodedEdges {
  Cycles cycles3x3;
  Picojoules conv3x3;
  Cycles cycles1x1;
  Picojoules conv1x1;
};
DecodedEdges decoded_edges(Dataset dataset) {
  if (dataset == Dataset::ImageNet16x120) {
    return {Cycles{92'160.0}, Picojoules{80'044'792.0}, Cycles{15'360.0}, Picojoules{8'082'580.0}};
  }
  return {Cycles{368'640.0}, Picojoules{313'212'240.0}, Cycles{61'440.0}, Picojoules{31'247'728.0}};
}

/// Inputs and outputs once, weights four times; a pool has those of a dense convolution (Eq. E22).
double edge_bytes(const Layer& layer) {
  const EnumArray<Dim, std::int64_t>& d = layer.bounds;
  const std::int64_t channels = d[Dim::M] * d[Dim::G];
  const std::int64_t pixels = d[Dim::P] * d[Dim::Q];
  const std::int64_t weights = channels * channels * d[Dim::R] * d[Dim::S];
  return static_cast<double>(kWordBytes * (2 * channels * pixels + kWeightPasses * weights));
}

/// All layers outside of the cells once, and a MAC for the bias of each class (Eq. E22).
std::int64_t fixed_macs(Dataset dataset) {
  const Nasbench201Layers space = nasbench201_layers(dataset);
  std::int64_t total = classes(dataset);
  for (std::size_t i = 0; i < space.layers.size(); ++i) {
    if (has_weights(space.layers[i].op)) total += space.fixed[i] * macs(space.layers[i]);
  }
  return total;
}

}  // namespace

EyerissCells hwnasbench_eyeriss_decoded(Dataset dataset) {
  const DecodedFixedPart fixed = decoded_fixed_part(dataset);
  const DecodedEdges edges = decoded_edges(dataset);
  EyerissCells cells;
  cells.fixed = {duration(fixed.cycles, kClock), fixed.energy, fixed_macs(dataset),
                 static_cast<double>(kWordBytes * fixed.dram_words)};
  HwnasbenchCost& conv3x3 = cells.op[Nasbench201Op::NorConv3x3];
  HwnasbenchCost& conv1x1 = cells.op[Nasbench201Op::NorConv1x1];
  HwnasbenchCost& pool = cells.op[Nasbench201Op::AvgPool3x3];
  for (std::size_t stage = 0; stage < kNasbench201Stages; ++stage) {
    const CellLayers cell = nasbench201_cell_layers(dataset, stage);
    conv3x3.macs += kCellsPerStage * macs(cell.conv3x3);
    conv1x1.macs += kCellsPerStage * macs(cell.conv1x1);
    conv3x3.off_chip_bytes += kCellsPerStage * edge_bytes(cell.conv3x3);
    conv1x1.off_chip_bytes += kCellsPerStage * edge_bytes(cell.conv1x1);
    pool.off_chip_bytes += kCellsPerStage * edge_bytes(cell.avg_pool);
  }
  conv3x3.latency = pool.latency = duration(edges.cycles3x3, kClock);
  conv1x1.latency = duration(edges.cycles1x1, kClock);
  conv3x3.energy = edges.conv3x3;
  conv1x1.energy = edges.conv1x1;
  // a pool is a dense convolution without the energy of its MACs
  pool.energy = edges.conv3x3 - conv3x3.macs * Picojoules{1.0};
  return cells;
}

double hwnasbench_eyeriss_intensity(Dataset dataset, const CellArchitecture& architecture) {
  const HwnasbenchCost total = cost(hwnasbench_eyeriss_decoded(dataset), architecture);  // Eq. E23
  return static_cast<double>(total.macs) / (total.off_chip_bytes / kWordBytes);
}

}  // namespace tilewise
