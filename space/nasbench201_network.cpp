#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "space/nasbench201.hpp"
#include "space/residual_block.hpp"
#include "space/square_layers.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kStemChannels = 16;
using SharedLayer = std::shared_ptr<const Layer>;
using Producer = std::optional<std::size_t>;  ///< of a tensor; none makes the zero tensor

SquareMap stage_map(Dataset dataset, std::size_t stage) {
  return {kStemChannels << stage, image_size(dataset) >> stage};
}

/// A layer of this name, which all networks share.
SharedLayer named(Layer layer, std::string name) {
  layer.name = std::move(name);
  return std::make_shared<const Layer>(std::move(layer));
}

/// All layers that one of the cells of a network may have.
struct NamedCell {
  std::array<EnumArray<Nasbench201Op, SharedLayer>, kCellEdges.size()> edges;  ///< null: no layer
  std::array<SharedLayer, kCellNodes> add_two;                                 ///< [node]
  std::array<SharedLayer, kCellNodes> add_three;
};

NamedCell named_cell(const CellLayers& layers, const std::string& prefix) {
  NamedCell cell;
  for (std::size_t e = 0; e < kCellEdges.size(); ++e) {
    const auto of_edge = [&](const Layer& layer, std::string_view word) {
      return named(
          layer, fmt::format("{}.{}({}->{})", prefix, word, kCellEdges[e].from, kCellEdges[e].to));
    };
    cell.edges[e][Nasbench201Op::NorConv1x1] = of_edge(layers.conv1x1, "conv1x1");
    cell.edges[e][Nasbench201Op::NorConv3x3] = of_edge(layers.conv3x3, "conv3x3");
    cell.edges[e][Nasbench201Op::AvgPool3x3] = of_edge(layers.avg_pool, "avgpool3x3");
  }
  for (std::size_t node = 1; node < kCellNodes; ++node) {
    const std::string name = fmt::format("{}.add({})", prefix, node);
    cell.add_two[node] = named(layers.add_two, name);
    cell.add_three[node] = named(layers.add_three, name);
  }
  return cell;
}

/// All layers that the networks of a data set are made of.
struct NamedLayers {
  SharedLayer stem;
  std::vector<Network> residuals;  ///< between stages, each behind a layer that is its input
  std::array<std::vector<NamedCell>, kNasbench201Stages> cells;
  SharedLayer pool;
  SharedLayer classifier;
};

NamedLayers make_named_layers(Dataset dataset) {
  NamedLayers all;
  all.stem = named(square_convolution("", 3, stage_map(dataset, 0), {3}), "stem.conv3x3");
  for (std::size_t stage = 0; stage < kNasbench201Stages; ++stage) {
    const std::string prefix = fmt::format("stage{}", stage + 1);
    if (stage > 0) {
      Network& residual = all.residuals.emplace_back();
      add_residual_block(residual, prefix + ".residual", stage_map(dataset, stage - 1).channels,
                         stage_map(dataset, stage), residual.add(Layer{}, {}));
    }
    const CellLayers layers = nasbench201_cell_layers(dataset, stage);
    for (std::int64_t cell = 1; cell <= kCellsPerStage; ++cell) {
      all.cells[stage].push_back(named_cell(layers, fmt::format("{}.cell{}", prefix, cell)));
    }
  }
  const SquareMap last = stage_map(dataset, kNasbench201Stages - 1);
  Layer pool = global_average_pool("", last);
  pool.folded_parameters = 2 * last.channels;  // the last batch norm stands before the pooling
  all.pool = named(std::move(pool), "global_pool");
  all.classifier = named(tilewise::classifier("", last.channels, classes(dataset)), "classifier");
  return all;
}

const NamedLayers& named_layers(Dataset dataset) {
  static const EnumArray<Dataset, NamedLayers> kNamed = [] {
    EnumArray<Dataset, NamedLayers> made;
    for (const Dataset each : all_of<Dataset>()) made[each] = make_named_layers(each);
    return made;
  }();
  return kNamed[dataset];
}

/// Adds what edge `e` does to the tensor of `from` and returns the producer of the result. A layer
/// that reads the zero tensor hangs on the cell's input, lest it read the input of the network.
Producer add_edge_layer(Network& network, const SharedLayer& layer, Nasbench201Op op, Producer from,
                        std::size_t cell_input) {
  if (op == Nasbench201Op::None) return std::nullopt;
  if (op == Nasbench201Op::SkipConnect) return from;
  return network.add(layer, std::array{from.value_or(cell_input)});
}

/// Adds one cell and returns the layer that makes its output; `plan` has an output.
std::size_t add_cell(Network& network, const NamedCell& layers,
                     const CellArchitecture& architecture, const CellPlan& plan,
                     std::size_t input) {
  std::array<Producer, kCellNodes> nodes{input};
  std::vector<std::size_t> terms;
  for (std::size_t node = 1; node < kCellNodes; ++node) {
    terms.clear();
    for (std::size_t e = 0; e < kCellEdges.size(); ++e) {
      if (kCellEdges[e].to != node || !plan.runs[e]) continue;
      const Nasbench201Op op = architecture.ops[e];
      const Producer term =
          add_edge_layer(network, layers.edges[e][op], op, nodes[kCellEdges[e].from], input);
      if (term) terms.push_back(*term);
    }
    if (plan.operands[node] < 2) {
      if (!terms.empty()) nodes[node] = terms.front();
      continue;
    }
    if (terms.empty()) terms.push_back(input);
    const auto& sums = plan.operands[node] == 2 ? layers.add_two : layers.add_three;
    nodes[node] = network.add(sums[node], terms);
  }
  return nodes[kCellNodes - 1].value_or(input);
}

/// Adds a residual block that reads `input` and returns its last layer.
std::size_t add_residual(Network& network, const Network& block, std::size_t input) {
  const std::size_t before = network.size();
  std::size_t last = input;
  for (std::size_t i = 1; i < block.size(); ++i) {
    std::vector<std::size_t> inputs = block.inputs_of(i);
    for (std::size_t& each : inputs) each = each == 0 ? input : before + each - 1;
    last = network.add(block.shared_layer(i), inputs);
  }
  return last;
}

/// Stem, cells and residual blocks; returns the last layer.
std::size_t add_body(Network& network, const CellArchitecture& architecture, const CellPlan& plan,
                     const NamedLayers& layers) {
  std::size_t last = network.add(layers.stem, {});
  for (std::size_t stage = 0; stage < kNasbench201Stages; ++stage) {
    if (stage > 0) last = add_residual(network, layers.residuals[stage - 1], last);
    for (const NamedCell& cell : layers.cells[stage]) {
      last = add_cell(network, cell, architecture, plan, last);
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
  const NamedLayers& layers = named_layers(dataset);
  std::vector<std::size_t> body;
  if (plan.has_output) body.push_back(add_body(network, architecture, plan, layers));
  const std::size_t pooled = network.add(layers.pool, body);
  network.add(layers.classifier, std::array{pooled});
  return network;
}

}  // namespace tilewise
