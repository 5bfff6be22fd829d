#include <doctest/doctest.h>

#include <random>

#include "base/integers.hpp"
#include "sim/engine/tiled_engine.hpp"

namespace tilewise {
namespace {

EngineWork work(std::int64_t outputs, std::int64_t inputs, std::int64_t rows, std::int64_t columns,
                std::int64_t kernel) {
  EngineWork result;
  result.outputs = outputs;
  result.inputs = inputs;
  result.rows = rows;
  result.columns = columns;
  result.kernel = {kernel, kernel};
  return result;
}

/// F10 the slow way: walk the nest in steps of the lanes, one cycle each.
std::int64_t walked_cycles(const EngineWork& of, const EngineLanes& lanes) {
  std::int64_t cycles = 0;
  for (std::int64_t copy = 0; copy < of.copies; ++copy) {
    for (std::int64_t m = 0; m < of.outputs; m += lanes.tm) {
      for (std::int64_t n = 0; n < of.inputs; n += lanes.tn) {
        for (std::int64_t p = 0; p < of.rows; p += lanes.tp) {
          for (std::int64_t q = 0; q < of.columns; q += lanes.tq) {
            cycles += of.kernel.vertical * of.kernel.horizontal;
          }
        }
      }
    }
  }
  return cycles;
}

}  // namespace

TEST_CASE("F10 counts a cycle for each step of the nest") {
  // ceil(5/2) = 3 output steps, ceil(4/3) = 2 input steps, 3 x 3 pixels, 2 x 2 taps
  CHECK(engine_cycles(work(5, 4, 3, 3, 2), {2, 3, 1, 1}) == 3 * 2 * 9 * 4);
  std::mt19937 random(7);
  const auto draw = [&](std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(1, most)(random);
  };
  for (int i = 0; i < 200; ++i) {
    EngineWork of = work(draw(9), draw(9), draw(6), draw(6), draw(3));
    of.copies = draw(3);
    const EngineLanes lanes{draw(10), draw(10), draw(4), draw(4)};
    CHECK(engine_cycles(of, lanes) == walked_cycles(of, lanes));
  }
}

TEST_CASE("groups with many outputs are copies, groups with one output lie along Tm") {
  Layer layer;
  layer.bounds = {{2, 4, 8, 3, 5, 5, 1, 1}};  // N 2, G 4, M 8, C 3
  CHECK(engine_work(layer).copies == 8);
  CHECK(engine_work(layer).outputs == 8);
  layer.bounds = {{2, 4, 1, 1, 5, 5, 3, 3}};  // depthwise
  CHECK(engine_work(layer).copies == 2);
  CHECK(engine_work(layer).outputs == 4);
}

TEST_CASE("a tile takes its pixels with their halo, its channels and its filters") {
  // F11
  EngineWork of = work(4, 3, 5, 5, 3);
  of.stride = {2, 2};
  const EngineLanes lanes{4, 3, 1, 1};
  const EngineTile all{5, 5};
  const auto words = tile_words(of, lanes, all);
  CHECK(words[Tensor::Input] == 3 * 11 * 11);  // 2 * 5 + 3 - 2
  CHECK(words[Tensor::Weight] == 4 * 3 * 9);
  CHECK(words[Tensor::Output] == 4 * 25);
}

TEST_CASE("compulsory traffic is each word of each tensor once") {
  Layer layer;
  layer.bounds = {{1, 1, 4, 3, 5, 5, 1, 1}};
  layer.image = {5, 5};
  layer.widths.tensor = {{Bits{8}, Bits{4}, Bits{16}}};
  CHECK(compulsory_traffic(layer) == Bits{75 * 8 + 12 * 4 + 100 * 16});
}

}  // namespace tilewise
