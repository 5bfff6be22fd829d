#include "base/yaml.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <string>

#include "base/error.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

YamlNode read(std::string_view text) { return YamlNode::load_text(text, "a.yaml"); }

bool begins(const std::string& message, std::string_view part) {
  return message.rfind(part, 0) == 0;
}

TEST_SUITE("YAML") {
  TEST_CASE("an error names file, line, path and cure") {
    const YamlNode yaml = read("name: x\nlevels:\n  - size: 16 bit\n  - size: \"108\"\n");
    YamlMap map = yaml.map();
    const YamlNode level = map.at("levels").list()[1];
    const std::string said = refusal([&] { level.map().at("size").size(); });
    CHECK(begins(said, "a.yaml:4: levels[1].size: expected a size such as 108 KiB"));
    CHECK(said.find("found \"108\"") != std::string::npos);
  }

  TEST_CASE("values carry their unit") {
    CHECK(read("2 KiB").size() == Bits{16384});
    CHECK(read("0.5 B").size() == Bits{4});
    CHECK(read("1.5 GHz").frequency() == Megahertz{1500.0});
    CHECK(read("2 B/cycle").bandwidth(Megahertz{1.0}) == BitsPerCycle{16.0});
    CHECK(read("100 MB/s").bandwidth(Megahertz{50.0}) == BitsPerCycle{16.0});  // 800 Mbit / 50 MHz
    CHECK(read("500 fJ").energy() == Picojoules{0.5});
    CHECK(read("2 W").power() == Milliwatts{2000.0});
    CHECK(read("450 ns").time() == Microseconds{0.45});
    CHECK(read("65 nm").node_size() == Nanometers{65});
    CHECK(refusal([] { read("-1 pJ").energy(); }) ==
          "a.yaml:1: expected an energy such as 2.1 pJ (fJ, pJ, nJ, uJ, mJ, J), found \"-1 pJ\"");
    CHECK(refusal([] { read("1 pJ 2").energy(); }) ==
          "a.yaml:1: expected an energy such as 2.1 pJ (fJ, pJ, nJ, uJ, mJ, J), found \"1 pJ 2\"");
    CHECK(refusal([] { read("1pJ").energy(); }) ==
          "a.yaml:1: expected an energy such as 2.1 pJ (fJ, pJ, nJ, uJ, mJ, J), found \"1pJ\"");
    CHECK(refusal([] { read("0.3 bit").size(); }) ==
          "a.yaml:1: expected a whole number of bits below 2^63");
    CHECK(refusal([] { read("nan pJ").energy(); }) ==
          "a.yaml:1: expected an energy such as 2.1 pJ (fJ, pJ, nJ, uJ, mJ, J), found \"nan pJ\"");
    CHECK(refusal([] { read("0 bit/cycle").bandwidth(Megahertz{1.0}); }) ==
          "a.yaml:1: expected a bandwidth above zero, or unlimited");
  }

  TEST_CASE("numbers that no chip has are refused with place and cure") {
    const auto of = [](const std::string& text) {
      return YamlNode::load_text("v: " + text, "a.yaml").map().at("v");
    };
    const Megahertz clock{100.0};
    for (const char* text : {"1e301 nJ", "1e308 pJ", "1e13 pJ", "1e-300 pJ"}) {
      const std::string said = refusal([&] { of(text).energy(); });
      CHECK(says(said, "a.yaml:1: v: expected an energy"));
      CHECK(says(said, "check the number and its unit"));
    }
    for (const char* text : {"1e308 GHz", "1e300 kHz", "1e-300 MHz", "10 THz", "-5 MHz"}) {
      CHECK(says(refusal([&] { of(text).frequency(); }), "a.yaml:1: v: expected a frequency"));
    }
    for (const char* text : {"1e308 bit/cycle", "1e-310 bit/cycle", "1e300 GB/s", "-1 bit/cycle"}) {
      CHECK(says(refusal([&] { of(text).bandwidth(clock); }), "a.yaml:1: v: expected unlimited"));
    }
    for (const char* text : {"1e300 W", "-1 mW", "nan mW", "0x10 mW"}) {
      CHECK(says(refusal([&] { of(text).power(); }), "a.yaml:1: v: expected a power"));
    }
    CHECK(of("0 pJ").energy() == Picojoules{0.0});
    CHECK(of("1 J").energy() == Picojoules{1e12});
    CHECK(of("1 kHz").frequency() == Megahertz{1e-3});
  }

  TEST_CASE("a control character is refused with its line, but where it is escaped") {
    using namespace std::string_literals;
    for (const std::string& text : {"a: b\nc: d\0e\n"s, "a: b\nc: \x1b[2J\n"s, "a: 1\n\x7f"s}) {
      CHECK(says(refusal([&] { YamlNode::load_text(text, "a.yaml"); }),
                 "a.yaml:2: the control character 0x"));
    }
    CHECK(YamlNode::load_text("\"d\\x00e\"", "a.yaml").text() == "d\0e"s);
    CHECK(YamlNode::load_text("a:\t1\r\n", "a.yaml").map().at("a").text() == "1");
  }

  TEST_CASE("plain values are checked") {
    CHECK(read("true").boolean());
    CHECK(read("7").integer(1, 9) == 7);
    CHECK(read("b").one_of({"a", "b"}) == 1);
    CHECK(begins(refusal([] { read("10").integer(1, 9); }),
                 "a.yaml:1: expected a whole number from 1 to 9"));
    CHECK(refusal([] { read("7.5").integer(1, 9); }) ==
          "a.yaml:1: expected a whole number from 1 to 9, found \"7.5\"");
    CHECK(refusal([] { read("yes").boolean(); }) ==
          "a.yaml:1: expected true or false, found \"yes\"");
    CHECK(refusal([] { read("c").one_of({"a", "b"}); }).find("a, b") != std::string::npos);
  }

  TEST_CASE("missing, unknown and repeated keys are mistakes") {
    CHECK(begins(refusal([] { read("a: 1").map().at("b"); }), "a.yaml:1: b: missing"));
    const std::string unknown = refusal([] {
      YamlMap map = read("a: 1\nsise: 2\n").map();
      map.find("a");
      map.find("size");
      map.done();
    });
    CHECK(begins(unknown, "a.yaml:2: sise: unknown key; known here: a, size"));
    CHECK(
        begins(refusal([] { read("a: 1\nb: 2\na: 3\n"); }), "a.yaml:3: a: the key is there twice"));
  }

  TEST_CASE("a missing key that stands there mistyped is told at its line") {
    const auto missing = [](const std::string& text, const char* key) {
      return refusal([&] {
        YamlMap map = read(text).map();
        map.find("family");
        map.at(key);
      });
    };
    CHECK(missing("a: 1\nkernal: 2\n", "kernel") ==
          "a.yaml:2: kernel: missing; did you mean it by \"kernal\"?");
    // What was asked for before, in vain, may have decided that the key must be there.
    CHECK(missing("famiyl: x\nb: 2\n", "clock") ==
          "a.yaml:1: clock: missing; did you mean \"family\" by \"famiyl\"?");
    // The key itself before these, and nothing that is known by another name.
    CHECK(missing("output_buffer: 1\n", "input_buffer") == "a.yaml:1: input_buffer: missing");
  }

  TEST_CASE("an unknown key stands where its key is, not where its value begins") {
    const std::string unknown = refusal([] {
      YamlMap map = read("size: 1\nsise:\n  - 2\n").map();
      map.find("size");
      map.done();
    });
    CHECK(begins(unknown, "a.yaml:2: sise: unknown key"));
  }

  TEST_CASE("what is no single shallow document is refused") {
    CHECK(begins(refusal([] { read(""); }), "a.yaml: empty"));
    CHECK(refusal([] { read("a: 1\n---\nb: 2\n"); }).find("more than one") != std::string::npos);
    CHECK(begins(refusal([] { read("a: [1, 2"); }), "a.yaml:"));
    const std::string deep = std::string(70, '[') + std::string(70, ']');
    CHECK(refusal([&] { read(deep); }).find("nested deeper than 64") != std::string::npos);
  }

  TEST_CASE("a document that takes long to read is refused by its size") {
    const std::string word(std::size_t{4} << 20U, 'x');
    CHECK(YamlNode::load_text(word, "a.yaml").text() == word);
    CHECK(refusal([&] { YamlNode::load_text(word + "x", "a.yaml"); }) ==
          "a.yaml: larger than 4 MiB, which is the most of a YAML document");
  }

  TEST_CASE("maps of many keys are read and asked in little time") {
    constexpr int kKeys = 100'000;
    std::string text;
    for (int i = 0; i < kKeys; ++i)
      text += "k" + std::to_string(i) + ": " + std::to_string(i) + "\n";
    const std::clock_t begun = std::clock();
    const YamlNode yaml = read(text);
    YamlMap map = yaml.map();
    std::int64_t sum = 0;
    for (const std::string& key : map.keys()) sum += map.at(key).integer(0, kKeys);
    map.done();
    CHECK(std::clock() - begun < 10 * CLOCKS_PER_SEC);  // key by key it takes a minute
    CHECK(sum == std::int64_t{kKeys} * (kKeys - 1) / 2);
    CHECK(yaml.map().keys()[777] == "k777");
    CHECK(!map.find("k100000"));
    CHECK(yaml.find_path("k31415")->text() == "31415");
    CHECK(yaml.with("k5", yaml.with_text("a"))
              .with("more", yaml.with_text("b"))
              .find_path("more")
              ->text() == "b");
    CHECK(refusal([&] { read(text + "k7: 1\n"); }) == "a.yaml:100001: k7: the key is there twice");
  }

  TEST_CASE("an alias is the value of its anchor, but not of itself") {
    YamlMap map = read("a: &size 16 bit\nb: *size\n").map();
    CHECK(map.at("b").size() == Bits{16});
    CHECK(refusal([] { read("a: &loop [1, *loop]\n"); }) ==
          "a.yaml:1: an alias of what is not complete yet");
  }
}

}  // namespace
}  // namespace tilewise
