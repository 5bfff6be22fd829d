#include "study/study_values.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <ctime>

#include "base/error.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

std::vector<std::string> values(std::string_view text) {
  std::vector<std::string> all;
  const ParameterValues found = parameter_values(YamlNode::load_text(text, "s.yaml"));
  for (std::size_t i = 0; i < found.size(); ++i) all.push_back(found[i].one_line());
  return all;
}

std::string values_error(std::string_view text) {
  return refusal([&] { values(text); });
}

using Words = std::vector<std::string>;

TEST_SUITE("study values") {
  TEST_CASE("a value, a list, a range of counts and a range with a step") {
    CHECK(values("7") == Words{"7"});
    CHECK(values("[ps, 12.8 GB/s, {node: 65 nm}]") == Words{"ps", "12.8 GB/s", "{node: 65 nm}"});
    CHECK(values("[[Input], [Input, Weight]]") == Words{"[Input]", "[Input, Weight]"});
    CHECK(values("4..7") == Words{"4", "5", "6", "7"});
    CHECK(values("4 .. 4") == Words{"4"});
    CHECK(values("[1 .. 3, 8]") == Words{"1", "2", "3", "8"});
    CHECK(values("[32 KiB .. 256 KiB, x2]") == Words{"32 KiB", "64 KiB", "128 KiB", "256 KiB"});
    CHECK(values("[256 KiB .. 1 MiB, x2]") == Words{"256 KiB", "512 KiB", "1024 KiB"});
    CHECK(values("[4 .. 21, +8]") == Words{"4", "12", "20"});  // stops before the end
    CHECK(values("[1 KiB .. 2 KiB, +512 B]") == Words{"1 KiB", "1.5 KiB", "2 KiB"});
    CHECK(values("[0.1 V .. 0.4 V, +0.1]") == Words{"0.1 V", "0.2 V", "0.3 V", "0.4 V"});
    CHECK(values("[4 .. 9, x1.5]") == Words{"4", "6", "9"});
    CHECK(values("[1000000000 .. 1000000002, +1]") ==
          Words{"1000000000", "1000000001", "1000000002"});
    CHECK(values("../board.yaml") == Words{"../board.yaml"});  // no range: neither end a number
  }

  TEST_CASE("ranges of a million values take neither time nor memory") {
    const YamlNode yaml = YamlNode::load_text("[1 bit .. 1000000 bit, +1 bit]", "s.yaml");
    const std::clock_t begun = std::clock();
    std::vector<ParameterValues> all;
    for (int i = 0; i < 1000; ++i) all.push_back(parameter_values(yaml));
    CHECK(std::clock() - begun < 3 * CLOCKS_PER_SEC);  // written out each takes half a second
    CHECK(all.back().size() == 1'000'000);
    CHECK(all.back()[0].text() == "1 bit");
    CHECK(all.back()[765'431].text() == "765432 bit");
    CHECK(all.back()[999'999].text() == "1000000 bit");
  }

  TEST_CASE("a factor multiplies as often as it is there") {
    CHECK(values("[3 .. 3000000000000, x10]").back() == "3000000000000");
    CHECK(values("[1 .. 9007199254740992, x2]").size() == 54);
    CHECK(values("[7 .. 7000, x10]") == Words{"7", "70", "700", "7000"});
    const YamlNode fine = YamlNode::load_text("[1 .. 1000, x1.00001]", "s.yaml");
    CHECK(parameter_values(fine).size() ==
          static_cast<std::size_t>(std::log(1000.0) / std::log1p(0.00001)) + 1);
  }

  TEST_CASE("ranges in a list that share a value are refused at it") {
    CHECK(values("[1 .. 2, 5 .. 6, 3 .. 4]") == Words{"1", "2", "5", "6", "3", "4"});
    CHECK(values_error("[5 .. 9, 1 .. 6]") == "s.yaml:1: [1]: 5 is there twice; leave one out");
    CHECK(values_error("[1 .. 6, 5 .. 9]") == "s.yaml:1: [1]: 5 is there twice; leave one out");
    CHECK(values_error("[7, 1 .. 900000]") == "s.yaml:1: [1]: 7 is there twice; leave one out");
    CHECK(values_error("[1 .. 900000, 8.0]") == "s.yaml:1: [1]: 8 is there twice; leave one out");
    CHECK(values_error("[1 .. 600000, 600001 .. 1200000]").find("more than a million") !=
          std::string::npos);
    CHECK(values_error("[1000000000000000 .. 1000000000000009, +1]").find("11 digits") !=
          std::string::npos);
  }

  TEST_CASE("what is no list of distinct values is refused with its place and cure") {
    CHECK(values_error("[64 KiB, 65536 B]") ==
          "s.yaml:1: [1]: 65536 B is there twice; leave one out");
    CHECK(values_error("[1 .. 4, 3]") == "s.yaml:1: [1]: 3 is there twice; leave one out");
    CHECK(values_error("8 .. 4").find("empty") != std::string::npos);
    CHECK(values_error("[]").find("at least one value") != std::string::npos);
    CHECK(values_error("~") == "s.yaml:1: expected a value, a list of values or a range");
    CHECK(values_error("[4 .. 8, x1]").find("above 1") != std::string::npos);
    CHECK(values_error("[4 .. 8, x0.5]") ==
          "s.yaml:1: [1]: expected a factor above 1 such as x2, found \"x0.5\"");
    CHECK(values_error("[0 .. 8, x2]").find("above zero") != std::string::npos);
    CHECK(values_error("[4 .. 8, +0]").find("above zero") != std::string::npos);
    CHECK(values_error("1 .. 1000001").find("more than a million") != std::string::npos);
    CHECK(values_error("[1 KiB .. 2 MHz, x2]").find("is a size and 2 MHz a frequency") !=
          std::string::npos);
    CHECK(values_error("[1 KiB .. 4, x2]") ==
          "s.yaml:1: [0]: 1 KiB is a size and 4 a count; give both the unit of one kind");
    CHECK(values_error("[1 KiB .. 2 KiB, +1 pJ]")
              .starts_with("s.yaml:1: [1]: 1 KiB is a size and 1 pJ a"));
    CHECK(values_error("32 KiB .. 64 KiB").find("write the step") != std::string::npos);
    CHECK(values_error("4 .. many") ==
          "s.yaml:1: expected a range such as 4 .. 32 or 32 KiB .. 512 KiB, found \"4 .. many\"");
    CHECK(values_error("[1, 2, x2]").find("a step follows one range") != std::string::npos);
    CHECK(values_error("[4, x2]") ==
          "s.yaml:1: [1]: a step follows a range, as in [32 KiB .. 512 KiB, x2]");
    CHECK(values_error("[4 .. 8 parsecs, x2]") ==
          "s.yaml:1: [0]: \"parsecs\" is no known unit; write a range as in 32 KiB .. 512 KiB, or "
          "list the values");
  }
}

}  // namespace
}  // namespace tilewise
