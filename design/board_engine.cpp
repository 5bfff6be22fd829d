#include "design/board_engine.hpp"

#include <fmt/format.h>

#include <vector>

#include "arch/family/fpga.hpp"
#include "base/error.hpp"
#include "design/design_file.hpp"
#include "design/design_target.hpp"
#include "design/engine_design.hpp"
#include "design/engine_units.hpp"

namespace tilewise {
namespace {

constexpr Bits kWidth{16};
constexpr Megahertz kClock{200.0};

DesignObjective design_objective(Objective objective) {
  return objective == Objective::Energy ? DesignObjective::Energy : DesignObjective::Latency;
}

std::string description(const FpgaEngineParameters& engine, DesignObjective objective) {
  const auto kib = [&](Tensor t) { return static_cast<double>(engine.buffer[t].count()) / 8192.0; };
  return fmt::format(
      "engine found for {} (least {} over the layers of the sweep): Tm {}, Tn {}, Tp {}, Tq {}, {} "
      "bit, {:g} MHz, buffers of {:.4g}, {:.4g} and {:.4g} KiB for Input, Weight and Output",
      engine.board.name, name(objective), engine.tm, engine.tn, engine.tp, engine.tq,
      kWidth.count(), engine.clock.count(), kib(Tensor::Input), kib(Tensor::Weight),
      kib(Tensor::Output));
}

}  // namespace

Architecture design_board_engine(const std::string& board, std::span<const WeightedLayer> layers,
                                 Objective objective) {
  const DesignTarget target = design_target(find_board(board), fixed_point(kWidth), kClock);
  std::vector<Layer> plain;
  for (const WeightedLayer& each : layers) {
    plain.push_back(each.layer);
    plain.back().widths.tensor = target.precision.width;
  }
  std::vector<EngineUnit> units = engine_units(plain, SplitGroups::No);
  for (std::size_t u = 0; u < units.size(); ++u) units[u].uses = layers[units[u].layer].uses;
  const EngineSearchOptions options{design_objective(objective), PixelLanes::Yes};
  EngineSearchResult found = search_single_engine(units, target, options);
  if (!found.design) {
    const FpgaExcess& lack = found.lacks.front();
    throw InputError(fmt::format("{}{}: not even an engine of one lane fits: it needs {} {} of {}",
                                 kBoardPrefix, board, lack.need, name(lack.resource), lack.have));
  }
  grow_tiles(*found.design, units, target);
  FpgaEngineParameters engine = engine_parameters(found.design->engines.front(), units, target);
  engine.name = std::string(kBoardPrefix) + target.board.name;
  Architecture architecture = build_fpga_engine(engine);
  architecture.description = description(engine, options.objective);
  return architecture;
}

}  // namespace tilewise
