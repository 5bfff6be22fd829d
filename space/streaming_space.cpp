#include "space/streaming_space.hpp"

#include <algorithm>

namespace tilewise {
namespace {

/// The cell with the operations that are not built set to none.
CellArchitecture built_cell(const CellArchitecture& architecture, PruneDead prune) {
  const CellPlan plan = plan_cell(architecture, prune);
  CellArchitecture cell;
  for (std::size_t e = 0; e < cell.ops.size(); ++e) {
    if (plan.runs[e]) cell.ops[e] = architecture.ops[e];
  }
  return cell;
}

std::string lack_text(const std::vector<FpgaExcess>& lacks) {
  std::string text;
  for (const FpgaExcess& each : lacks) {
    text += (text.empty() ? "" : "+") + std::string(name(each.resource));
  }
  return text.empty() ? "together" : text;
}

}  // namespace

std::vector<StreamingGroup> nasbench201_pipelines(Dataset dataset, Bits width, PruneDead prune) {
  std::map<CellArchitecture, std::vector<std::int64_t>> cells;
  for (std::int64_t index = 0; index < kNasbench201Size; ++index) {
    cells[built_cell(nasbench201_architecture(index), prune)].push_back(index);
  }
  // Cells that differ may have the same stages, and the same delays along the longest path.
  std::map<std::pair<std::vector<StreamStage>, double>, std::size_t> seen;
  std::vector<StreamingGroup> groups;
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
  for (StreamingGroup& group : groups) std::sort(group.indices.begin(), group.indices.end());
  return groups;
}

std::vector<StreamingFits> count_streaming_fits(std::span<const StreamingGroup> groups,
                                                std::span<const NamedBudget> budgets,
                                                StageLibrary& library) {
  std::vector<StreamingFits> counts;
  for (const NamedBudget& budget : budgets) counts.push_back({budget.board, 0, {}});
  for (const StreamingGroup& group : groups) {
    const FpgaResources least = least_streaming_resources(group.pipeline, library);
    const auto architectures = static_cast<std::int64_t>(group.indices.size());
    for (std::size_t b = 0; b < budgets.size(); ++b) {
      const std::vector<FpgaExcess> lacks = excesses(least, budgets[b].available);
      if (lacks.empty() && streaming_fits(group.pipeline, budgets[b].available, library)) {
        counts[b].fit += architectures;
      } else {
        counts[b].lacks[lack_text(lacks)] += architectures;
      }
    }
  }
  return counts;
}

FpgaResources largest_least_resources(std::span<const StreamingGroup> groups,
                                      StageLibrary& library) {
  FpgaResources most;
  for (const StreamingGroup& group : groups) {
    const FpgaResources least = least_streaming_resources(group.pipeline, library);
    most = {std::max(most.dsp, least.dsp), std::max(most.bram18, least.bram18),
            std::max(most.uram, least.uram), std::max(most.lut, least.lut),
            std::max(most.ff, least.ff)};
  }
  return most;
}

}  // namespace tilewise
