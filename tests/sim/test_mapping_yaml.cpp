#include "sim/mapping_yaml.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"

namespace tilewise {
namespace {

Architecture two_levels() {
  Architecture architecture;
  architecture.name = "two";
  for (const char* name : {"DRAM", "GLB"}) {
    Level level;
    level.name = name;
    level.memories.push_back({});
    level.memories.back().name = name;
    level.memories.back().holds = {{true, true, true}};
    architecture.levels.push_back(level);
  }
  return architecture;
}

Mapping parse(const std::string& text) {
  return parse_mapping(YamlNode::load_text(text, "m.yaml"), two_levels());
}

}  // namespace

TEST_CASE("a mapping is read back from its own text") {
  Mapping mapping;
  mapping.levels.resize(2);
  mapping.levels[0].temporal = {{Dim::M, 4}, {Dim::C, 2}};
  mapping.levels[0].spatial = {{Dim::R, 3, Axis::Y}, {Dim::P, 14, Axis::X}, {Dim::Q, 2, Axis::X}};
  mapping.levels[1].keep[Tensor::Weight] = false;
  CHECK(parse(mapping_yaml(mapping, two_levels())) == mapping);
}

TEST_CASE("levels of any name come back from the text of a mapping") {
  Mapping mapping;
  mapping.levels.resize(2);
  mapping.levels[0].temporal = {{Dim::M, 4}};
  for (const char* name :
       {"a: b", "x # y", "null", "~",     "*a",   "&a",   "!t",  "- a", "true",
        "12",   "",      " a ",  "{a}",   "[a",   "a, b", "'",   "\"",  "%a",
        "@a",   "|",     ">",    "a | b", "a\nb", "\x1b", "---", "é",   "GLB: x"}) {
    CAPTURE(name);
    Architecture named = two_levels();
    named.levels[1].name = name;
    CHECK(parse_mapping(YamlNode::load_text(mapping_yaml(mapping, named), "m.yaml"), named) ==
          mapping);
  }
}

TEST_CASE("a mapping on one line names loops, axes and bypasses") {
  const Mapping mapping = parse(
      "levels:\n  - {name: DRAM, temporal: [M 4], spatial: {x: [P 2], y: [R 3]}}\n"
      "  - {name: GLB, bypass: [Weight]}\n");
  CHECK(nest_line(mapping, two_levels()) == "DRAM: M4 y:R3 x:P2 | GLB: -Weight");
}

TEST_CASE("a line is read back to the mapping that it was made of") {
  Mapping mapping;
  mapping.levels.resize(2);
  mapping.levels[0].temporal = {{Dim::M, 4}, {Dim::C, 2}};
  mapping.levels[0].spatial = {{Dim::P, 14, Axis::X}, {Dim::R, 3, Axis::Y}, {Dim::Q, 2, Axis::X}};
  mapping.levels[1].keep[Tensor::Weight] = false;
  CHECK(parse_nest_line(nest_line(mapping, two_levels()), two_levels()) == mapping);
  for (const char* no :
       {"", "DRAM:", "DRAM: | PE:", "DRAM: M | GLB:", "DRAM: M0 | GLB:", "DRAM: z:M2 | GLB:",
        "DRAM: -Bias | GLB:", "DRAM: | GLB: | RF:", "DRAM:  | GLB:", "DRAM: x:4 | GLB:"}) {
    CAPTURE(no);
    CHECK_FALSE(parse_nest_line(no, two_levels()));
  }
}

TEST_CASE("a mapping that is no mapping is refused") {
  CHECK_THROWS_WITH_AS(parse("levels: [{name: DRAM}]"),
                       "m.yaml:1: levels: expected the 2 levels of two, found 1", InputError);
  CHECK_THROWS_WITH_AS(parse("levels: [{name: DRAM}, {name: PE}]"),
                       "m.yaml:1: levels[1].name: expected the level GLB, found \"PE\"; name the "
                       "levels of the architecture in its order",
                       InputError);
  CHECK_THROWS_WITH_AS(parse("levels: [{name: DRAM, temporal: [M]}, {name: GLB}]"),
                       "m.yaml:1: levels[0].temporal[0]: expected a dimension and a bound of 1 to "
                       "2147483648 such as \"M 4\", found \"M\"",
                       InputError);
  CHECK_THROWS_WITH_AS(parse("levels: [{name: DRAM, temporal: [M 0]}, {name: GLB}]"),
                       "m.yaml:1: levels[0].temporal[0]: expected a dimension and a bound of 1 to "
                       "2147483648 such as \"M 4\", found \"M 0\"",
                       InputError);
  CHECK_THROWS_WITH_AS(parse("levels: [{name: DRAM, temporal: [Z 2]}, {name: GLB}]"),
                       "m.yaml:1: levels[0].temporal[0]: expected a dimension and a bound of 1 to "
                       "2147483648 such as \"M 4\", found \"Z 2\"",
                       InputError);
  CHECK_THROWS_WITH_AS(parse("levels: [{name: DRAM, spatial: {z: [M 2]}}, {name: GLB}]"),
                       "m.yaml:1: levels[0].spatial.z: unknown key; known here: x, y", InputError);
}

}  // namespace tilewise
