#include "sim/nest_file.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/quote.hpp"

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

TEST_CASE("levels of a nest have any names") {
  for (const std::string name : {"a: b", "null", "{B}", "x, y", "\"", "é", "- a", "l\nm", "~"}) {
    CAPTURE(name);
    const NestFile nest =
        parse("layer: {name: " + yaml_quoted(name) +
              ", dims: {}}\nlevels: [{name: " + yaml_quoted(name) + "}, {name: b}]\n");
    CHECK(nest.layer.name == name);
    CHECK(nest.level_names == std::vector<std::string>{name, "b"});
  }
}

TEST_CASE("a nest that covers too little, overflows or is misspelt is refused") {
  CHECK_THROWS_WITH_AS(
      parse(R"({"layer": {"dims": {"M": 4}}, "levels": [{"name": "D"}]})"),
      "nest.json:1: levels: mapping: the loops over M cover 1 of 4; raise a bound or add a loop",
      InputError);
  CHECK_THROWS_WITH_AS(parse(R"({"layer": {"dims": {}}, "levels": []})"),
                       "nest.json:1: levels: mapping: no levels; give at least one", InputError);
  CHECK_THROWS_WITH_AS(parse(R"({"layer": {"dims": {}}, "levels": [{"name": "D", "kep": []}]})"),
                       "nest.json:1: levels[0].kep: unknown key; known here: keep, multicast, "
                       "name, spatial, spatial_reduction, temporal; did you mean \"keep\"?",
                       InputError);
  CHECK_THROWS_WITH_AS(
      parse(R"({"layer": {"dims": {"N": 2147483648, "M": 2147483648}}, "levels":)"
            R"( [{"name": "D", "temporal": [["N", 2147483648], ["M", 2147483648]]}]})"),
      "nest.json:1: layer: the layer has more than 2^58 words or iterations; make its dimensions "
      "smaller",
      InputError);
  CHECK_THROWS_WITH_AS(
      parse(R"({"layer": {"dims": {"P": 2147483648}, "padding": [1, 0]}, "levels":)"
            R"( [{"name": "D", "temporal": [["P", 2147483648]]}]})"),
      "nest.json:1: levels: the loops over P and R have 2147483648 positions on a padded axis; at "
      "most 1048576: make the dimensions smaller or leave the padding out",
      InputError);
}

}  // namespace tilewise
