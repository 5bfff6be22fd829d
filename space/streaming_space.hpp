#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "arch/fpga_board.hpp"
#include "arch/fpga_resources.hpp"
#include "mapper/streaming_design.hpp"
#include "sim/streaming.hpp"
#include "space/nasbench201.hpp"

namespace tilewise {

/// Architectures of NAS-Bench-201 whose networks have the same stages: what can be left out of a
/// cell is left out.
struct StreamingGroup {
  StreamPipeline pipeline;
  std::vector<std::int64_t> indices;  ///< public indices, rising
};
/// All 15,625 as streaming networks of `width` words, each distinct multiset of stages once.
std::vector<StreamingGroup> nasbench201_pipelines(Dataset dataset, Bits width,
                                                  PruneDead prune = PruneDead::Yes);

/// How many architectures fit a board as a streaming design: some folding of all stages fits.
struct StreamingFits {
  std::string board;
  std::int64_t fit = 0;
  std::map<std::string, std::int64_t> lacks;  ///< "BRAM18", "BRAM18+LUT": architectures that do not
};
/// What is available on each board is given beside its name.
struct NamedBudget {
  std::string board;
  FpgaResources available;
};
std::vector<StreamingFits> count_streaming_fits(std::span<const StreamingGroup> groups,
                                                std::span<const NamedBudget> budgets,
                                                StageLibrary& library);

/// The most of each resource that the least design of any group takes.
FpgaResources largest_least_resources(std::span<const StreamingGroup> groups,
                                      StageLibrary& library);

}  // namespace tilewise
