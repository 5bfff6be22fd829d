#include "sim/mapping.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "pointwise_72.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

using testing::pointwise_72;
using testing::tiles_of_six;

std::string mapping_error(const Mapping& mapping) {
  return refusal([&] { check_mapping(pointwise_72(), mapping); });
}

TEST_SUITE("mapping") {
  TEST_CASE("loops that cover the layer are taken, also where they do not divide it") {
    Mapping mapping = tiles_of_six();
    CHECK_NOTHROW(check_mapping(pointwise_72(), mapping));
    mapping.levels[0].temporal[2].bound = 5;  // Q = 3
    CHECK_NOTHROW(check_mapping(pointwise_72(), mapping));
  }

  TEST_CASE("a bound below 1 is refused, with its level and dimension") {
    Mapping mapping = tiles_of_six();
    mapping.levels[1].temporal[0].bound = 0;
    CHECK(says(mapping_error(mapping), "levels[1]: loop M has bound 0"));
    mapping.levels[1].temporal[0].bound = 3;
    mapping.levels[0].spatial = {{Dim::Q, -1, Axis::Y}};
    CHECK(says(mapping_error(mapping), "levels[0]: loop Q has bound -1"));
  }

  TEST_CASE("loops that do not cover the layer are refused") {
    Mapping mapping = tiles_of_six();
    mapping.levels[1].temporal[1].bound = 1;  // C: 2 of 4
    CHECK(says(mapping_error(mapping), "C cover 2 of 4"));
  }

  TEST_CASE("products that overflow are refused, not wrapped") {
    Mapping mapping = tiles_of_six();
    const std::int64_t large = std::int64_t{1} << 40;
    mapping.levels[0].temporal.push_back({Dim::N, large});
    mapping.levels[1].temporal.push_back({Dim::G, large});
    CHECK(says(mapping_error(mapping), "iterations"));
    mapping.levels[0].temporal.back().bound = std::int64_t{1} << 59;
    mapping.levels[1].temporal.pop_back();
    CHECK(mapping_error(mapping) ==
          "mapping: iterations: more than 2^63 - 1; make the dimensions smaller");
    mapping.levels[0].temporal.back().bound = std::int64_t{1} << 55;
    CHECK(says(mapping_error(mapping), "2^58"));  // 2^55 * 72
  }

  TEST_CASE("the outermost level keeps all tensors") {
    Mapping mapping = tiles_of_six();
    mapping.levels[0].keep[Tensor::Weight] = false;
    CHECK(says(mapping_error(mapping), "level 0 must keep Weight"));
    CHECK(says(mapping_error(Mapping{}), "no levels"));
  }
}

}  // namespace
}  // namespace tilewise
