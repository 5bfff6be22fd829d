#include <doctest/doctest.h>

#include <limits>
#include <random>

#include "design/engine_design.hpp"
#include "design/several_engines.hpp"

namespace tilewise {
namespace {

Layer convolution(std::string name, std::int64_t inputs, std::int64_t outputs, std::int64_t size,
                  std::int64_t kernel, std::int64_t groups = 1) {
  Layer layer;
  layer.name = std::move(name);
  layer.bounds = {{1, groups, outputs, inputs, size, size, kernel, kernel}};
  layer.image = {size + kernel - 1, size + kernel - 1};
  return layer;
}

std::vector<Layer> random_layers(std::mt19937& random, int count) {
  const auto draw = [&](std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(1, most)(random);
  };
  std::vector<Layer> layers;
  for (int i = 0; i < count; ++i) {
    layers.push_back(convolution("layer" + std::to_string(i), draw(9), draw(9), draw(5), draw(3)));
  }
  return layers;
}

std::int64_t time_of(const std::vector<EngineUnit>& units, const EngineLanes& lanes,
                     BitsPerCycle bandwidth) {
  std::int64_t sum = 0;
  for (const EngineUnit& unit : units) sum += unit_cycles(unit, lanes, bandwidth);
  return sum;
}

/// The slow way: every Tm, Tn within the lanes, not only the steps of quotients.
std::int64_t best_by_brute_force(const std::vector<EngineUnit>& units, std::int64_t most,
                                 BitsPerCycle bandwidth) {
  std::int64_t best = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t tm = 1; tm <= most; ++tm) {
    for (std::int64_t tn = 1; tm * tn <= most; ++tn) {
      best = std::min(best, time_of(units, {tm, tn, 1, 1}, bandwidth));
    }
  }
  return best;
}

/// The slow way: the fewest lanes with which each set of units finishes within a limit, then the
/// fewest for every partition of all units, set by set.
bool partition_fits(const std::vector<EngineUnit>& units, std::int64_t most, std::int64_t limit,
                    BitsPerCycle bandwidth) {
  const std::size_t sets = std::size_t{1} << units.size();
  const std::int64_t none = most + 1;
  std::vector<std::int64_t> alone(sets, none);
  for (std::size_t set = 1; set < sets; ++set) {
    std::vector<EngineUnit> chosen;
    for (std::size_t u = 0; u < units.size(); ++u) {
      if ((set >> u & 1) != 0) chosen.push_back(units[u]);
    }
    for (std::int64_t tm = 1; tm <= most; ++tm) {
      for (std::int64_t tn = 1; tm * tn < std::min(alone[set], none); ++tn) {
        if (time_of(chosen, {tm, tn, 1, 1}, bandwidth) <= limit) alone[set] = tm * tn;
      }
    }
  }
  std::vector<std::int64_t> shared = alone;
  shared[0] = 0;
  for (std::size_t set = 1; set < sets; ++set) {
    for (std::size_t part = set; part > 0; part = (part - 1) & set) {
      shared[set] = std::min(shared[set], alone[part] + shared[set ^ part]);
    }
  }
  return shared.back() <= most;
}

}  // namespace

TEST_CASE("quotient steps are the least T of each number of passes") {
  CHECK(quotient_steps(7) == std::vector<std::int64_t>{1, 2, 3, 4, 7});  // 7 4 3 2 1 passes
  CHECK(quotient_steps(1) == std::vector<std::int64_t>{1});
}

TEST_CASE("one engine: no Tm, Tn within the lanes is faster than the one found") {
  std::mt19937 random(11);
  for (int i = 0; i < 60; ++i) {
    const std::vector<Layer> layers = random_layers(random, 3);
    const auto units = engine_units(layers, SplitGroups::No);
    DesignTarget target = dsp_budget(5 + i % 25, fixed_point(Bits{16}));
    if (i % 2 == 0) target.bandwidth = BitsPerCycle{64.0};
    const auto found = search_single_engine(units, target);
    REQUIRE(found.design);
    const auto best = best_by_brute_force(units, 5 + i % 25, target.bandwidth);
    CHECK(found.design->latency.count() == static_cast<double>(best));
    CHECK(found.design->certificate.gap == 0.0);
  }
}

