#include "space/nasbench201_space.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "space/nasbench201_counts.hpp"

namespace tilewise {
namespace {

PruneDead pruning(const SpaceOptions& options) {
  return options.prune_dead ? PruneDead::Yes : PruneDead::No;
}

/// The layers without the dead ones.
IndexedLayers pruned_layers(Dataset dataset) {
  const Nasbench201Layers all = nasbench201_layers(dataset);
  return {all.layers, [all](std::int64_t index) {
            return nasbench201_layer_uses(all, nasbench201_architecture(index), PruneDead::Yes);
          }};
}

/// The cell with the operations that are not built set to none.
CellArchitecture built_cell(const CellArchitecture& architecture, PruneDead prune) {
  const CellPlan plan = plan_cell(architecture, prune);
  CellArchitecture cell;
  for (std::size_t e = 0; e < cell.ops.size(); ++e) {
    if (plan.runs[e]) cell.ops[e] = architecture.ops[e];
  }
  return cell;
}

std::vector<StreamingForm::Group> streaming_groups(const std::string& word, Bits width,
                                                   const SpaceOptions& options) {
  const Dataset dataset = parse_dataset(word);
  const PruneDead prune = pruning(options);
  std::map<CellArchitecture, std::vector<std::int64_t>> cells;
  for (std::int64_t index = 0; index < kNasbench201Size; ++index) {
    cells[built_cell(nasbench201_architecture(index), prune)].push_back(index);
  }
  // Cells that differ may have the same stages, and the same delays along the longest path.
  std::map<std::pair<std::vector<StreamStage>, double>, std::size_t> seen;
  std::vector<StreamingForm::Group> groups;
  for (const auto& [cell, indices] : cells) {
    StreamPipeline pipeline = stream_pipeline(nasbench201_network(cell, dataset, prune), width);
    std::vector<StreamStage> stages = pipeline.stages;
    std::sort(stages.begin(), stages.end());
    const auto [entry, is_new] =
        seen.emplace(std::pair(std::move(stages), pipeline.path), groups.size());
    if (is_new) groups.push_back({std::move(pipeline), {}});
    std::vector<std::int64_t>& all = groups[entry->second].indices;
    all.insert(all.end(), indices.begin(), indices.end());
  }
  for (StreamingForm::Group& group : groups) {
    std::sort(group.indices.begin(), group.indices.end());
  }
  return groups;
}

/// On each edge a 3x3 and a 1x1 convolution and a pool, and the sums and FIFOs of the cell with all
/// 3x3.
std::vector<StreamPipeline> common_stages(const std::string& dataset, Bits width) {
  const auto uniform = [&](Nasbench201Op op) {
    CellArchitecture cell;
    cell.ops.fill(op);
    return stream_pipeline(nasbench201_network(cell, parse_dataset(dataset), PruneDead::Yes),
                           width);
  };
  std::vector<StreamPipeline> common{uniform(Nasbench201Op::NorConv3x3)};
  for (const Nasbench201Op op : {Nasbench201Op::NorConv1x1, Nasbench201Op::AvgPool3x3}) {
    const std::string word = op == Nasbench201Op::NorConv1x1 ? ".conv1x1(" : ".avgpool3x3(";
    const StreamPipeline pipeline = uniform(op);
    StreamPipeline edges;
    for (std::size_t s = 0; s < pipeline.stages.size(); ++s) {
      const bool of_edge = pipeline.names[s].find(word) != std::string::npos;
      if (of_edge) edges.stages.push_back(pipeline.stages[s]);
    }
    common.push_back(std::move(edges));
  }
  return common;
}

}  // namespace

void complete_nasbench201(SearchSpace& space) {
  space.has_dead_layers = true;
  space.streaming = StreamingForm{streaming_groups, common_stages};
  // The same as the file's, a hundred times as fast: its layers are made once.
  space.network = [whole = std::move(space.network),
                   index = std::get<IndexedForm>(space.form).index,
                   datasets = space.datasets](const std::string& text, const std::string& dataset,
                                              const SpaceOptions& options) {
    if (options.prune_dead) {
      return nasbench201_network(parse_cell_architecture(text), parse_dataset(dataset),
                                 PruneDead::Yes);
    }
    const bool known = std::find(datasets.begin(), datasets.end(), dataset) != datasets.end();
    if (!known) return whole(text, dataset, options);  // which says what there is
    return nasbench201_network(nasbench201_architecture(index(text)), parse_dataset(dataset),
                               PruneDead::No);
  };
  space.layers = [whole = std::move(space.layers)](const std::string& dataset,
                                                   const SpaceOptions& options) -> SpaceLayers {
    if (!options.prune_dead) return whole(dataset, options);
    return pruned_layers(parse_dataset(dataset));
  };
}

}  // namespace tilewise
