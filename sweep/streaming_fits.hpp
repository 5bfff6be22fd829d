#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "arch/fpga/fpga_board.hpp"
#include "arch/fpga/fpga_resources.hpp"
#include "design/streaming_design.hpp"
#include "space/search_space.hpp"

namespace tilewise {

/// How many candidates of a space fit a board as a streaming design: some folding of all stages
/// fits.
struct StreamingFits {
  std::string board;
  std::int64_t fit = 0;
  std::map<std::string, std::int64_t> lacks;  ///< "BRAM18", "BRAM18+LUT": candidates that do not
};
/// What is available on each board is given beside its name.
struct NamedBudget {
  std::string board;
  FpgaResources available;
};
std::vector<StreamingFits> count_streaming_fits(std::span<const StreamingForm::Group> groups,
                                                std::span<const NamedBudget> budgets,
                                                StageLibrary& library);

}  // namespace tilewise
