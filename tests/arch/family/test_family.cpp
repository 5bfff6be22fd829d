#include "arch/family/family.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <variant>

#include "arch/architecture_yaml.hpp"
#include "arch/describe.hpp"
#include "arch/family/families.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "source_folder.hpp"

namespace tilewise {
namespace {

/// The table of the parameters as the documentation has it.
std::string markdown(const Family& family) {
  std::string text = "| parameter | type | default | meaning |\n|---|---|---|---|\n";
  for (const FamilyParameter& each : family.parameters) {
    const std::string value = each.value ? "`" + *each.value + "`" : each.otherwise;
    text += "| `" + each.name + "` | " + each.type + " | " + value + " | " + each.meaning + " |\n";
  }
  return text;
}

/// The families of the shipped files.
std::set<std::string> shipped_families() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(config_folder() / "arch")) {
    const Family* family = family_of(YamlNode::load_file(entry.path()));
    if (family != nullptr) names.insert(family->name);
  }
  return names;
}

/// Values for what has no default but must be there, or makes other keys needless.
std::string needed(const std::string& parameter) {
  static const std::map<std::string, std::string> values{
      {"board", "zc706"}, {"clock", "150 MHz"}, {"bandwidth", "4.2 GB/s"}, {"M", "8"}, {"P", "4"},
      {"Tm", "2"},        {"Tn", "3"}};
  const auto found = values.find(parameter);
  REQUIRE_MESSAGE(found != values.end(), parameter << ": name a value for it here");
  return found->second;
}

enum class Defaults { LeftOut, Written };

/// All of the hardware of a file that says what it must, and of the defaults what is asked for.
std::string described(const Family& family, Defaults defaults) {
  std::string parameters;
  for (const FamilyParameter& each : family.parameters) {
    if (each.otherwise == "required" || each.name == "board") {
      parameters += "\n  " + each.name + ": " + needed(each.name);
    } else if (defaults == Defaults::Written && each.value) {
      parameters += "\n  " + each.name + ": " + *each.value;
    }
  }
  if (parameters.empty()) parameters = " {}";
  const Hardware hardware = read_hardware(YamlNode::load_text(
      "family: " + family.name + "\nname: mine\nparameters:" + parameters, "mine.yaml"));
  return std::visit([](const auto& each) { return describe(each); }, hardware);
}

}  // namespace

TEST_SUITE("families") {
  TEST_CASE("the documentation has the table of every family as the reader takes it") {
    for (const Family& family : families()) {
      CAPTURE(family.name);
      const std::string page = read_file(source_folder() / family.page);
      CHECK(page.find("`" + family.name + "`") != std::string::npos);
      const std::string table = markdown(family);
      CAPTURE(table);
      CHECK(page.find(table) != std::string::npos);
    }
  }

  TEST_CASE("each family has its own name, a shipped file, and says what each parameter means") {
    const std::set<std::string> shipped = shipped_families();
    std::set<std::string> names;
    for (const Family& family : families()) {
      CAPTURE(family.name);
      CHECK(names.insert(family.name).second);
      CHECK(shipped.contains(family.name));
      CHECK(&find_family(family.name) == &family);
      CHECK_FALSE(family.summary.empty());
      std::set<std::string> parameters;
      for (const FamilyParameter& each : family.parameters) {
        CAPTURE(each.name);
        CHECK(parameters.insert(each.name).second);
        CHECK_FALSE(each.type.empty());
        CHECK_FALSE(each.meaning.empty());
        CHECK_FALSE(default_text(each).empty());
      }
    }
    CHECK(names.size() == 6);
  }

  TEST_CASE("a default that is written out changes nothing") {
    for (const Family& family : families()) {
      CAPTURE(family.name);
      CHECK(described(family, Defaults::Written) == described(family, Defaults::LeftOut));
    }
  }

  TEST_CASE("what studies call a parameter is one of the family") {
    for (const Family& family : families()) {
      CAPTURE(family.name);
      CHECK(find_alias(family, "clock") != nullptr);
      for (const FamilyAlias& alias : family.aliases) {
        CAPTURE(alias.name);
        CHECK(alias.parameters.empty() != alias.why_none.empty());
        for (const std::string& parameter : alias.parameters) {
          CHECK(find_parameter(family, parameter) != nullptr);
        }
      }
    }
  }

  TEST_CASE("only a family whose resources are known says what it takes of its board") {
    for (const Family& family : families()) {
      CAPTURE(family.name);
      CHECK((family.fpga_demand != nullptr) == (family.name == "fpga_tiled_engine"));
    }
  }

  TEST_CASE("an unknown family is refused with those there are") {
    const char* all =
        "eyeriss, fpga_tiled_engine, fpga_pixel_engine, fpga_convolver_engine, nvdla, gemmini";
    CHECK_THROWS_WITH_AS(find_family("eyeris"), doctest::Contains(all), InputError);
    CHECK_THROWS_WITH_AS(find_family("eyeris"), doctest::Contains("did you mean \"eyeriss\"?"),
                         InputError);
    CHECK_THROWS_WITH_AS(
        read_hardware(YamlNode::load_text("name: a\nfamily: eyeris\n", "mine.yaml")),
        doctest::Contains(all), InputError);
    CHECK_THROWS_WITH_AS(
        read_hardware(YamlNode::load_text("name: a\nfamily: eyeris\n", "mine.yaml")),
        doctest::Contains("mine.yaml:2: family: expected one of"), InputError);
  }
}

}  // namespace tilewise
