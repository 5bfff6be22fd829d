#include "sim/engine/pixel_passes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "base/error.hpp"
#include "pixel_simulator.hpp"

namespace tilewise {
namespace {

struct Case {
  PixelPasses passes;
  std::vector<std::int64_t> beats;
};

/// Few passes with whole cycles, in which now the loader, now the array, now the output stage, now
/// the weights are slowest.
Case random_case(std::mt19937& random) {
  const auto draw = [&](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  const auto cycles = [](std::int64_t count) { return Cycles{static_cast<double>(count)}; };
  Case made;
  PixelPasses& passes = made.passes;
  passes.clocks = {cycles(draw(1, 3)), cycles(draw(1, 4))};
  passes.groups = draw(1, 5);
  passes.group_work = passes.clocks.slot * draw(1, 5);
  passes.weight_load = cycles(draw(0, 3) == 0 ? draw(0, 120) : 0);
  passes.output_store = cycles(draw(0, 1) == 0 ? draw(0, 60) : 1);
  passes.lost_slots = draw(0, 2);
  passes.m_tiles = draw(1, 4);
  for (std::int64_t tiles = draw(1, 5); tiles > 0; --tiles) made.beats.push_back(draw(1, 8));
  return made;
}

}  // namespace

TEST_SUITE("pixel passes") {
  TEST_CASE("loader, array and output stage in tandem take what a walk by cycles takes") {
    std::mt19937 random(5);
    for (int i = 0; i < 2000; ++i) {
      CAPTURE(i);
      const Case drawn = random_case(random);
      const double slow =
          static_cast<double>(testing::PixelSimulator(drawn.passes, drawn.beats).last_store());
      REQUIRE(last_store(drawn.passes, drawn.beats).count() == slow);
    }
  }

  TEST_CASE("with a ring between loader and array as well, down to one burst") {
    std::mt19937 random(6);
    for (int i = 0; i < 2000; ++i) {
      CAPTURE(i);
      Case drawn = random_case(random);
      const std::int64_t burst = *std::max_element(drawn.beats.begin(), drawn.beats.end());
      drawn.passes.input_ring = burst + std::uniform_int_distribution<std::int64_t>(0, 20)(random);
      const double slow =
          static_cast<double>(testing::PixelSimulator(drawn.passes, drawn.beats).last_store());
      REQUIRE(last_store(drawn.passes, drawn.beats).count() == slow);
    }
  }

  TEST_CASE("a larger ring is never slower, and one for all beats is as good as any") {
    std::mt19937 random(7);
    for (int i = 0; i < 300; ++i) {
      CAPTURE(i);
      Case drawn = random_case(random);
      const Cycles free = last_store(drawn.passes, drawn.beats);
      Cycles before{1e18};
      for (const std::int64_t ring : {8, 9, 12, 20, 1000}) {
        drawn.passes.input_ring = ring;
        const Cycles now = last_store(drawn.passes, drawn.beats);
        CHECK(now <= before);
        CHECK(now >= free);
        before = now;
      }
      CHECK(before == free);
    }
  }

  TEST_CASE("two passes by hand") {
    // Beats of 2 cycles, two groups of 3 beats, 12 cycles of work each; the output stage takes 30.
    // Loaded at 12 and 24. Array: first beat 2, work to 26, out 26 to 56; second pass works 26 to
    // 50, waits for the output stage to 56, out to 86.
    PixelPasses passes;
    passes.clocks = {Cycles{2.0}, Cycles{4.0}};
    passes.groups = 2;
    passes.group_work = Cycles{12.0};
    passes.output_store = Cycles{30.0};
    const std::vector<std::int64_t> beats{3, 3};
    CHECK(last_store(passes, beats) == Cycles{86.0});
    // A lost slot a pass: loader one beat, array 4 cycles: work 4 to 28, slot to 32, out to 62; the
    // second pass works 32 to 56, slot to 60, waits to 62, out to 92.
    passes.lost_slots = 1;
    CHECK(last_store(passes, beats) == Cycles{92.0});
    // Weights that take 100 cycles: the last slot of the first pass ends at 104, lost slot 108, out
    // to 138; the second pass works 108 to 132, slot 136, waits to 138, out to 168.
    passes.weight_load = Cycles{100.0};
    CHECK(last_store(passes, beats) == Cycles{168.0});
  }

  TEST_CASE("a ring smaller than a burst is refused") {
    PixelPasses passes;
    passes.clocks = {Cycles{1.0}, Cycles{1.0}};
    passes.input_ring = 3;
    const std::vector<std::int64_t> beats{4};
    CHECK_THROWS_WITH_AS(last_store(passes, beats),
                         "input_ring: 3 beats hold less than a burst of 4 of this layer; make the "
                         "ring larger",
                         InputError);
  }
}

}  // namespace tilewise
