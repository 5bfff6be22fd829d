#include <doctest/doctest.h>

#include "base/error.hpp"
#include "sim/engine/streaming.hpp"
#include "space/square_layers.hpp"

namespace tilewise {
namespace {

Network two_branches() {
  Network network("two_branches");
  const auto stem = network.add(square_convolution("stem", 3, {16, 32}, {3}), {});
  const auto left = network.add(square_convolution("left", 16, {16, 32}, {3}), {stem});
  network.add(square_sum("sum", {16, 32}, 2), {left, stem});
  return network;
}

}  // namespace

TEST_CASE("a stage takes pixels x M / PE x K K C / SIMD cycles") {
  // S1
  const StreamPipeline pipeline = stream_pipeline(two_branches(), Bits{8});
  REQUIRE(pipeline.names == std::vector<std::string>{"stem", "left", "sum"});
  CHECK(stage_cycles(pipeline.stages[0], {1, 1}) == 1024 * 16 * 27);
  CHECK(stage_cycles(pipeline.stages[0], {4, 3}) == 1024 * 4 * 9);
  CHECK(stage_cycles(pipeline.stages[2], {2, 1}) == 1024 * 8);  // each word once
}

TEST_CASE("PE divides the outputs and SIMD the inputs") {
  const StreamPipeline pipeline = stream_pipeline(two_branches(), Bits{8});
  CHECK(foldings(pipeline.stages[0]).size() == 5 * 2);  // 1 2 4 8 16, 1 3
  CHECK(foldings(pipeline.stages[2]).size() == 5);
}

TEST_CASE("a matrix unit and its window take what F1, F2 and F5 say") {
  // S2
  const StreamPipeline pipeline = stream_pipeline(two_branches(), Bits{8});
  const FpgaResources taken = stage_resources(pipeline.stages[1], {1, 1});
  CHECK(taken.dsp == 1);
  // weights: 16 * 144 words of 8 bit: 2 blocks of 9 x 2048; window: 4 * 32 * 16 = 2048 words: 1
  CHECK(taken.bram18 == 3);
  // window 300; matrix 300 + 1.1 (16 + 16 + ceil(log2 144)) = 344
  CHECK(taken.lut == 300 + 344);
}

TEST_CASE("the earlier operand of a sum waits for a window's delay") {
  // S3
  const StreamPipeline pipeline = stream_pipeline(two_branches(), Bits{8});
  // a 3x3 window with padding 1: one row and two pixels of 32, 16 channels
  CHECK(pipeline.stages[2].fifo_words == std::vector<std::int64_t>{34 * 16});
  CHECK(stage_resources(pipeline.stages[2], {1, 1}).lut == 9);  // one adder of 9 bit
  CHECK(stage_resources(pipeline.stages[2], {1, 1}).bram18 == 1);
}

TEST_CASE("an image takes an interval and the first-output delays of the longest path") {
  const StreamPipeline pipeline = stream_pipeline(two_branches(), Bits{8});
  CHECK(pipeline.path == doctest::Approx(2 * 34.0 / 1024.0));
  CHECK(stream_latency(pipeline, 1024).count() == doctest::Approx(1024 + 68));
}

TEST_CASE("tensors side by side wait in a join before their reader") {
  Network network("concatenation");
  const auto stem = network.add(square_convolution("stem", 3, {8, 16}, {1}), {});
  const auto wide = network.add(square_convolution("wide", 8, {8, 16}, {3}), {stem});
  const auto narrow = network.add(square_convolution("narrow", 8, {8, 16}, {1}), {stem});
  network.add(square_convolution("reader", 16, {8, 16}, {1}), {wide, narrow});
  const StreamPipeline pipeline = stream_pipeline(network, Bits{8});
  REQUIRE(pipeline.names[3] == "reader.join");
  CHECK(pipeline.stages[3].fifo_words == std::vector<std::int64_t>{17 * 8});  // W + 2 against 1
}

TEST_CASE("widths are those of each layer unless one is given for all") {
  // S4
  Network network("mixed");
  Layer layer = square_convolution("stem", 3, {8, 16}, {3});
  layer.widths.tensor = {{Bits{8}, Bits{2}, Bits{4}}};
  network.add(layer, {});
  CHECK(stream_pipeline(network).stages[0].weight == Bits{2});
  CHECK(stream_pipeline(network).stages[0].activation == Bits{8});
  CHECK(stream_pipeline(network, Bits{4}).stages[0].weight == Bits{4});
}

TEST_CASE("a batch is refused") {
  Network network("batch");
  Layer layer = square_convolution("stem", 3, {8, 16}, {3});
  layer.bounds[Dim::N] = 2;
  network.add(layer, {});
  CHECK_THROWS_WITH_AS(stream_pipeline(network),
                       "stem: a streaming design takes one image after the other; expected batch "
                       "1, found 2",
                       InputError);
}

}  // namespace tilewise
