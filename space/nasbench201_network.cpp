#include <fmt/format.h>

#include <optional>
#include <utility>

#include "space/nasbench201.hpp"
#include "space/residual_block.hpp"
#include "space/square_layers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kStemChannels = 16;
using Producer = std::optional<std::size_t>;  ///< of a tensor; none makes the zero tensor

SquareMap stage_map(Dataset dataset, std::size_t stage) {
  return {kStemChannels << stage, image_size(dataset) >> stage};
}

Layer named(Layer layer, std::string name) {
  layer.name = std::move(name);
  return layer;
}

/// Adds what edge `e` does to the tensor of `from` and returns the producer of the result. A layer
/// that reads the zero tensor hangs on the cell's input, lest it read the input of the network.
Producer add_edge_layer(Network& network, const std::string& prefix, const CellLayers& layers,
                        Nasbench201Op op, CellEdge edge, Producer from, std::size_t cell_input) {
  const auto add = [&](const Layer& layer, std::string_view word) -> Producer {
    const std::string name = fmt::format("{}.{}({}->{})", prefix, word, edge.from, edge.to);
    return network.add(named(layer, name), {from.value_or(cell_input)});
  };
  switch (op) {
    case Nasbench201Op::None: return std::nullopt;
    case Nasbench201Op::SkipConnect: return from;
    case Nasbench201Op::NorConv1x1: return add(layers.conv1x1, "conv1x1");
    case Nasbench201Op::NorConv3x3: return add(layers.conv3x3, "conv3x3");
    case Nasbench201Op::AvgPool3x3: return add(layers.avg_pool, "avgpool3x3");
  }
  return std::nullopt;
}

/// Adds one cell and returns the layer that makes its output; `plan` has an output.
std::size_t add_cell(Network& network, const std::string& prefix, const CellLayers& layers,
                     const CellArchitecture& architecture, const CellPlan& plan,
                     std::size_t input) {
  std::array<Producer, kCellNodes> nodes{input};
  for (std::size_t node = 1; node < kCellNodes; ++node) {
    std::vector<std::size_t> terms;
    for (std::size_t e = 0; e < kCellEdges.size(); ++e) {
      if (kCellEdges[e].to != node || !plan.runs[e]) continue;
      const Producer term = add_edge_layer(network, prefix, layers, architecture.ops[e],
                                           kCellEdges[e], nodes[kCellEdges[e].from], input);
      if (term) terms.push_back(*term);
    }
    if (plan.operands[node] < 2) {
      if (!terms.empty()) nodes[node] = terms.front();
      continue;
    }
    if (terms.empty()) terms.push_back(input);
    const Layer& layer = plan.operands[node] == 2 ? layers.add_two : layers.add_three;
    nodes[node] = network.add(named(layer, fmt::format("{}.add({})", prefix, node)), terms);
  }
  return nodes[kCellNodes - 1].value_or(input);
}

/// Stem, cells and residual blocks; returns the last layer.
std::size_t add_body(Network& network, const CellArchitecture& architecture, const CellPlan& plan,
                     Dataset dataset) {
  std::size_t last =
      network.add(square_convolution("stem.conv3x3", 3, stage_map(dataset, 0), {3}), {});
  for (std::size_t stage = 0; stage < kNasbench201Stages; ++stage) {
    const std::string prefix = fmt::format("stage{}", stage + 1);
    if (stage > 0) {
      last =
          add_residual_block(network, prefix + ".residual", stage_map(dataset, stage - 1).channels,
                             stage_map(dataset, stage), last);
    }
    const CellLayers layers = nasbench201_cell_layers(dataset, stage);
    for (std::int64_t cell = 1; cell <= kCellsPerStage; ++cell) {
      last = add_cell(network, fmt::format("{}.cell{}", prefix, cell), layers, architecture, plan,
                      last);
    }
  }
  return last;
}

}  // namespace

std::int64_t image_size(Dataset dataset) { return dataset == Dataset::ImageNet16x120 ? 16 : 32; }

std::int64_t classes(Dataset dataset) {
  switch (dataset) {
    case Dataset::Cifar10: return 10;
    case Dataset::Cifar100: return 100;
    case Dataset::ImageNet16x120: return 120;
  }
  return 0;
}

CellLayers nasbench201_cell_layers(Dataset dataset, std::size_t stage) {
  const SquareMap map = stage_map(dataset, stage);
  CellLayers layers{.conv1x1 = square_convolution("conv1x1", map.channels, map, {1}),
                    .conv3x3 = square_convolution("conv3x3", map.channels, map, {3}),
                    .avg_pool = square_average_pool("avgpool3x3", map, {3}),
                    .add_two = square_sum("add", map, 2),
                    .add_three = square_sum("add", map, 3)};
  layers.avg_pool.padding = {1, 1};
  return layers;
}

Network nasbench201_network(const CellArchitecture& architecture, Dataset dataset,
                            PruneDead prune) {
  Network network(fmt::format("nasbench201 {} {}", nasbench201_index(architecture), name(dataset)));
  const CellPlan plan = plan_cell(architecture, prune);
  std::vector<std::size_t> body;
  if (plan.has_output) body.push_back(add_body(network, architecture, plan, dataset));

  const SquareMap last = stage_map(dataset, kNasbench201Stages - 1);
  Layer pool = global_average_pool("global_pool", last);
  pool.folded_parameters = 2 * last.channels;  // the last batch norm stands before the pooling
  const std::size_t pooled = network.add(std::move(pool), body);
  network.add(classifier("classifier", last.channels, classes(dataset)), {pooled});
  return network;
}

}  // namespace tilewise
