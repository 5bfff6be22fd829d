#include "schedule/strips.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "small_networks.hpp"
#include "strip_checks.hpp"
#include "workload/network_yaml.hpp"

namespace tilewise {
namespace {

using testing::group_of;
using testing::kOne;
using testing::kTwo;
using testing::machine;
using testing::plain;
using testing::plan_of;
using testing::rows_made;
using testing::same_rows;
using testing::sum_of_two;

std::string group_refusal(const Network& network, std::size_t first, std::size_t count) {
  const auto made = strip_group(network, first, count);
  const auto* none = std::get_if<NoStrips>(&made);
  return none != nullptr ? none->why : "";
}

TEST_SUITE("strips") {
  TEST_CASE("strips of two rows make, read and keep what a count by hand says") {
    // Two windows of three rows over 8 rows. The last makes rows 0-1, 2-3, ...: it reads rows 0-2,
    // 1-4, 3-6, 5-7 of the first, which makes 0-2, 3-4, 5-6, 7 and reads 0-3, 2-5, 4-7, 6-7.
    const Network network =
        network_in_a_row("two", {same_rows("a", 8, 3, 2), same_rows("b", 8, 3, 2)});
    const StripGroup group = group_of(network, 0, 2);
    StripChoice choice = plain(group, 2);
    choice.outer = {OuterRows::Kept};
    choice.resident = {false, true};
    const StripPlan plan = plan_of(group, choice);
    const std::vector<std::int64_t> made{3, 2, 2, 2, 1};
    std::vector<std::int64_t> found;
    for (const StripRun& run : plan.runs) {
      CAPTURE(run.layer);
      for (int i = 0; i < (run.layer == 0 ? run.times : 1); ++i) {
        found.push_back(run.part.bounds[Dim::P]);
      }
      // 4 rows of the first output, 2 rows of the input, 2 x 2 x 3 weights of 16 bit.
      CHECK(run.use.taken == std::vector<Bits>{Bits{(4 * 2 + 2 * 2 + 12) * 16}});
      CHECK(run.use.kept == (run.layer == 0 ? EnumArray<Tensor, bool>{{false, false, true}}
                                            : EnumArray<Tensor, bool>{{true, true, false}}));
    }
    // One run of 3 rows, then the second's of 2 in all strips, two of 2, one of 1.
    CHECK(found == std::vector<std::int64_t>{3, 2, 2, 2, 1});
    CHECK(plan.runs[1].times == 4);
    const std::vector<std::pair<std::int64_t, std::int64_t>> padding_and_image{
        {1, 4}, {2, 2}, {2, 0}};
    std::size_t at = 0;
    for (const StripRun& run : plan.runs) {
      if (run.layer == 1) continue;
      CHECK(run.part.padding.vertical == padding_and_image[at].first);
      CHECK(run.part.image.vertical == padding_and_image[at].second);
      ++at;
    }
    CHECK(at == padding_and_image.size());
    REQUIRE(plan.loads.size() == 1);
    CHECK(plan.loads[0].words == 12);
    CHECK(rows_made(plan) == 16);
    // Made again: rows 0-2, 1-4, 3-6, 5-7.
    CHECK(rows_made(plan_of(group, plain(group, 2, Halo::Recomputed))) == 8 + 3 + 4 + 4 + 3);
  }

  TEST_CASE("rows that two layers keep wait for the second of them") {
    // Windows of 3 and of 5 rows over one input, strips of 2 rows. When the first has read to row
    // 2b + 2, the second still wants rows from 2b - 2 on: 5 rows.
    Network network("branch");
    network.add(same_rows("input", 8, 1), {});
    network.add(same_rows("a", 8, 3), {0});
    network.add(same_rows("b", 8, 5), {0});
    network.add(sum_of_two("sum", 8), {1, 2});
    const StripGroup group = group_of(network, 1, 3);
    REQUIRE(group.outer.size() == 1);
    StripChoice choice = plain(group, 2);
    choice.outer = {OuterRows::Kept};
    // With 2 rows of each operand, the second of which does not lie there while the first is made.
    CHECK(plan_of(group, choice).runs.front().use.taken[0] == Bits{(5 + 2) * 16});
    // As a whole the strip's rows of the input lie there, 2b - 2 to 2b + 3, each fetched once.
    choice.outer = {OuterRows::Whole};
    const StripPlan whole = plan_of(group, choice);
    CHECK(whole.runs.front().use.taken[0] == Bits{(6 + 2) * 16});
    std::int64_t words = 0;
    for (const StripLoad& load : whole.loads) words += load.times * load.words;
    CHECK(words == 8);
  }

  TEST_CASE("choices are heights that divide, and what there is to choose at each") {
    const Network network = network_in_a_row("two", {same_rows("a", 4, 1), same_rows("b", 4, 3)});
    const StripGroup group = group_of(network, 0, 2);
    const auto count = [&](Factors heights) {
      return strip_choices(group, machine(false), kOne, heights).size();
    };
    // Of 4 rows 1, 2 and 4; with less than 4 a halo, whose rows of the input are read again where
    // it is made again; two layers with weights.
    CHECK(count(Factors::Divisors) == (2 * (1 + 2) + 1) * 4);
    CHECK(count(Factors::All) == (3 * (1 + 2) + 1) * 4);
    // No weights in the home.
    Architecture without = machine(false);
    without.levels[1].memories[0].holds[Tensor::Weight] = false;
    CHECK(strip_choices(group, without, kOne, Factors::Divisors).size() == 2 * (1 + 2) + 1);
    StripChoice choice = plain(group, 2);
    choice.resident[0] = true;
    CHECK(std::holds_alternative<NoStrips>(strip_plan(group, choice, without, kOne)));
  }

  TEST_CASE("in a home of two memories tensors alternate, or there are no strips") {
    const Architecture two = machine(true);
    const Network row =
        network_in_a_row("row", {same_rows("a", 6, 3), same_rows("b", 6, 3), same_rows("c", 6, 3)});
    const StripGroup group = group_of(row, 0, 3);
    for (const bool exchanged : {false, true}) {
      StripChoice choice = plain(group, 2);
      choice.exchanged = exchanged;
      const auto made = strip_plan(group, choice, two, kTwo);
      REQUIRE(std::holds_alternative<StripPlan>(made));
      for (const StripRun& run : std::get<StripPlan>(made).runs) {
        CHECK(run.use.exchanged == ((run.layer == 1) != exchanged));
      }
    }
    // The first output in the memory of Input of layer b, the second in the other: 4 rows each
    // while b runs; after that the first has its halo of 2 rows.
    const auto made = strip_plan(group, plain(group, 2), two, kTwo);
    for (const StripRun& run : std::get<StripPlan>(made).runs) {
      if (run.layer == 1) CHECK(run.use.taken == std::vector<Bits>{Bits{4 * 16}, Bits{4 * 16}});
      if (run.layer == 2) CHECK(run.use.taken == std::vector<Bits>{Bits{4 * 16}, Bits{2 * 16}});
    }
    // A sum over one layer: its operands would lie in both.
    const auto residual = [](std::size_t layers) {
      Network network("residual");
      network.add(same_rows("input", 6, 1), {});
      network.add(same_rows("first", 6, 1), {0});
      for (std::size_t l = 0; l < layers; ++l) {
        network.add(same_rows("more", 6, 3), {network.size() - 1});
      }
      network.add(sum_of_two("sum", 6), {1, network.size() - 1});
      return group_of(network, 1, layers + 2);
    };
    CHECK(strip_choices(residual(1), two, kTwo, Factors::Divisors).empty());
    CHECK_FALSE(strip_choices(residual(2), two, kTwo, Factors::Divisors).empty());
    CHECK_FALSE(strip_choices(residual(1), machine(false), kOne, Factors::Divisors).empty());
  }

  TEST_CASE("what is no group of strips says why") {
    Network network("mixed");
    network.add(same_rows("a", 6, 3), {});
    network.add(same_rows("b", 6, 3), {0});
    network.add(same_rows("c", 6, 3), {0});
    network.add(sum_of_two("sum", 6), {1, 2});
    Layer joined = same_rows("joined", 6, 3, 2);
    network.add(joined, {1, 3});
    Layer wide = same_rows("wide", 6, 3, 2);
    wide.widths.tensor[Tensor::Input] = Bits{8};
    network.add(wide, {4});
    Layer dense;
    dense.name = "dense";
    dense.op = Operator::FullyConnected;
    dense.bounds = {{1, 1, 3, 12, 1, 1, 1, 1}};
    network.add(dense, {5});
    CHECK(group_refusal(network, 0, 2) == "a is read outside the group");
    CHECK(group_refusal(network, 1, 3) == "b is read outside the group");
    CHECK(group_refusal(network, 3, 2) == "joined reads it together with others");
    CHECK(group_refusal(network, 4, 2) == "wide reads joined in another width");
    CHECK(group_refusal(network, 5, 2) == "dense reads wide in other rows than it was made");
    CHECK(group_refusal(network, 6, 1).empty());
    Layer product;
    product.name = "product";
    product.op = Operator::MatrixProduct;
    product.bounds = {{1, 1, 3, 3, 1, 1, 1, 1}};
    product.owns_weights = false;
    network.add(product, {6});
    CHECK(group_refusal(network, 6, 2) == "product may read dense as weights");
  }

  TEST_CASE("the first five convolutions of VGG-E move their input and their output once") {
    // M. Alwani et al., Fused-layer CNN accelerators, MICRO 2016: 3.64 MiB an image of 32-bit words
    // instead of 86.3 MiB, both without weights. Its reuse buffers are our rows that stay.
    const Network network = find_network("vgg16");
    REQUIRE(network.layer(6).name == "conv3_1");
    const StripGroup group = group_of(network, 0, 7);
    const auto mebibytes = [](std::int64_t words) {
      return static_cast<double>(words) * 4.0 / (1024.0 * 1024.0);
    };
    std::int64_t apart = 0;
    for (const StripLayer& each : group.layers) {
      apart += words(each.layer, Tensor::Input) + words(each.layer, Tensor::Output);
    }
    CHECK(mebibytes(apart) == doctest::Approx(86.3).epsilon(0.0005));
    for (const std::int64_t height : {1, 7, 56}) {
      StripChoice choice = plain(group, height);
      choice.outer = {OuterRows::Kept};
      std::int64_t moved = 0;
      for (const StripRun& run : plan_of(group, choice).runs) {
        if (!run.use.kept[Tensor::Input]) moved += run.times * words(run.part, Tensor::Input);
        if (!run.use.kept[Tensor::Output]) moved += run.times * words(run.part, Tensor::Output);
      }
      CHECK(mebibytes(moved) == doctest::Approx(3.64).epsilon(0.002));
    }
  }
}

}  // namespace
}  // namespace tilewise
