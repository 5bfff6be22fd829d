#include "space/published/hwnasbench_eyeriss.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "base/error.hpp"
#include "hwnasbench_reference.hpp"

namespace tilewise {
namespace {

double milliseconds(const HwnasbenchCost& cost) { return cost.latency.count() / 1e3; }
double cycles(const HwnasbenchCost& cost) { return cost.latency.count() * 250.0; }

doctest::Approx close_to(double value) { return doctest::Approx(value).epsilon(1e-9); }

/// The layers alone, without the decoded constants.
EyerissCells layers_alone(Dataset dataset) { return hwnasbench_eyeriss_layers({}, dataset); }

/// A tiling and its cost as the slow search finds them.
struct SlowTiling {
  double energy = 0;
  double latency = 0;
};

/// The reference (E1 to E18), line by line, for a tiling; negative latency: it breaks a rule.
SlowTiling slow_cost(const PredictorShape& x, std::int64_t m0, std::int64_t m1, std::int64_t m2,
                     std::int64_t m3, std::int64_t c0, std::int64_t c1, std::int64_t c2,
                     std::int64_t e1, std::int64_t e3) {
  const std::int64_t rows = (e1 - 1) * x.stride + x.r;
  const std::int64_t columns = (x.f - 1) * x.stride + x.s;
  if (m0 > 16 || m1 * c1 * e1 * x.r >= 168 || c0 * x.s >= 12 || m0 * c0 * x.s >= 192)
    return {0, -1};
  if (c1 * c0 * rows * columns + m2 * m1 * m0 * e1 * x.f >= 65'536 || e1 == 1) return {0, -1};
  const auto i = static_cast<double>(x.h * x.w * x.c);
  const auto w = static_cast<double>(x.r * x.s * x.c * x.m);
  const auto o = static_cast<double>(x.e * x.f * x.m);
  const auto times = [](std::int64_t n) { return static_cast<double>(n); };
  const auto once = [&](std::int64_t n) { return times(n < 1 ? 1 : n); };
  const double per_row = times(x.r * x.e) / times(x.h);
  double energy = x.kind != PredictorLayer::Pool ? times(x.m * x.c * x.e * x.f * x.r * x.s) : 0.0;
  energy += 0.3 * (times(m3) * i + times(e3) * w + o) + 0.5 * (times(m3) * i + o);
  energy += 0.5 * (times(m3 * m2) * i + once(2 * (c2 - 1)) * o);
  energy += 2 * (times(m3 * m2 * m1) * per_row * i + times(e3 * e1) * w);
  energy += 2 * once(c2 * (c1 * x.r - 1)) * o;
  energy += 2 * times(m3 * m2 * m1 * m0) * per_row * i * times(x.s * x.f) / times(x.w);
  energy += 2 * times(e3 * e1 * x.f) * w + 2 * once(2 * c2 * c1 * x.r * (c0 * x.s - 1)) * o;
  return {energy, times(m3 * m2 * m0 * c2 * c0 * e3 * x.f * x.s)};
}

/// Every tiling by brute force (E19): all numbers below the bounds, kept where their products fit.
SlowTiling slow_search(const PredictorShape& x) {
  std::vector<SlowTiling> all;
  for (std::int64_t m0 = 1; m0 <= x.m; ++m0)
    for (std::int64_t m1 = 1; m0 * m1 <= x.m; ++m1)
      for (std::int64_t m2 = 1; m0 * m1 * m2 <= x.m; ++m2)
        for (std::int64_t c0 = 1; c0 <= x.c; ++c0)
          for (std::int64_t c1 = 1; c0 * c1 <= x.c; ++c1)
            for (std::int64_t e1 = 1; e1 <= x.e; ++e1) {
              if (x.m % (m0 * m1 * m2) + x.c % (c0 * c1) + x.e % e1 > 0) continue;
              const SlowTiling tiling = slow_cost(x, m0, m1, m2, x.m / (m0 * m1 * m2), c0, c1,
                                                  x.c / (c0 * c1), e1, x.e / e1);
              if (tiling.latency > 0) all.push_back(tiling);
            }
  SlowTiling least = all.at(0);
  SlowTiling most = all.at(0);
  for (const auto& each : all) {
    least = {std::min(least.energy, each.energy), std::min(least.latency, each.latency)};
    most = {std::max(most.energy, each.energy), std::max(most.latency, each.latency)};
  }
  const auto objective = [&](const SlowTiling& t) {
    return (t.energy - least.energy) / most.energy + (t.latency - least.latency) / most.latency;
  };
  return *std::min_element(all.begin(), all.end(), [&](const auto& a, const auto& b) {
    return objective(a) < objective(b);
  });
}

}  // namespace

TEST_CASE("hwnasbench-eyeriss: a 3x3 convolution of 16 channels, counted") {
  const PredictorShape shape{16, 16, 32, 32, 3, 3, 1, 32, 32};
  const PredictorTiling tiling{{16, 1, 1, 1}, {1, 1, 16, 1}, {32, 1}};
  const PredictorChoice choice = choose_tiling({}, shape);
  CHECK(choice.tiling == tiling);
  // M0 * C2 * F * S = 16 * 16 * 32 * 3
  CHECK(choice.cost.latency == Cycles{24'576});
  // I = O = 16,384, W = 2304: MACs 2,359,296; DRAM 35,072 at 0.3; input and output of it at 0.5;
  // buffer 31 * 16,384 at 0.5; network 3 I + 32 W + 32 O = 647,168, registers 144 I + 1024 W + 192
  // O = 7,864,320 at 2
  CHECK(choice.cost.energy.count() == close_to(2'359'296 + 0.3 * 35'072 + 0.5 * 32'768 +
                                               0.5 * 31 * 16'384 + 2.0 * (647'168 + 7'864'320)));
  CHECK(choice.cost.dram_words == 35'072);
}

TEST_CASE("hwnasbench-eyeriss: the search finds what brute force finds") {
  std::mt19937_64 random(5);
  const auto any_of = [&](std::vector<std::int64_t> values) {
    return values[random() % values.size()];
  };
  for (int trial = 0; trial < 40; ++trial) {
    PredictorShape shape;
    shape.m = any_of({1, 6, 12, 16, 20, 24});
    shape.c = any_of({1, 3, 8, 12, 18});
    shape.r = shape.s = any_of({1, 2, 3, 5});
    shape.stride = any_of({1, 2});
    shape.e = shape.f = any_of({2, 4, 7, 12});
    shape.h = shape.w = shape.e * shape.stride;
    shape.kind = any_of({0, 1}) == 1 ? PredictorLayer::Convolution : PredictorLayer::Pool;
    CAPTURE(trial);
    const PredictorChoice choice = choose_tiling({}, shape);
    const SlowTiling slow = slow_search(shape);
    CHECK(choice.cost.latency.count() == slow.latency);
    CHECK(choice.cost.energy.count() == close_to(slow.energy));
  }
}

TEST_CASE("hwnasbench-eyeriss: of equal tilings the first stays: larger powers of two first") {
  // one channel to one, two rows, filter 1: only E1 = 2 is left; M and C have one tiling
  const PredictorChoice only = choose_tiling({}, {.e = 2, .f = 2, .h = 2, .w = 2});
  CHECK(only.valid == 1);
  CHECK(only.tiling.e == std::array<std::int64_t, 2>{2, 1});
  // free energies: with C = 6 in C0 or C2 the time is the same; C0 comes first, 6 before 3, 2, 1
  HwnasbenchEyeriss free;
  free.energies = PredictorEnergies{Picojoules{1.0}, Picojoules{}, Picojoules{},
                                    Picojoules{},    Picojoules{}, Picojoules{}};
  free.array_limit = 3;
  const PredictorChoice first = choose_tiling(free, {.c = 6, .e = 2, .f = 2, .h = 2, .w = 2});
  CHECK(first.tiling.c == std::array<std::int64_t, 4>{6, 1, 1, 1});
}

TEST_CASE("hwnasbench-eyeriss: every layer of a NAS-Bench-201 cell has its published cycles") {
  for (const Dataset dataset : all_of<Dataset>()) {
    const double share = dataset == Dataset::ImageNet16x120 ? 0.25 : 1.0;
    for (std::size_t stage = 0; stage < kNasbench201Stages; ++stage) {
      const CellLayers cell = nasbench201_cell_layers(dataset, stage);
      CHECK(cycles(hwnasbench_eyeriss_layer({}, cell.conv3x3)) == close_to(share * 24'576));
      CHECK(cycles(hwnasbench_eyeriss_layer({}, cell.conv1x1)) == close_to(share * 4096));
      CHECK(cycles(hwnasbench_eyeriss_layer({}, cell.avg_pool)) == close_to(share * 24'576));
      CHECK(hwnasbench_eyeriss_layer({}, cell.add_three) == HwnasbenchCost{});
    }
  }
}

TEST_CASE("hwnasbench-eyeriss: the published terms of latency") {
  // E20
  const auto table = testing::hwnasbench_table("nb201_ops.csv");
  if (table.empty()) return;
  int compared = 0;
  const auto compare = [&](const HwnasbenchCost& cost, double ms) {
    CHECK(milliseconds(cost) == close_to(ms));
    ++compared;
  };
  for (const auto& row : table) {
    if (row.at("platform") != "eyeriss") continue;
    CAPTURE(row.at("dataset"));
    CAPTURE(row.at("term"));
    const Dataset dataset = parse_dataset(row.at("dataset"));
    const auto cells = hwnasbench_eyeriss_cells({}, dataset);
    const double ms = testing::number(row, "ms_total");
    if (row.at("term") == "base") compare(cells.fixed, ms);
    for (const Nasbench201Op op : all_of<Nasbench201Op>()) {
      if (row.at("term") != name(op)) continue;
      compare(cells.op[op], ms);
      compare(layers_alone(dataset).op[op], ms);  // no decoded constant in them
    }
  }
  CHECK(compared == 3 + 2 * 6);  // base of three data sets, three operations of two
}

TEST_CASE("hwnasbench-eyeriss: five times residual blocks, global pool, classifier") {
  // cycles: two blocks of 12,288 + 24,576 + 2048 (pool) + 2048 (1x1); global pool 2048; classifier.
  // Published: 419,885, 420,640, 105,760 cycles.
  CHECK(cycles(layers_alone(Dataset::Cifar10).fixed) == close_to(5 * (81'920 + 2048 + 10)));
  CHECK(cycles(layers_alone(Dataset::Cifar100).fixed) == close_to(5 * (81'920 + 2048 + 256)));
  CHECK(cycles(layers_alone(Dataset::ImageNet16x120).fixed) == close_to(5 * (20'480 + 512 + 256)));
  for (const Dataset dataset : all_of<Dataset>()) {
    const HwnasbenchCost published = hwnasbench_eyeriss_decoded(dataset).fixed;
    const HwnasbenchCost ours = layers_alone(dataset).fixed;
    CHECK(std::abs(cycles(ours) / cycles(published) - 1.0) < 0.005);
    CHECK(ours.energy / published.energy == doctest::Approx(0.983).epsilon(0.002));
  }
}

TEST_CASE("hwnasbench-eyeriss: the list of all 15,625 is what each costs alone") {
  for (const Dataset dataset : all_of<Dataset>()) {
    const auto costs = hwnasbench_eyeriss_nasbench201({}, dataset);
    REQUIRE(costs.size() == 15'625);
    for (const std::int64_t i : {0, 1, 7777, 15'624}) {
      CHECK(costs[static_cast<std::size_t>(i)] ==
            hwnasbench_eyeriss_cost({}, dataset, nasbench201_architecture(i)));
    }
  }
}

TEST_CASE("hwnasbench-eyeriss: a layer that fits in no way is an input error") {
  // a filter row of 12 words does not stay below the 12 words of a processing element
  CHECK_THROWS_WITH_AS(
      choose_tiling({}, {.e = 4, .f = 4, .r = 12, .s = 12, .h = 15, .w = 15}),
      doctest::Contains("no tiling fits a layer of 1 to 1 channels, filter 12 x 12"), InputError);
}

}  // namespace tilewise
