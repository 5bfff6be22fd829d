#include "base/words.hpp"

#include <doctest/doctest.h>

#include <array>

#include "base/enum_words.hpp"
#include "base/error.hpp"
#include "base/yaml.hpp"

namespace tilewise {
namespace {

constexpr std::array<std::string_view, 4> kKnown{"latency", "energy", "edp", "throughput"};

TEST_SUITE("words") {
  TEST_CASE("a typo is near the word that was meant") {
    CHECK(nearest_word("latancy", kKnown) == "latency");       // one other
    CHECK(nearest_word("enregy", kKnown) == "energy");         // two swapped
    CHECK(nearest_word("througput", kKnown) == "throughput");  // one missing
    CHECK(nearest_word("EDP", kKnown) == "edp");               // case
    CHECK(nearest_word("thr", kKnown) == "throughput");        // its beginning
  }

  TEST_CASE("a slip is at most two mistakes, and not another of like names") {
    CHECK(is_slip("kernal", "kernel"));                // one other
    CHECK(is_slip("word_widht", "word_width"));        // two swapped
    CHECK(!is_slip("output_buffer", "input_buffer"));  // three
    CHECK(!is_slip("Tm", "Tn"));                       // half of it
  }

  TEST_CASE("what is like none is near none") {
    CHECK(nearest_word("speed", kKnown).empty());
    CHECK(nearest_word("", kKnown).empty());
    CHECK(nearest_word("x", std::array<std::string_view, 1>{"y"}).empty());  // all of it is other
    CHECK(nearest_word(std::string(1000, 'e'), kKnown).empty());
    // Both begin with it, and neither is within a third of its letters.
    CHECK(nearest_word("con", std::array<std::string_view, 2>{"convolve", "connects"}).empty());
    CHECK(nearest_word("latency", {}).empty());
  }

  TEST_CASE("an error offers the word, or says nothing") {
    CHECK(did_you_mean("enrgy", kKnown) == "; did you mean \"energy\"?");
    CHECK(did_you_mean("speed", kKnown).empty());
  }
}

enum class Fruit { Apple, Pear };
std::string_view name(Fruit fruit) { return fruit == Fruit::Apple ? "apple" : "pear"; }

}  // namespace

template <>
inline constexpr std::size_t enum_size<Fruit> = 2;

namespace {

TEST_SUITE("words of an enum") {
  TEST_CASE("an enumerator is found by its name") {
    CHECK(find_enum<Fruit>("pear") == Fruit::Pear);
    CHECK_FALSE(find_enum<Fruit>("Pear"));
    CHECK(parse_enum<Fruit>("apple", "fruit") == Fruit::Apple);
    CHECK(parse_enum_or<Fruit>("none", "pear", "fruit") == Fruit::Pear);
    CHECK_FALSE(parse_enum_or<Fruit>("none", "none", "fruit"));
    CHECK(YamlNode::load_text("pear", "a.yaml").word_of<Fruit>() == Fruit::Pear);
  }

  TEST_CASE("an unknown word is refused with those there are and the nearest") {
    CHECK_THROWS_WITH_AS(parse_enum<Fruit>("plum", "fruit"),
                         "fruit \"plum\": expected one of apple, pear", InputError);
    CHECK_THROWS_WITH_AS(parse_enum<Fruit>("aple", "fruit"),
                         "fruit \"aple\": expected one of apple, pear; did you mean \"apple\"?",
                         InputError);
    CHECK_THROWS_WITH_AS(
        parse_enum_or<Fruit>("none", "nnoe", "fruit"),
        "fruit \"nnoe\": expected one of none, apple, pear; did you mean \"none\"?", InputError);
    CHECK_THROWS_WITH_AS(YamlNode::load_text("paer", "a.yaml").word_of<Fruit>(),
                         "a.yaml:1: expected one of apple, pear; found \"paer\"; did you mean "
                         "\"pear\"?",
                         InputError);
  }

  TEST_CASE("an unknown key offers the known one it is like") {
    YamlMap map = YamlNode::load_text("{name: a, bandwith: 1}", "a.yaml").map();
    map.at("name");
    map.find("bandwidth");
    CHECK_THROWS_WITH_AS(map.done(),
                         "a.yaml:1: bandwith: unknown key; known here: bandwidth, name; did you "
                         "mean \"bandwidth\"?",
                         InputError);
  }
}

}  // namespace
}  // namespace tilewise
