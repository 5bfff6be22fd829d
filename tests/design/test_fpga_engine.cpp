#include <doctest/doctest.h>

#include "arch/family/fpga.hpp"
#include "base/integers.hpp"
#include "mapper/search.hpp"
#include "sim/evaluate.hpp"

namespace tilewise {
namespace {

/// Zhang et al., FPGA 2015, on a board without a limit off chip.
FpgaEngineParameters zhang() {
  FpgaEngineParameters p;
  p.board = find_board("vc707");
  p.board.off_chip_bandwidth = GigabytesPerSecond{1e9};
  p.clock = Megahertz{100.0};
  p.tm = 64;
  p.tn = 7;
  p.precision = float32();
  p.buffer = {{kibibytes(14), bytes(216832), kibibytes(128)}};
  return p;
}

/// A convolution of the reference: `groups` copies of N inputs, M outputs, R x R, kernel K.
struct Convolution {
  std::int64_t n, m, r, k, stride, groups;
};

Layer layer_of(const Convolution& of) {
  Layer layer;
  layer.bounds = {{1, of.groups, of.m, of.n, of.r, of.r, of.k, of.k}};
  layer.stride = {of.stride, of.stride};
  const std::int64_t side = (of.r - 1) * of.stride + of.k;
  layer.image = {side, side};
  check_layer(layer);
  return layer;
}

/// F10 of the reference: g R C ceil(N / Tn) ceil(M / Tm) K^2.
std::int64_t published_cycles(const Convolution& of, const FpgaEngineParameters& p) {
  return of.groups * of.r * of.r * ceil_div(of.n, p.tn) * ceil_div(of.m, p.tm) * of.k * of.k;
}

}  // namespace

TEST_CASE("the iterations of Zhang's engine are those of the published formula") {
  const FpgaEngineParameters p = zhang();
  const Architecture engine = build_fpga_engine(p);
  SearchOptions options;
  options.mapping.objective = Objective::Latency;
  options.mapping.run.threads = 1;
  std::int64_t sum = 0;
  for (const Convolution& each :
       {Convolution{3, 48, 55, 11, 4, 2}, Convolution{48, 128, 27, 5, 1, 2},
        Convolution{256, 192, 13, 3, 1, 2}, Convolution{192, 192, 13, 3, 1, 2},
        Convolution{192, 128, 13, 3, 1, 2}}) {
    CAPTURE(each.m);
    const SearchResult found = search(engine, layer_of(each), options);
    REQUIRE(best_mapping(found));
    CHECK((*cost(found)).latency.compute_cycles == published_cycles(each, p));
    sum += (*cost(found)).latency.compute_cycles;
  }
  CHECK(sum == 2005892);  // Shen, single engine on the 485T
}

TEST_CASE("pixel lanes divide the rows and columns of the formula") {
  FpgaEngineParameters p = zhang();
  p.precision = fixed_point(Bits{16});
  p.buffer = {{kibibytes(64), kibibytes(128), kibibytes(256)}};
  p.tm = 8;
  p.tp = 2;
  p.tq = 4;
  SearchOptions options;
  options.mapping.objective = Objective::Latency;
  options.mapping.run.threads = 1;
  const Layer layer = layer_of({48, 128, 27, 3, 1, 1});
  const SearchResult found = search(build_fpga_engine(p), layer, options);
  REQUIRE(best_mapping(found));
  // ceil(27 / 2) * ceil(27 / 4) * ceil(48 / 7) * ceil(128 / 8) * 9 = 14 * 7 * 7 * 16 * 9
  CHECK((*cost(found)).latency.compute_cycles == 98784);
}

TEST_CASE("a longer interval and a pass overhead lengthen the same mapping by what they say") {
  FpgaEngineParameters p = zhang();
  const Layer layer = layer_of({48, 128, 27, 5, 1, 1});
  SearchOptions options;
  options.mapping.objective = Objective::Latency;
  options.mapping.run.threads = 1;
  const SearchResult one = search(build_fpga_engine(p), layer, options);
  REQUIRE(best_mapping(one));
  p.interval = 3;
  p.pass_overhead = 40;
  const LayerCost slow = evaluate(build_fpga_engine(p), layer, *best_mapping(one));
  std::int64_t passes = 1;
  for (const Loop& loop : best_mapping(one)->levels[0].temporal) passes *= loop.bound;
  const double expected =
      3.0 * static_cast<double>(slow.latency.compute_cycles) + 40.0 * static_cast<double>(passes);
  CHECK(slow.latency.compute_time.count() == doctest::Approx(expected));
  CHECK(slow.latency.total.count() == doctest::Approx(expected).epsilon(1e-3));
}

TEST_CASE("a buffer that takes few words a cycle holds up what the port brings") {
  FpgaEngineParameters p = zhang();
  p.precision = fixed_point(Bits{16});  // as wide as the layer's words
  const Layer layer = layer_of({512, 512, 1, 1, 1, 1});
  SearchOptions options;
  options.mapping.objective = Objective::Latency;
  options.mapping.run.threads = 1;
  const SearchResult wide = search(build_fpga_engine(p), layer, options);
  REQUIRE(best_mapping(wide));
  p.fill[Tensor::Weight] = 2;
  const LayerCost narrow = evaluate(build_fpga_engine(p), layer, *best_mapping(wide));
  // Each of 512 x 512 weights once, two a cycle: all else hides behind them, but for the first
  // tile.
  const double cycles = 512.0 * 512.0 / 2.0;
  CHECK(narrow.latency.total.count() >= cycles);
  CHECK(narrow.latency.total.count() == doctest::Approx(cycles).epsilon(0.05));
  CHECK((*cost(wide)).latency.total.count() < 0.9 * cycles);
  p.fill = {};
  p.fill[Tensor::Input] = 1;
  const LayerCost same = evaluate(build_fpga_engine(p), layer, *best_mapping(wide));
  CHECK(same.latency.total.count() < 0.9 * cycles);
}

}  // namespace tilewise
