#include "space/nasbench201_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "space/nasbench201_counts.hpp"

namespace tilewise {
namespace {

PruneDead pruning(const SpaceOptions& options) {
  return options.prune_dead ? PruneDead::Yes : PruneDead::No;
}

IndexedLayers layers_on(const std::string& dataset, const SpaceOptions& options) {
  const Nasbench201Layers all = nasbench201_layers(parse_dataset(dataset));
  return {all.layers, [all, prune = pruning(options)](std::int64_t index) {
            return nasbench201_layer_uses(all, nasbench201_architecture(index), prune);
          }};
}

std::string public_config(const std::string& text, const std::string& dataset) {
  return fmt::format(
      R"({{"name": "infer.tiny", "C": 16, "N": {}, "arch_str": "{}", "num_classes": {}}})",
      kCellsPerStage, to_string(parse_cell_architecture(text)), classes(parse_dataset(dataset)));
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

SearchSpace nasbench201_space() {
  SearchSpace space;
  space.name = kNasbench201Name;
  space.title = "NAS-Bench-201";
  space.summary = "All 15,625 cells of NAS-Bench-201";
  space.text_help = "six operations as in the public data set";
  space.example = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|";
  for (const Dataset dataset : all_of<Dataset>()) space.datasets.emplace_back(name(dataset));
  space.has_dead_layers = true;
  space.form = IndexedForm{
      kNasbench201Size,
      [](std::int64_t index) { return to_string(nasbench201_architecture(index)); },
      [](std::string_view text) { return nasbench201_index(parse_cell_architecture(text)); }};
  space.streaming = StreamingForm{streaming_groups, common_stages};
  space.network = [](const std::string& text, const std::string& dataset,
                     const SpaceOptions& options) {
    return nasbench201_network(parse_cell_architecture(text), parse_dataset(dataset),
                               pruning(options));
  };
  space.layers = layers_on;
  space.public_config = public_config;
  return space;
}

}  // namespace tilewise
