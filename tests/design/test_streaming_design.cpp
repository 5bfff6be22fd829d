#include <doctest/doctest.h>

#include <limits>
#include <random>

#include "design/folding_choice.hpp"
#include "design/streaming_design.hpp"
#include "space/square_layers.hpp"

namespace tilewise {
namespace {

Network chain(std::mt19937& random, int layers) {
  Network network("chain");
  std::int64_t channels = 3;
  for (int i = 0; i < layers; ++i) {
    const std::int64_t outputs = std::int64_t{2}
                                 << std::uniform_int_distribution<int>(0, 2)(random);
    const std::int64_t kernel = std::uniform_int_distribution<int>(0, 1)(random) == 0 ? 1 : 3;
    std::vector<std::size_t> inputs;
    if (i > 0) inputs.push_back(static_cast<std::size_t>(i - 1));
    network.add(square_convolution("c" + std::to_string(i), channels, {outputs, 8}, {kernel}),
                inputs);
    channels = outputs;
  }
  return network;
}

/// The slow way: all foldings of all stages, equal stages alike or not.
double brute_force(const StreamPipeline& pipeline, const FpgaResources& available,
                   std::size_t stage, const FpgaResources& taken, std::int64_t slowest) {
  if (!fits(taken, available)) return std::numeric_limits<double>::infinity();
  if (stage == pipeline.stages.size()) return static_cast<double>(slowest);
  double best = std::numeric_limits<double>::infinity();
  for (const Folding& folding : foldings(pipeline.stages[stage])) {
    best = std::min(best,
                    brute_force(pipeline, available, stage + 1,
                                taken + stage_resources(pipeline.stages[stage], folding),
                                std::max(slowest, stage_cycles(pipeline.stages[stage], folding))));
  }
  return best;
}

DesignTarget small_target(std::int64_t dsp, std::int64_t bram18, std::int64_t lut) {
  DesignTarget target = dsp_budget(dsp, fixed_point(Bits{8}));
  target.available = {dsp, bram18, 0, lut, 1'000'000};
  return target;
}

}  // namespace

TEST_CASE("the least interval agrees with trying every folding of every stage") {
  std::mt19937 random(29);
  StageLibrary library;
  int found_some = 0;
  for (int i = 0; i < 40; ++i) {
    const StreamPipeline pipeline = stream_pipeline(chain(random, 3), Bits{8});
    const DesignTarget target = small_target(2 + i % 12, 1 + i % 7, 1500 + 150 * (i % 17));
    const double best = brute_force(pipeline, target.available, 0, {}, 0);
    const auto result = search_streaming(pipeline, target, DesignObjective::Throughput, library);
    CHECK(result.design.has_value() == (best < std::numeric_limits<double>::infinity()));
    if (!result.design) continue;
    ++found_some;
    CHECK(result.design->certificate.lower_bound <= best);
    CHECK(result.design->interval.count() >= best);
    if (result.design->certificate.gap == 0.0) CHECK(result.design->interval.count() == best);
    CHECK(fits(result.design->resources, target.available));
  }
  CHECK(found_some > 10);
}

TEST_CASE("what does not fit is named with how much too much") {
  // S5
  std::mt19937 random(1);
  StageLibrary library;
  const StreamPipeline pipeline = stream_pipeline(chain(random, 3), Bits{8});
  const auto result =
      search_streaming(pipeline, small_target(2, 100, 100'000), DesignObjective::Latency, library);
  CHECK_FALSE(result.design);
  REQUIRE(result.lacks.size() == 1);
  CHECK(result.lacks[0].resource == FpgaResource::Dsp);  // a DSP for each of three stages
  CHECK(result.lacks[0].excess == 1);
}

TEST_CASE("more of a board never makes the best interval longer") {
  std::mt19937 random(31);
  StageLibrary library;
  const StreamPipeline pipeline = stream_pipeline(chain(random, 4), Bits{8});
  double last = std::numeric_limits<double>::infinity();
  for (std::int64_t dsp = 4; dsp < 100; dsp += 7) {
    const auto result = search_streaming(pipeline, small_target(dsp, 40, 20'000),
                                         DesignObjective::Throughput, library);
    REQUIRE(result.design);
    CHECK(result.design->interval.count() <= last);
    last = result.design->interval.count();
  }
}

TEST_CASE("the design of least energy takes no more than the fastest") {
  std::mt19937 random(37);
  StageLibrary library;
  const StreamPipeline pipeline = stream_pipeline(chain(random, 4), Bits{8});
  const DesignTarget target =
      design_target(find_board("ultra96"), fixed_point(Bits{8}), Megahertz{200.0});
  const auto fast = search_streaming(pipeline, target, DesignObjective::Throughput, library);
  const auto frugal = search_streaming(pipeline, target, DesignObjective::Energy, library);
  CHECK(frugal.design->energy <= fast.design->energy);
  CHECK(frugal.design->interval >= fast.design->interval);
  CHECK(frugal.design->certificate.lower_bound <= frugal.design->energy.count());
}

TEST_CASE("options that another beats in time and every resource are left out") {
  std::mt19937 random(41);
  const StreamPipeline pipeline = stream_pipeline(chain(random, 3), Bits{8});
  for (const StreamStage& stage : pipeline.stages) {
    const std::vector<StageOption> kept = stage_options(stage);
    for (const Folding& folding : foldings(stage)) {
      const auto cycles = stage_cycles(stage, folding);
      const auto taken = stage_resources(stage, folding);
      bool covered = false;
      for (const StageOption& option : kept) {
        covered = covered || (option.cycles <= cycles && fits(option.resources, taken));
      }
      CHECK(covered);
    }
  }
}

}  // namespace tilewise
