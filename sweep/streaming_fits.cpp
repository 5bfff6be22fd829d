#include "sweep/streaming_fits.hpp"

#include <algorithm>

namespace tilewise {
namespace {

std::string lack_text(const std::vector<FpgaExcess>& lacks) {
  std::string text;
  for (const FpgaExcess& each : lacks) {
    text += (text.empty() ? "" : "+") + std::string(name(each.resource));
  }
  return text.empty() ? "together" : text;
}

}  // namespace

std::vector<StreamingFits> count_streaming_fits(std::span<const StreamingForm::Group> groups,
                                                std::span<const NamedBudget> budgets,
                                                StageLibrary& library) {
  std::vector<StreamingFits> counts;
  for (const NamedBudget& budget : budgets) counts.push_back({budget.board, 0, {}});
  for (const StreamingForm::Group& group : groups) {
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

}  // namespace tilewise
