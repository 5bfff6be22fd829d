#include "space/distinct_layers.hpp"

#include <doctest/doctest.h>

#include <array>

namespace tilewise {

TEST_CASE("layers are distinct by all but their name, and the first of a kind stays") {
  std::array<Layer, 4> layers;
  layers[0].name = "a";
  layers[1].name = "b";
  layers[2].name = "c";
  layers[2].bounds[Dim::M] = 2;
  layers[3].name = "d";
  layers[3].folded_parameters = 1;
  const std::vector<Layer> distinct = distinct_layers(layers);
  REQUIRE(distinct.size() == 3);
  CHECK(distinct[0] == layers[0]);
  CHECK(distinct[1] == layers[2]);
  CHECK(distinct[2] == layers[3]);
}

}  // namespace tilewise
