#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "design/design_target.hpp"
#include "design/engine_design.hpp"
#include "design/streaming_design.hpp"
#include "space/search_space.hpp"

namespace tilewise {

/// What one design costs more than the best design of each architecture: the price of generality.
struct GeneralityPrice {
  double mean_general = 0.0;  ///< objective under the one design, mean over the architectures
  double mean_own = 0.0;      ///< under each architecture's own
  double mean_ratio = 1.0;    ///< mean of general / own
  double most_ratio = 1.0;
  std::int64_t most_index = 0;  ///< the architecture that pays most
};

/// Designs for all candidates of a space on one board. docs/fpga_design.md, A whole space.
struct SpaceDesigns {
  EngineDesigns one_engine;           ///< least mean objective over all architectures
  std::vector<double> general;        ///< objective of each architecture on it
  std::vector<double> own_engine;     ///< on the engine of its own
  std::int64_t distinct_engines = 0;  ///< different Tm, Tn, Tp, Tq among these
  GeneralityPrice engine_price;

  std::vector<std::optional<double>> own_streaming;  ///< empty where none fits
  std::int64_t streaming_fit = 0;
  std::int64_t streaming_better = 0;  ///< architectures whose streaming design beats their engine
  GeneralityPrice any_price;          ///< the one engine against the better of both
  FpgaResources union_least;  ///< a streaming design that holds every operation of each edge
  std::vector<FpgaExcess> union_lacks;
};
struct SpaceDesignOptions {
  DesignObjective objective = DesignObjective::Latency;
  PixelLanes pixels = PixelLanes::No;
  SpaceOptions space = {.prune_dead = true};
  std::string dataset;
  int threads = 0;
};

/// Exact: the one engine over all Tm, Tn for the mean, each own design by its own search.
/// Empty where not even one lane fits. `target`'s precision is fixed point; the candidates of
/// `space` have indices and a streaming form, `groups` of these options.
std::optional<SpaceDesigns> design_space(const SearchSpace& space, const DesignTarget& target,
                                         std::span<const StreamingForm::Group> groups,
                                         const SpaceDesignOptions& options, StageLibrary& library);

/// Of the means, and of the ratios one by one.
GeneralityPrice generality_price(std::span<const double> general, std::span<const double> own);

}  // namespace tilewise