TEST_CASE("pixel lanes never make the best engine slower") {
  std::mt19937 random(5);
  for (int i = 0; i < 30; ++i) {
    const auto units = engine_units(random_layers(random, 3), SplitGroups::No);
    const DesignTarget target = dsp_budget(12, fixed_point(Bits{16}));
    const auto channels = search_single_engine(units, target);
    const auto pixels =
        search_single_engine(units, target, {DesignObjective::Latency, PixelLanes::Yes});
    CHECK(pixels.design->latency <= channels.design->latency);
    std::int64_t best = std::numeric_limits<std::int64_t>::max();
    for (std::int64_t lanes = 1; lanes <= 12 * 12 * 25; ++lanes) {
      const EngineLanes each{lanes % 12 + 1, lanes / 12 % 12 + 1, lanes / 144 % 5 + 1,
                             lanes / 720 % 5 + 1};
      if (lane_count(each) <= 12) best = std::min(best, time_of(units, each, target.bandwidth));
    }
    CHECK(pixels.design->latency.count() == static_cast<double>(best));
  }
}

TEST_CASE("several engines: the least interval agrees with a search over all partitions") {
  std::mt19937 random(3);
  for (int i = 0; i < 12; ++i) {
    std::vector<Layer> layers = random_layers(random, 2);
    layers.push_back(convolution("pair", 4, 3, 3, 2, 2));  // two equal groups
    const auto units = engine_units(layers, SplitGroups::Yes);
    REQUIRE(units.size() == 4);
    const std::int64_t lanes = 6 + i;
    const DesignTarget target = dsp_budget(lanes, fixed_point(Bits{16}));
    const auto found = search_several_engines(units, target, DesignObjective::Throughput);
    const auto interval = static_cast<std::int64_t>(found.design->interval.count());
    CHECK(partition_fits(units, lanes, interval, target.bandwidth));
    CHECK_FALSE(partition_fits(units, lanes, interval - 1, target.bandwidth));
    CHECK(found.design->certificate.gap == 0.0);
    CHECK(found.design->resources.dsp <= lanes);
  }
}

TEST_CASE("several engines: all objectives agree with trying all engines on all partitions") {
  const std::vector<std::vector<std::vector<std::size_t>>> partitions{
      {{0, 1, 2}}, {{0}, {1, 2}}, {{1}, {0, 2}}, {{2}, {0, 1}}, {{0}, {1}, {2}}};
  std::mt19937 random(43);
  for (int i = 0; i < 5; ++i) {
    const auto units = engine_units(random_layers(random, 3), SplitGroups::Yes);
    DesignTarget target =
        design_target(find_board("pynq_z2"), fixed_point(Bits{16}), Megahertz{100.0});
    target.available.dsp = 6;
    std::vector<EngineLanes> shapes;
    for (std::int64_t lanes = 0; lanes < 36; ++lanes) {
      const EngineLanes each{lanes % 6 + 1, lanes / 6 + 1, 1, 1};
      if (lane_count(each) <= 6) shapes.push_back(each);
    }
    EnumArray<DesignObjective, double> best{};
    best.values.fill(std::numeric_limits<double>::infinity());
    const auto consider = [&](const std::vector<EngineDesign>& engines) {
      const EngineDesigns design = evaluate_engines(engines, units, target);
      if (!fits(design.resources, target.available)) return;
      best[DesignObjective::Latency] =
          std::min(best[DesignObjective::Latency], design.latency.count());
      best[DesignObjective::Throughput] =
          std::min(best[DesignObjective::Throughput], design.interval.count());
      best[DesignObjective::Energy] =
          std::min(best[DesignObjective::Energy], design.energy.count());
    };
    for (const auto& partition : partitions) {
      std::vector<std::size_t> choice(partition.size(), 0);
      for (bool more = true; more;) {
        std::vector<EngineDesign> engines;
        for (std::size_t e = 0; e < partition.size(); ++e) {
          engines.push_back({shapes[choice[e]], {}, partition[e], 0.0, {}});
        }
        consider(engines);
        std::size_t e = 0;
        while (e < choice.size() && ++choice[e] == shapes.size()) choice[e++] = 0;
        more = e < choice.size();
      }
    }
    for (const DesignObjective each : all_of<DesignObjective>()) {
      CAPTURE(name(each));
      const auto found = search_several_engines(units, target, each);
      CHECK(found.design->objective_value == doctest::Approx(best[each]).epsilon(1e-9));
      CHECK(found.design->certificate.gap < 1e-6);
    }
  }
}

