#include "sim/validity.hpp"

#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "pointwise_72.hpp"

namespace tilewise {
namespace {

using testing::pointwise_72;
using testing::tiles_of_six;

/// Both dimensions of the weights inside: 4 Input, 12 Weight and 3 Output words.
Mapping tiles_of_twelve() {
  Mapping mapping = tiles_of_six();
  mapping.levels[0].temporal = {{Dim::P, 2}, {Dim::Q, 3}};
  mapping.levels[1].temporal = {{Dim::M, 3}, {Dim::C, 4}};
  return mapping;
}

Architecture with_capacity(std::int64_t words, Buffering buffering) {
  Architecture architecture = find_architecture("two_level");
  architecture.levels[1].memories[0].capacity = Bits{16 * words};
  architecture.levels[1].memories[0].buffering = buffering;
  return architecture;
}

bool fits(const Architecture& architecture, const Mapping& mapping) {
  return !find_misfit(architecture, pointwise_72(), mapping).has_value();
}

TEST_SUITE("validity") {
  TEST_CASE("a tile fits to the word") {
    // Eq. 2: 2 + 6 + 3 = 11 words of 16 bit; 4 + 12 + 3 = 19.
    CHECK(fits(with_capacity(11, Buffering::Single), tiles_of_six()));
    CHECK_FALSE(fits(with_capacity(10, Buffering::Single), tiles_of_six()));
    CHECK(fits(with_capacity(19, Buffering::Single), tiles_of_twelve()));
    const auto misfit = find_misfit(find_architecture("two_level"), pointwise_72(),
                                    tiles_of_twelve());  // 16 words
    REQUIRE(misfit);
    CHECK(misfit->place == "Buffer.buffer");
    CHECK(misfit->reason.find("304 bit of 256 bit") != std::string::npos);  // 19 * 16
    CHECK(misfit->reason.find("3 words") != std::string::npos);
  }

  TEST_CASE("a double buffer holds two tiles of what is refilled, one of what stays") {
    // Weights stay for the whole run: 12 + 2 * (4 + 3) = 26 words.
    CHECK(fits(with_capacity(26, Buffering::Double), tiles_of_twelve()));
    CHECK_FALSE(fits(with_capacity(25, Buffering::Double), tiles_of_twelve()));
    // With C in two parts all three are refilled: 2 * 11.
    CHECK(fits(with_capacity(22, Buffering::Double), tiles_of_six()));
    CHECK_FALSE(fits(with_capacity(21, Buffering::Double), tiles_of_six()));
    CHECK(fits(with_capacity(11, Buffering::Streaming), tiles_of_six()));
  }

  TEST_CASE("partial sums take their own width, a bypassed tensor no room") {
    Layer layer = pointwise_72();
    layer.widths.partial_sum = Bits{32};
    const Extents extents = tile_extents(tiles_of_six())[1];
    Memory memory;
    memory.buffering = Buffering::Single;
    CHECK(tile_bits(memory, layer, Tensor::Output, extents, true) == 3 * 32);
    memory.sum_width = Bits{24};
    CHECK(tile_bits(memory, layer, Tensor::Output, extents, true) == 3 * 24);
    // 2 words of 16 bit in 0.3 of 32 bit: 9.6.
    memory.coded[Tensor::Input] = FixedCode{0.3, "round number"};
    CHECK(tile_bits(memory, layer, Tensor::Input, extents, true) == 10);
    Mapping mapping = tiles_of_six();
    mapping.levels[1].keep[Tensor::Weight] = false;
    CHECK(fits(with_capacity(5, Buffering::Single), mapping));  // 2 Input, 3 Output
  }

  TEST_CASE("words that a stride skips take no room, padding does") {
    // Output columns 0 2 of a 1-wide filter with stride 2: two input columns, not three.
    Layer layer;
    layer.bounds[Dim::Q] = 2;
    layer.stride = {1, 2};
    layer.image = {1, 3};
    Extents extents{{1, 1, 1, 1, 1, 2, 1, 1}};
    CHECK(tile_words(layer, Tensor::Input, extents) == 2);
    // Filter of 3 over one real column with padding on both sides: 3 words.
    Layer padded;
    padded.bounds[Dim::S] = 3;
    padded.padding = {0, 1};
    padded.image = {1, 1};
    extents = Extents{{1, 1, 1, 1, 1, 1, 1, 3}};
    CHECK(tile_words(padded, Tensor::Input, extents) == 3);
    // A tile that is larger than the layer is clipped.
    extents = Extents{{1, 1, 1, 1, 1, 1, 1, 4}};
    CHECK(tile_words(padded, Tensor::Weight, extents) == 3);
  }

  TEST_CASE("spatial loops need instances along their axis") {
    Architecture architecture = with_capacity(100, Buffering::Single);
    Mapping mapping = tiles_of_six();
    mapping.levels[1].temporal = {{Dim::C, 2}};
    mapping.levels[0].spatial = {{Dim::M, 3, Axis::X}};
    auto misfit = find_misfit(architecture, pointwise_72(), mapping);
    REQUIRE(misfit);
    CHECK(misfit->place == "fan-out X below DRAM");
    CHECK(misfit->reason == "3 instances wanted, 1 there");
    architecture.levels[0].fan_out.x.size = 3;
    CHECK_FALSE(find_misfit(architecture, pointwise_72(), mapping));
    architecture.levels[0].fan_out.x.dims[Dim::M] = false;
    misfit = find_misfit(architecture, pointwise_72(), mapping);
    REQUIRE(misfit);
    CHECK(misfit->reason == "dimension M may not be laid along it");
  }

  TEST_CASE("a level keeps only what it has a memory for") {
    Architecture architecture = with_capacity(100, Buffering::Single);
    architecture.levels[1].memories[0].holds[Tensor::Weight] = false;
    const auto misfit = find_misfit(architecture, pointwise_72(), tiles_of_six());
    REQUIRE(misfit);
    CHECK(misfit->place == "Buffer");
    Mapping short_mapping = tiles_of_six();
    short_mapping.levels.pop_back();
    CHECK(find_misfit(architecture, pointwise_72(), short_mapping)->place == "mapping");
  }
}

}  // namespace
}  // namespace tilewise
