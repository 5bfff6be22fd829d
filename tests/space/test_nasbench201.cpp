#include "space/nasbench201.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

struct Sample {
  std::int64_t index;
  std::string_view text;
};

// CPython 3.11: random.seed(88); random.shuffle(list) of the enumeration of DESIGN section 6.
constexpr auto kSamples = std::to_array<Sample>({
    {0,
     "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~"
     "2|"},
    {625, "|nor_conv_1x1~0|+|none~0|nor_conv_3x3~1|+|none~0|nor_conv_1x1~1|skip_connect~2|"},
    {1250,
     "|nor_conv_3x3~0|+|none~0|avg_pool_3x3~1|+|nor_conv_3x3~0|skip_connect~1|nor_conv_1x1~2|"},
    {1875,
     "|avg_pool_3x3~0|+|none~0|skip_connect~1|+|nor_conv_3x3~0|skip_connect~1|nor_conv_3x3~2|"},
    {2500,
     "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|avg_pool_3x3~"
     "2|"},
    {3125,
     "|skip_connect~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|nor_conv_1x1~1|none~2|"},
    {3750,
     "|avg_pool_3x3~0|+|avg_pool_3x3~0|nor_conv_3x3~1|+|none~0|nor_conv_3x3~1|skip_connect~2|"},
    {4375,
     "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|none~0|skip_connect~1|avg_pool_3x3~2|"},
    {5000,
     "|nor_conv_3x3~0|+|nor_conv_3x3~0|none~1|+|avg_pool_3x3~0|nor_conv_1x1~1|nor_conv_3x3~2|"},
    {5625,
     "|nor_conv_3x3~0|+|skip_connect~0|avg_pool_3x3~1|+|avg_pool_3x3~0|skip_connect~1|nor_conv_1x1~"
     "2|"},
    {6250, "|none~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|none~1|nor_conv_1x1~2|"},
    {6875,
     "|nor_conv_1x1~0|+|skip_connect~0|avg_pool_3x3~1|+|skip_connect~0|avg_pool_3x3~1|none~2|"},
    {7500,
     "|skip_connect~0|+|skip_connect~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_1x1~1|nor_conv_1x1~"
     "2|"},
    {8125, "|none~0|+|nor_conv_3x3~0|nor_conv_1x1~1|+|none~0|skip_connect~1|nor_conv_3x3~2|"},
    {8750,
     "|skip_connect~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|"},
    {9375, "|nor_conv_1x1~0|+|nor_conv_1x1~0|none~1|+|nor_conv_3x3~0|nor_conv_3x3~1|none~2|"},
    {10000,
     "|nor_conv_1x1~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_1x1~1|nor_conv_3x3~"
     "2|"},
    {10625,
     "|skip_connect~0|+|skip_connect~0|avg_pool_3x3~1|+|none~0|avg_pool_3x3~1|skip_connect~2|"},
    {11250,
     "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|nor_conv_1x1~0|none~1|nor_conv_3x3~2|"},
    {11875,
     "|avg_pool_3x3~0|+|skip_connect~0|avg_pool_3x3~1|+|skip_connect~0|none~1|avg_pool_3x3~2|"},
    {12500,
     "|skip_connect~0|+|none~0|nor_conv_1x1~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|"},
    {13125, "|nor_conv_1x1~0|+|none~0|none~1|+|nor_conv_1x1~0|avg_pool_3x3~1|avg_pool_3x3~2|"},
    {13750, "|nor_conv_3x3~0|+|nor_conv_1x1~0|none~1|+|nor_conv_1x1~0|nor_conv_3x3~1|none~2|"},
    {14375,
     "|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_1x1~1|nor_conv_1x1~2|"},
    {15000, "|none~0|+|skip_connect~0|none~1|+|none~0|skip_connect~1|nor_conv_3x3~2|"},
    {1,
     "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~"
     "2|"},
    {2,
     "|avg_pool_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|avg_pool_3x3~0|avg_pool_3x3~1|avg_pool_3x3~"
     "2|"},
    {3, "|avg_pool_3x3~0|+|skip_connect~0|none~1|+|none~0|none~1|skip_connect~2|"},
    {5, "|nor_conv_1x1~0|+|skip_connect~0|nor_conv_1x1~1|+|nor_conv_3x3~0|none~1|avg_pool_3x3~2|"},
    {10, "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|none~0|none~1|none~2|"},
    {100,
     "|nor_conv_3x3~0|+|nor_conv_3x3~0|none~1|+|nor_conv_3x3~0|avg_pool_3x3~1|skip_connect~2|"},
    {15623, "|none~0|+|avg_pool_3x3~0|avg_pool_3x3~1|+|avg_pool_3x3~0|none~1|avg_pool_3x3~2|"},
    {15624, "|nor_conv_1x1~0|+|none~0|nor_conv_1x1~1|+|none~0|nor_conv_1x1~1|nor_conv_1x1~2|"},
});

}  // namespace

