#include <doctest/doctest.h>

#include "space/nasbench201.hpp"
#include "space/search_spaces.hpp"
#include "sweep/space_design.hpp"
#include "sweep/streaming_fits.hpp"

namespace tilewise {
namespace {

std::vector<NamedBudget> budgets() {
  std::vector<NamedBudget> all;
  for (const std::string name : {"zc706", "ultra96", "pynq_z2"}) {
    all.push_back({name, usable_device(find_board(name))});
  }
  return all;
}

}  // namespace

TEST_CASE("how many NAS-Bench-201 networks fit a board as a streaming design") {
  const auto groups =
      find_space("nasbench201").streaming->groups("cifar10", Bits{8}, {.prune_dead = true});
  std::int64_t architectures = 0;
  for (const StreamingForm::Group& group : groups) {
    architectures += static_cast<std::int64_t>(group.indices.size());
  }
  CHECK(architectures == kNasbench201Size);
  StageLibrary library;
  const auto counts = count_streaming_fits(groups, budgets(), library);
  // The slow way: a network fits where PE = SIMD = 1 in all stages does, by the next case.
  for (std::size_t b = 0; b < counts.size(); ++b) {
    std::int64_t fit = 0;
    std::int64_t lacks_bram = 0;
    for (const StreamingForm::Group& group : groups) {
      FpgaResources least;
      for (const StreamStage& stage : group.pipeline.stages) {
        least = least + stage_resources(stage, {1, 1});
      }
      const auto size = static_cast<std::int64_t>(group.indices.size());
      FpgaResources more = budgets()[b].available;
      const bool fits_as_it_is = fits(least, more);
      more.bram18 = least.bram18;
      fit += fits_as_it_is ? size : 0;
      lacks_bram += !fits_as_it_is && fits(least, more) ? size : 0;
    }
    CAPTURE(counts[b].board);
    CHECK(counts[b].fit == fit);
    const auto lacks = counts[b].lacks.find("BRAM18");
    CHECK((lacks == counts[b].lacks.end() ? 0 : lacks->second) == lacks_bram);
  }
  // What docs/fpga_design.md says: within the usable part, F2's memory rule.
  CHECK(counts[0].fit == 15'625);
  CHECK(counts[1].fit == 13'014);
  CHECK(counts[2].fit == 8'889);
}

TEST_CASE("PE = SIMD = 1 is least in every resource for each stage of the space") {
  for (const std::int64_t bits : {4, 8, 16}) {
    StageLibrary library;
    const CellArchitecture mixed = parse_cell_architecture(
        "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_1x1~1|"
        "nor_conv_3x3~2|");
    const auto pipeline =
        stream_pipeline(nasbench201_network(mixed, Dataset::Cifar10, PruneDead::Yes), Bits{bits});
    for (const StreamStage& stage : pipeline.stages) {
      const FpgaResources least = stage_resources(stage, {1, 1});
      for (const Folding& folding : foldings(stage)) {
        CHECK(fits(least, stage_resources(stage, folding)));
      }
    }
  }
}

TEST_CASE("an architecture's own engine is never worse than the one for all") {
  DesignTarget target =
      design_target(find_board("ultra96"), fixed_point(Bits{8}), Megahertz{200.0});
  StageLibrary library;
  SpaceDesignOptions options;
  options.threads = 1;
  options.dataset = "cifar10";
  const auto designs = design_space(find_space("nasbench201"), target, {}, options, library);
  REQUIRE(designs);
  for (std::size_t i = 0; i < designs->general.size(); ++i) {
    CHECK_FALSE(designs->own_engine[i] > designs->general[i] * (1.0 + 1e-12));
  }
  CHECK(designs->engine_price.mean_ratio >= 1.0);
  CHECK(designs->engine_price.mean_general == doctest::Approx(designs->one_engine.objective_value));
}

TEST_CASE("the price of generality is the mean of the ratios") {
  const std::vector<double> general{2.0, 6.0};
  const std::vector<double> own{2.0, 4.0};
  const GeneralityPrice price = generality_price(general, own);
  CHECK(price.mean_general == 4.0);
  CHECK(price.mean_own == 3.0);
  CHECK(price.mean_ratio == 1.25);
  CHECK(price.most_ratio == 1.5);
  CHECK(price.most_index == 1);
}

}  // namespace tilewise
