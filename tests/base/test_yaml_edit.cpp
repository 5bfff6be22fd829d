#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/quote.hpp"
#include "base/yaml.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

YamlNode read_text(std::string_view text) { return YamlNode::load_text(text, "a.yaml"); }

constexpr const char* kChip =
    "levels:\n"
    "  - name: DRAM\n"
    "    net: &wire {energy: 1 pJ}\n"
    "  - name: GLB\n"
    "    net: *wire\n"
    "    memories: [{name: buffer, capacity: 4 KiB}]\n";

bool same(const YamlNode& a, const YamlNode& b) {
  if (a.is_map() && b.is_map()) {
    if (a.map().keys() != b.map().keys()) return false;
    for (const std::string& key : a.map().keys()) {
      if (!same(a.map().at(key), b.map().at(key))) return false;
    }
    return true;
  }
  if (a.is_list() && b.is_list()) {
    const auto left = a.list();
    const auto right = b.list();
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!same(left[i], right[i])) return false;
    }
    return true;
  }
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  return a.is_scalar() && b.is_scalar() && a.text() == b.text();
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST_SUITE("YAML edit") {
  TEST_CASE("a path goes through lists by name or by place") {
    const YamlNode chip = read_text(kChip);
    CHECK(chip.find_path("levels[GLB].memories[buffer].capacity")->text() == "4 KiB");
    CHECK(chip.find_path("levels[1].memories[0].capacity")->path() ==
          "levels[1].memories[0].capacity");
    CHECK(chip.canonical_path("levels[GLB].memories[buffer].width") ==
          "levels[1].memories[0].width");
    CHECK_FALSE(chip.find_path("levels[GLB].area"));
    CHECK(refusal([&] { chip.find_path("levels[RF].area"); }) ==
          "levels[RF]: no such item; there are: DRAM, GLB");
    CHECK(refusal([&] { chip.find_path("levels[2]"); }) ==
          "levels[2]: no such item; there are: DRAM, GLB");
    CHECK(refusal([&] { chip.find_path("levels.GLB"); }) ==
          "levels.GLB: there is no map to hold this key");
    for (const char* bad : {"", "a..b", "a.", "[0]", "a[", "a[]", "a[0]b", ".a", "a.[0]"}) {
      CAPTURE(bad);
      CHECK(refusal([&] { read_text("a: [{b: 1}]").find_path(bad); }) ==
            "\"" + std::string(bad) +
                "\": expected a path such as levels[GLB].memories[buffer].capacity");
    }
  }

  TEST_CASE("an edit changes one place: neither the original nor what shares an alias") {
    const YamlNode chip = read_text(kChip);
    const YamlNode changed = chip.with("levels[GLB].net.energy", read_text("9 pJ"));
    CHECK(changed.find_path("levels[GLB].net.energy")->text() == "9 pJ");
    CHECK(changed.find_path("levels[DRAM].net.energy")->text() == "1 pJ");
    CHECK(same(chip, read_text(kChip)));
    const YamlNode added = chip.with("levels[0].fan_out.x.size", read_text("8"));
    CHECK(added.find_path("levels[DRAM].fan_out.x.size")->integer(1, 9) == 8);
    CHECK(refusal([&] { chip.with("levels[GLB].name.x", read_text("1")); }) ==
          "levels[GLB].name.x: there is no map to hold this key");
    CHECK(refusal([&] { chip.with("ports[0].x", read_text("1")); }) ==
          "ports[0]: there is no list to take it from");
  }

  TEST_CASE("an error about a value put in names the file and line it came from") {
    const YamlNode study = YamlNode::load_text("\n\nsize: 7\n", "study.yaml");
    const YamlNode chip =
        read_text(kChip).with("levels[GLB].memories[0].capacity", study.map().at("size"));
    const std::string value =
        refusal([&] { chip.find_path("levels[GLB].memories[0].capacity")->size(); });
    CHECK(value.starts_with("study.yaml:3: levels[GLB].memories[0].capacity: expected a size"));
    const YamlNode odd = read_text("a: 1").with("b", study.map().at("size"));
    CHECK(refusal([&] {
            YamlMap map = odd.map();
            map.at("a");
            map.done();
          }) == "study.yaml:3: b: unknown key; known here: a");
    const YamlNode other = read_text(kChip).with("levels[0].net.energy", study.map().at("size"));
    CHECK(refusal([&] { other.find_path("levels[1].name")->size(); }).starts_with("a.yaml:4: "));
  }

  TEST_CASE("what is dumped loads to the same tree") {
    const YamlNode chip = read_text(kChip);
    CHECK(same(YamlNode::load_text(chip.dump(), "b.yaml"), chip));
    const YamlNode odd = read_text(
        "[~, \"~\", \"\", \"null\", true, \"# x\", \"a: b\", \"- c\", \" d \", \"l\\nm\", \"---\", "
        "\"...\", \"{\", \"[a\", \"a, b\", \"'\", '\"', \"%y\", \"tab\\t\", \"&a\", \"*a\", "
        "\"!t\", "
        "0x1F, \"<<\", \"=\", \"? q\", \"back\\\\slash\", [], {}, {\"--- k\": {\"a b\": [[1], "
        "[]]}}]");
    CHECK(same(YamlNode::load_text(odd.dump(), "b.yaml"), odd));
    for (const YamlNode& each : odd.list()) {
      CAPTURE(each.dump());
      CHECK(same(YamlNode::load_text(each.dump(), "b.yaml"), each));
      if (!each.is_scalar()) CHECK(same(YamlNode::load_text(each.one_line(), "b.yaml"), each));
    }
    CHECK(read_text("{node: 65 nm, list: [a, b]}").one_line() == "{node: 65 nm, list: [a, b]}");
    CHECK(read_text("\"64 KiB\"").one_line() == "64 KiB");
  }

  TEST_CASE("texts of any characters are dumped and come back, as values and as keys") {
    using namespace std::string_literals;
    const std::vector<std::string> parts{" ",
                                         ":",
                                         "#",
                                         "-",
                                         "?",
                                         ",",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         "*",
                                         "&",
                                         "!",
                                         "|",
                                         ">",
                                         "'",
                                         "\"",
                                         "%",
                                         "@",
                                         "`",
                                         "\\",
                                         "\n",
                                         "\r",
                                         "\t",
                                         "~",
                                         "=",
                                         "<<",
                                         ".",
                                         "\0"s,
                                         "\x1b",
                                         "\x7f",
                                         "\xc2\x85",
                                         "é",
                                         "a",
                                         "0",
                                         "null",
                                         "true",
                                         "\xe2\x80\xa8",
                                         "\xef\xbb\xbf",
                                         "😀",
                                         "\xc2\xa0"};
    std::mt19937_64 random(1);
    for (int i = 0; i < 4000; ++i) {
      std::string text;
      for (std::size_t left = random() % 5; left > 0; --left)
        text += parts[random() % parts.size()];
      CAPTURE(yaml_quoted(text));
      const std::string word = yaml_quoted(text);
      const YamlNode made = read_text("{" + word + ": [" + word + ", {k: " + word + "}]}");
      CHECK(same(YamlNode::load_text(made.dump(), "b.yaml"), made));
      CHECK(same(YamlNode::load_text(made.one_line(), "b.yaml"), made));
    }
  }

  TEST_CASE("aliases that multiply are refused, not written out") {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 8; ++i) {
      text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
      for (int k = 0; k < 10; ++k) {
        text += (k > 0 ? ", *a" : "*a") + std::to_string(i - 1);
      }
      text += "]\n";
    }
    CHECK(refusal([&] { read_text(text); }).find("aliases that stand for more than 10000 values") !=
          std::string::npos);
    // What is put together of documents is counted as it is written.
    YamlNode put = read_text("{}");
    const YamlNode large = read_text("[" + repeated("x, ", 300'000) + "x]");
    for (const char* key : {"a", "b", "c"}) put = put.with(key, large);
    CHECK(put.dump().size() > 900'000);
    CHECK(refusal([&] { put.with("d", large).dump(); }) ==
          "more than a million values with all aliases");
  }

  TEST_CASE("many aliases of little are read: four times what is written") {
    std::string text = "[&a [x, x, x, x, x], " + repeated("x, ", 3000);
    CHECK(read_text(text + repeated("*a, ", 1666) + "x]").list().size() == 4668);
    CHECK(read_text(text + repeated("*a, ", 2004) + "x]").list().size() == 5006);  // 4 * 3007 / 6
    CHECK(!refusal([&] { read_text(text + repeated("*a, ", 2006) + "x]"); }).empty());
  }
}

}  // namespace
}  // namespace tilewise