TEST_CASE("sampled indices hold the architectures of the public data set") {
  for (const auto& [index, text] : kSamples) {
    CAPTURE(index);
    CHECK(to_string(nasbench201_architecture(index)) == text);
    CHECK(nasbench201_index(parse_cell_architecture(text)) == index);
  }
}

TEST_CASE("the whole order has the fingerprint of the one that CPython computes") {
  std::string all;
  for (const CellArchitecture& architecture : nasbench201_architectures()) {
    all += all.empty() ? "" : "\n";
    all += to_string(architecture);
  }
  CHECK(fingerprint(all) == "7ad5feb5b6d09a01");
}

TEST_CASE("the indices are a permutation, and strings go there and back") {
  std::set<CellArchitecture> seen;
  for (std::int64_t index = 0; index < kNasbench201Size; ++index) {
    const CellArchitecture architecture = nasbench201_architecture(index);
    seen.insert(architecture);
    REQUIRE(nasbench201_index(architecture) == index);
    REQUIRE(parse_cell_architecture(to_string(architecture)) == architecture);
  }
  CHECK(seen.size() == 15'625);
}

TEST_CASE("an index out of range is refused") {
  CHECK_THROWS_WITH_AS(nasbench201_architecture(15'625),
                       "NAS-Bench-201 index 15625: expected 0 to 15624", InputError);
  CHECK_THROWS_WITH_AS(nasbench201_architecture(-1), "NAS-Bench-201 index -1: expected 0 to 15624",
                       InputError);
}

TEST_CASE("a malformed architecture is refused with the place and the form") {
  const std::string form = "; an architecture reads |op~0|+|op~0|op~1|+|op~0|op~1|op~2|";
  const auto error_of = [](const std::string& text) {
    return refusal([&] { parse_cell_architecture(text); });
  };
  CHECK(error_of("") == "\"\": expected \"|\" at character 1" + form);
  CHECK(error_of("|none~0|") == "\"|none~0|\": expected \"+|\" at character 9" + form);
  CHECK(error_of("|none~1|") == "\"|none~1|\": expected \"~0|\" at character 6" + form);
  CHECK(error_of("|conv~0|") ==
        "\"|conv~0|\": unknown operation \"conv\", there are none, skip_connect, nor_conv_1x1, "
        "nor_conv_3x3, avg_pool_3x3" +
            form);
  const std::string whole = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|";
  CHECK(to_string(parse_cell_architecture(whole)) == whole);
  CHECK(error_of(whole + "x") == "\"" + whole + "x\": unexpected \"x\" at the end" + form);
}

TEST_CASE("a data set is found by its public name") {
  for (const Dataset dataset : all_of<Dataset>()) CHECK(parse_dataset(name(dataset)) == dataset);
  CHECK_THROWS_WITH_AS(parse_dataset("imagenet"),
                       "\"imagenet\": no such data set; expected cifar10, cifar100 or "
                       "ImageNet16-120",
                       InputError);
}

}  // namespace tilewise
