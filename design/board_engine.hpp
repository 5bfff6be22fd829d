#pragma once

#include <span>
#include <string>
#include <string_view>

#include "arch/architecture.hpp"
#include "mapper/search.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// "board:ultra96" names the engine that is found for a board.
inline constexpr std::string_view kBoardPrefix = "board:";

/// A layer of what is swept, and how often it runs.
struct WeightedLayer {
  Layer layer;
  double uses = 1.0;
};

/// The tiled engine on the usable part of `board` that runs `layers` in the least time (objectives
/// latency and EDP) or with the least energy, exact over all Tm, Tn, Tp, Tq by the bound of
/// docs/fpga_design.md, with the largest tiles that serve: words of 16 bit, 200 MHz. The
/// description names what was found. Throws InputError where not even one lane fits.
Architecture design_board_engine(const std::string& board, std::span<const WeightedLayer> layers,
                                 Objective objective);

}  // namespace tilewise
