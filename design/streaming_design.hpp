#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "design/design_target.hpp"
#include "sim/engine/streaming.hpp"

namespace tilewise {

/// A folding of a stage and what it costs.
struct StageOption {
  Folding folding;
  std::int64_t cycles = 0;
  FpgaResources resources;
};
/// The foldings of a stage that no other beats in cycles and every resource, fastest first.
std::vector<StageOption> stage_options(const StreamStage& stage);

/// Stages seen before and their options: a search space has few kinds of stages.
class StageLibrary {
 public:
  const std::vector<StageOption>& options(const StreamStage& stage);

 private:
  std::map<StreamStage, std::vector<StageOption>> options_;
};

/// A stage for each layer, folded.
struct StreamingDesign {
  std::vector<StageOption> stages;  ///< in the order of the pipeline
  FpgaResources resources;          ///< of all; everything on chip, no memory controller
  Cycles latency;                   ///< of one image (S1, an estimate)
  Cycles interval;                  ///< the slowest stage, or the image at the port
  Picojoules energy;                ///< of one image (F13)
  Bits off_chip;                    ///< image in, result out
  double objective_value = 0.0;     ///< cycles or pJ
  DesignCertificate certificate;
};

/// Interval, latency and energy of stages whose foldings are set, and what they take.
StreamingDesign evaluate_streaming(std::vector<StageOption> stages, const StreamPipeline& pipeline,
                                   const DesignTarget& target);

struct StreamingSearchResult {
  std::optional<StreamingDesign> design;
  std::vector<FpgaExcess>
      lacks;  ///< where none fits: of the design with the least of each resource
};

/// The folding of every stage with the least interval that fits (and with it the least latency,
/// which S1 makes proportional), or with the least energy. Equal stages fold alike: exact within
/// that; the lower bound holds without it.
StreamingSearchResult search_streaming(const StreamPipeline& pipeline, const DesignTarget& target,
                                       DesignObjective objective, StageLibrary& library);

/// What no folding of the pipeline goes below, resource by resource: where one of them exceeds
/// what is available, nothing fits.
FpgaResources least_streaming_resources(const StreamPipeline& pipeline, StageLibrary& library);

/// Whether some folding fits (S5); exact.
bool streaming_fits(const StreamPipeline& pipeline, const FpgaResources& available,
                    StageLibrary& library);

}  // namespace tilewise
