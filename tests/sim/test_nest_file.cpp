#include "sim/nest_file.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"

namespace tilewise {
namespace {

NestFile parse(const std::string& text) {
  return parse_nest(YamlNode::load_text(text, "nest.json"));
}

}  // namespace

TEST_CASE("a nest takes the axis of a spatial loop and the rules of its networks") {
  const NestFile nest = parse(
      R"({"layer": {"dims": {"M": 4, "C": 2}}, "levels": [{"name": "DRAM", "temporal": [["M", 4]],)"
      R"( "spatial": [["C", 2, "Y"]], "multicast": false}]})");
  CHECK(nest.layer.bounds[Dim::M] == 4);
  CHECK(nest.mapping.levels[0].spatial[0] == SpatialLoop{Dim::C, 2, Axis::Y});
  CHECK_FALSE(nest.merges[0][Tensor::Input]);
  CHECK(nest.merges[0][Tensor::Output]);
}

TEST_CASE("a nest that covers too little, overflows or is misspelt is refused") {
  CHECK_THROWS_AS(parse(R"({"layer": {"dims": {"M": 4}}, "levels": [{"name": "D"}]})"), InputError);
  CHECK_THROWS_AS(parse(R"({"layer": {"dims": {}}, "levels": []})"), InputError);
  CHECK_THROWS_AS(parse(R"({"layer": {"dims": {}}, "levels": [{"name": "D", "kep": []}]})"),
                  InputError);
  CHECK_THROWS_AS(parse(R"({"layer": {"dims": {"N": 2147483648, "M": 2147483648}}, "levels":)"
                        R"( [{"name": "D", "temporal": [["N", 2147483648], ["M", 2147483648]]}]})"),
                  InputError);
  CHECK_THROWS_AS(parse(R"({"layer": {"dims": {"P": 2147483648}, "padding": [1, 0]}, "levels":)"
                        R"( [{"name": "D", "temporal": [["P", 2147483648]]}]})"),
                  InputError);
}

}  // namespace tilewise