TEST_CASE("several engines are never worse than one, whatever is sought") {
  std::mt19937 random(17);
  for (int i = 0; i < 20; ++i) {
    const auto units = engine_units(random_layers(random, 4), SplitGroups::Yes);
    const DesignTarget target =
        design_target(find_board("pynq_z2"), fixed_point(Bits{8}), Megahertz{100.0});
    for (const DesignObjective each : all_of<DesignObjective>()) {
      const auto one = search_single_engine(units, target, {each, PixelLanes::No});
      const auto several = search_several_engines(units, target, each);
      CHECK(several.design->objective_value <= one.design->objective_value);
      CHECK(several.design->certificate.lower_bound <= several.design->objective_value);
      CHECK(fits(several.design->resources, target.available));
    }
  }
}

TEST_CASE("more DSP never make the best design slower") {
  std::mt19937 random(23);
  const auto units = engine_units(random_layers(random, 4), SplitGroups::Yes);
  double single = std::numeric_limits<double>::infinity();
  double several = single;
  for (std::int64_t dsp = 4; dsp < 40; dsp += 3) {
    const DesignTarget target = dsp_budget(dsp, fixed_point(Bits{16}));
    const double one = search_single_engine(units, target).design->objective_value;
    const double many =
        search_several_engines(units, target, DesignObjective::Throughput).design->objective_value;
    CHECK(one <= single);
    CHECK(many <= several);
    CHECK(many <= one);
    single = one;
    several = many;
  }
}

TEST_CASE("the interval of engines is the slowest, their latency the sum") {
  // F12
  const std::vector<Layer> layers{convolution("a", 4, 4, 4, 1), convolution("b", 2, 4, 4, 1)};
  const auto units = engine_units(layers, SplitGroups::No);
  const std::vector<EngineDesign> engines{{{4, 4, 1, 1}, {}, {0}, 0.0, {}},
                                          {{4, 1, 1, 1}, {}, {1}, 0.0, {}}};
  const EngineDesigns design =
      evaluate_engines(engines, units, dsp_budget(20, fixed_point(Bits{16})));
  CHECK(design.latency.count() == 16 + 32);
  CHECK(design.interval.count() == 32);
  CHECK(design.resources.dsp == 16 + 4);
}

TEST_CASE("engines that share a port wait for what they move together") {
  const std::vector<Layer> layers{convolution("a", 4, 4, 4, 1), convolution("b", 2, 4, 4, 1)};
  const auto units = engine_units(layers, SplitGroups::No);
  DesignTarget target = dsp_budget(20, fixed_point(Bits{16}));
  target.bandwidth = BitsPerCycle{16.0};  // a word a cycle
  const std::vector<EngineDesign> engines{{{4, 4, 1, 1}, {}, {0}, 0.0, {}},
                                          {{4, 1, 1, 1}, {}, {1}, 0.0, {}}};
  // a: 64 + 16 + 64 words, b: 32 + 8 + 64
  CHECK(evaluate_engines(engines, units, target).interval.count() == 144 + 104);
}

TEST_CASE("a board that holds no lane is an answer: what lacks, and how much") {
  DesignTarget target = dsp_budget(10, fixed_point(Bits{16}));
  target.available.lut = 100;
  const auto units =
      engine_units(std::vector<Layer>{convolution("a", 4, 4, 4, 1)}, SplitGroups::No);
  const auto found = search_single_engine(units, target);
  CHECK_FALSE(found.design);
  REQUIRE(found.lacks.size() == 1);
  CHECK(found.lacks[0].resource == FpgaResource::Lut);
  CHECK(found.lacks[0].excess == found.lacks[0].need - 100);
}

TEST_CASE("larger tiles still fit") {
  const auto units =
      engine_units(std::vector<Layer>{convolution("a", 16, 16, 20, 3)}, SplitGroups::No);
  const DesignTarget target =
      design_target(find_board("zc706"), fixed_point(Bits{16}), Megahertz{200.0});
  EngineDesigns design = *search_single_engine(units, target).design;
  const Cycles before = design.latency;
  grow_tiles(design, units, target);
  CHECK(design.engines[0].tile.rows == 20);
  CHECK(design.latency == before);
  CHECK(fits(design.resources, target.available));
}

}  // namespace tilewise
