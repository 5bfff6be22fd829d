#include "space/nasbench201_counts.hpp"

#include "space/distinct_layers.hpp"

namespace tilewise {
namespace {

/// The layers of a network, as often as they are there.
std::vector<std::size_t> layer_indices(const Network& network, LayerCollection& distinct) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < network.size(); ++i) {
    indices.push_back(distinct.index_of(network.layer(i)));
  }
  return indices;
}

std::vector<std::int64_t> counts(const std::vector<std::size_t>& indices, std::size_t size) {
  std::vector<std::int64_t> times(size, 0);
  for (const std::size_t index : indices) ++times[index];
  return times;
}

}  // namespace

Nasbench201Layers nasbench201_layers(Dataset dataset) {
  constexpr CellArchitecture kEmpty;  // pruned, only the tail is left
  CellArchitecture wire;              // pruned, its cells have no layer
  wire.ops[3] = Nasbench201Op::SkipConnect;
  LayerCollection distinct;
  const auto fixed = layer_indices(nasbench201_network(wire, dataset, PruneDead::Yes), distinct);
  const auto tail = layer_indices(nasbench201_network(kEmpty, dataset, PruneDead::Yes), distinct);

  Nasbench201Layers space;
  for (std::size_t stage = 0; stage < kNasbench201Stages; ++stage) {
    const CellLayers cell = nasbench201_cell_layers(dataset, stage);
    Nasbench201Layers::Stage& indices = space.stages[stage];
    indices.op[Nasbench201Op::NorConv1x1] = distinct.index_of(cell.conv1x1);
    indices.op[Nasbench201Op::NorConv3x3] = distinct.index_of(cell.conv3x3);
    indices.op[Nasbench201Op::AvgPool3x3] = distinct.index_of(cell.avg_pool);
    indices.add_two = distinct.index_of(cell.add_two);
    indices.add_three = distinct.index_of(cell.add_three);
  }
  space.layers = distinct.layers();
  space.fixed = counts(fixed, space.layers.size());
  space.tail = counts(tail, space.layers.size());
  return space;
}

std::vector<LayerUse> nasbench201_layer_uses(const Nasbench201Layers& space,
                                             const CellArchitecture& architecture,
                                             PruneDead prune) {
  const CellPlan plan = plan_cell(architecture, prune);
  std::vector<std::int64_t> times = plan.has_output ? space.fixed : space.tail;
  for (const Nasbench201Layers::Stage& stage : space.stages) {
    for (std::size_t e = 0; e < kCellEdges.size(); ++e) {
      const auto layer = stage.op[architecture.ops[e]];
      if (plan.runs[e] && layer) times[*layer] += kCellsPerStage;
    }
    for (const std::int64_t operands : plan.operands) {
      if (operands == 2) times[stage.add_two] += kCellsPerStage;
      if (operands == 3) times[stage.add_three] += kCellsPerStage;
    }
  }
  std::vector<LayerUse> uses;
  for (std::size_t layer = 0; layer < times.size(); ++layer) {
    if (times[layer] > 0) uses.push_back({layer, times[layer]});
  }
  return uses;
}

}  // namespace tilewise
