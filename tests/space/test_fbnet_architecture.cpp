#include "space/fbnet_architecture.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "refusal.hpp"
#include "space/fbnet_candidates.hpp"

namespace tilewise {
namespace {

const std::string kZeros = "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0";
const std::string kMixed = "0,1,2,3,4,5,6,7,8,0,1,2,3,4,5,6,7,8,0,1,2,3";

void check_refused(const std::string& text, const std::string& word) {
  CAPTURE(text);
  const std::string said = refusal([&] { parse_fbnet_architecture(text); });
  CAPTURE(said);
  CHECK(says(said, word));
}

}  // namespace

TEST_CASE("a number that is no operation is found among many architectures") {
  const BlockForm form = *blocks(fbnet_space());
  std::vector<FbnetArchitecture> all(10'000, parse_fbnet_architecture(kMixed));
  CHECK_NOTHROW(check_choices(form, choices_of(all), 2));
  all[9'000].ops[0] = static_cast<FbnetOp>(255);
  all[5'000].ops[21] = static_cast<FbnetOp>(9);
  CHECK_THROWS_WITH_AS(check_choices(form, choices_of(all), 2),
                       doctest::Contains("architecture 5000: position 22: no such operation"),
                       InputError);
}

TEST_CASE("an architecture of FBNet reads and prints as 22 numbers") {
  CHECK(parse_fbnet_architecture(kZeros) == FbnetArchitecture{});
  const FbnetArchitecture mixed = parse_fbnet_architecture(kMixed);
  CHECK(mixed.ops[3] == FbnetOp::K3E6);
  CHECK(mixed.ops[8] == FbnetOp::Skip);
  CHECK(to_string(mixed) == kMixed);
}

TEST_CASE("names, blanks and the brackets of a Python list do as well") {
  std::string text = "[k3_e1";
  for (int i = 1; i < 21; ++i) text += ", 0";
  CHECK(to_string(parse_fbnet_architecture(text + ", k5_e1_g2]")) ==
        "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,5");
}

TEST_CASE("a wrong architecture of FBNet is refused with the place") {
  check_refused("", "position 1");
  check_refused("0,1,2", "3 operations; expected 22");
  check_refused(kZeros + ",0", "23 operations");
  check_refused(kZeros.substr(0, 42) + "9", "position 22: unknown operation \"9\"");
  check_refused("0" + kZeros, "position 1: unknown operation \"00\"");
  check_refused("0,conv3x3," + kZeros, "position 2: unknown operation \"conv3x3\"");
  CHECK_THROWS_WITH_AS(parse_fbnet_dataset("cifar10"),
                       "\"cifar10\": no such data set of FBNet; expected cifar100 or ImageNet",
                       InputError);
  CHECK(parse_fbnet_dataset("ImageNet") == FbnetDataset::ImageNet);
}

TEST_CASE("a sample is the same for any number of threads, and a longer one goes on from it") {
  const BlockForm form = *blocks(fbnet_space());
  const auto one = sample_blocks(form, 7, 10'000, 1);
  CHECK(one == sample_blocks(form, 7, 10'000, 2));
  CHECK(one == choices_of(fbnet_candidates(7, 10'000)));
  const auto longer = sample_blocks(form, 7, 10'001, 3);
  CHECK(std::equal(one.begin(), one.end(), longer.begin()));
  CHECK(std::equal(longer.end() - 22, longer.end(), choices_of(sample_fbnet(7, 10'000)).begin()));
  CHECK(one != sample_blocks(form, 8, 10'000, 1));
  // What seed 5 has meant since it was first written down.
  CHECK(to_string(sample_fbnet(5, 0)) == "1,0,2,2,0,6,4,2,4,6,4,1,8,4,1,5,5,0,4,7,5,0");
}

TEST_CASE("every operation is as likely at every position, whatever the neighbours have") {
  const auto sample = fbnet_candidates(1, 90'000);
  const double expected = 10'000.0;  // of 9 operations
  const double five_sigma = 5.0 * std::sqrt(expected * 8.0 / 9.0);
  std::array<double, kFbnetPositions> same_as_last{};
  std::array<double, kFbnetPositions> same_as_left{};
  for (std::size_t position = 0; position < kFbnetPositions; ++position) {
    EnumArray<FbnetOp, double> counts{};
    for (std::size_t i = 0; i < sample.size(); ++i) {
      const FbnetOp op = sample[i].ops[position];
      counts[op] += 1.0;
      if (i > 0 && sample[i - 1].ops[position] == op) same_as_last[position] += 1.0;
      if (position > 0 && sample[i].ops[position - 1] == op) same_as_left[position] += 1.0;
    }
    for (const double count : counts) CHECK(std::abs(count - expected) < five_sigma);
    CHECK(std::abs(same_as_last[position] - expected) < five_sigma);
    if (position > 0) CHECK(std::abs(same_as_left[position] - expected) < five_sigma);
  }
}

TEST_CASE("the network runs stem, 22 blocks and the head one after the other") {
  // 4 fixed layers and 3 a block.
  const Network zeros = fbnet_network(FbnetDataset::Cifar100, {});
  REQUIRE(zeros.size() == 70);
  CHECK(zeros.layer(0).name == "stem.conv3x3");
  CHECK(zeros.layer(1).name == "block1.k3_e1.expand");
  CHECK(zeros.layer(69).name == "classifier");
  for (std::size_t i = 1; i < zeros.size(); ++i) {
    CHECK(zeros.inputs_of(i) == std::vector<std::size_t>{i - 1});
  }
  // Where shapes change a skip is a layer: positions 2, 6, 10, 14, 18 and 22.
  FbnetArchitecture skips;
  skips.ops.fill(FbnetOp::Skip);
  CHECK(fbnet_network(FbnetDataset::ImageNet, skips).size() == 10);
}

}  // namespace tilewise
