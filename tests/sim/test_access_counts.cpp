#include "sim/access_counts.hpp"

#include <doctest/doctest.h>

#include "loop_walker.hpp"
#include "mapper/scale.hpp"
#include "random_nests.hpp"

namespace tilewise {
namespace {

const TransferCounts& transfer(const AccessCounts& counts, Tensor t, std::size_t parent) {
  for (const TransferCounts& each : counts.transfers) {
    if (each.tensor == t && each.parent == parent) return each;
  }
  throw std::logic_error("no such transfer");
}

/// Multicast and spatial reduction everywhere, for a hierarchy of `levels` levels.
MergeRules merge_everywhere(std::size_t levels) {
  return MergeRules(levels, EnumArray<Tensor, bool>{{true, true, true}});
}

/// Level 0 bypasses one tensor or more, as where they begin or end at home.
void begin_at_home(testing::RandomNests& random, Mapping& mapping) {
  EnumArray<Tensor, bool>& outermost = mapping.levels.front().keep;
  while (outermost == EnumArray<Tensor, bool>{{true, true, true}}) {
    for (const Tensor t : kTensors) outermost[t] = random.chance(60);
  }
}

enum class TensorHome { No, Yes };
enum class Refetch { New, Always };

/// What is walked word by word takes seconds beyond, under the sanitizers.
constexpr std::int64_t kMostIterations = 4000;

/// Compares on `nests` random nests; `behind`: their last windows lie behind the image.
void compare_with_walker(std::uint64_t seed, int nests, bool behind,
                         TensorHome home = TensorHome::No, Refetch refetch = Refetch::New) {
  testing::RandomNests random(seed);
  int walked_nests = 0;
  for (int trial = 0; walked_nests < testing::scaled(nests); ++trial) {
    REQUIRE(trial < 10000);
    Layer layer = random.layer();
    const auto levels = static_cast<std::size_t>(random.pick(2, 4));
    Mapping mapping = random.mapping(layer, levels);
    if (home == TensorHome::Yes) begin_at_home(random, mapping);
    if (iterations(layer) > kMostIterations) continue;
    if (behind && !random.shorten_image(layer)) continue;
    ++walked_nests;
    MergeRules merges = merge_everywhere(levels);
    for (auto& level : merges) {
      for (const Tensor t : kTensors) level[t] = random.chance(75);
    }
    CAPTURE(trial);
    RefetchRules refetches;
    for (std::size_t level = 0; refetch == Refetch::Always && level < levels; ++level) {
      refetches.push_back({{random.chance(60), random.chance(60), false}});
    }
    testing::LoopWalker walker(layer, mapping, merges);
    walker.refetch(refetches);
    const AccessCounts closed = count_accesses(layer, mapping, merges, refetches);
    const AccessCounts walked = walker.count();
    REQUIRE(closed.transfers.size() == walked.transfers.size());
    for (std::size_t i = 0; i < closed.transfers.size(); ++i) {
      CAPTURE(i);
      const TransferCounts& a = closed.transfers[i];
      const TransferCounts& b = walked.transfers[i];
      CHECK(a.child_words == b.child_words);
      CHECK(a.parent_words == b.parent_words);
      CHECK(a.parent_partial_reads == b.parent_partial_reads);
      CHECK(a == b);
    }
    CHECK(closed.compute_cycles == walked.compute_cycles);
    CHECK(closed.macs == walked.macs);
  }
}

TEST_SUITE("access counts") {
  TEST_CASE("tiles that are loaded again count as a whole at each transition, as if executed") {
    // Eq. 25
    compare_with_walker(14, 200, false, TensorHome::No, Refetch::Always);
    compare_with_walker(15, 60, true, TensorHome::Yes, Refetch::Always);
  }

  TEST_CASE("a window behind the image reads nothing from off-chip memory") {
    // Two columns in windows of one with stride 2: columns 0, 2, 4; only 0 is real, all three
    // arrive.
    Layer layer;
    layer.bounds[Dim::Q] = 3;
    layer.stride = {1, 2};
    layer.image = {1, 2};
    grant_padding_end(layer);
    check_layer(layer);
    const Mapping mapping{{{{{Dim::Q, 3}}, {}}, {}}};
    const AccessCounts counts = count_accesses(layer, mapping, merge_everywhere(2));
    CHECK(transfer(counts, Tensor::Input, 0).parent_words == 1);
    CHECK(transfer(counts, Tensor::Input, 0).child_words == 3);
  }

  TEST_CASE("windows that share nothing count the same however far apart they lie") {
    // Windows of 3 at a stride of 3 touch, beyond they do not; all but the first lie in padding.
    const auto counted = [](std::int64_t stride) {
      Layer layer;
      layer.bounds[Dim::P] = 4;
      layer.bounds[Dim::R] = 3;
      layer.stride = {stride, 1};
      layer.image = {3, 1};
      const Mapping mapping{{{{{Dim::P, 2}}, {}}, {{{Dim::P, 2}, {Dim::R, 3}}, {}}}};
      return count_accesses(layer, mapping, merge_everywhere(2));
    };
    const AccessCounts near = counted(3);
    CHECK(transfer(near, Tensor::Input, 0).child_words == 12);
    CHECK(transfer(near, Tensor::Input, 0).parent_words == 3);
    for (const std::int64_t stride : {std::int64_t{4}, std::int64_t{100}, std::int64_t{1} << 31}) {
      CHECK(counted(stride).transfers == near.transfers);
    }
  }

  TEST_CASE("a window that slides by one column fetches one column") {
    // One input row of 5 words, filter of 3, three output columns: 3 + 1 + 1 words from DRAM.
    Layer layer;
    layer.bounds[Dim::Q] = 3;
    layer.bounds[Dim::S] = 3;
    layer.image = {1, 5};
    Mapping mapping{{{{{Dim::Q, 3}}, {}}, {{{Dim::S, 3}}, {}}}};
    const AccessCounts counts = count_accesses(layer, mapping, merge_everywhere(2));
    CHECK(transfer(counts, Tensor::Input, 0).child_words == 5);
    CHECK(transfer(counts, Tensor::Weight, 0).child_words == 3);  // stays for all columns
    CHECK(transfer(counts, Tensor::Output, 0).parent_words == 3);
    CHECK(transfer(counts, Tensor::Output, 0).parent_partial_reads == 0);
    CHECK(transfer(counts, Tensor::Output, 1).parent_words == 9);          // one a MAC
    CHECK(transfer(counts, Tensor::Output, 1).parent_partial_reads == 6);  // the first of 3 is zero
    CHECK(counts.compute_cycles == 9);
    CHECK(counts.macs == 9);
  }

  TEST_CASE("padding is moved inside the chip but not read from off-chip memory") {
    // A row of 3 real words, one of padding on each side: 5 words arrive, 3 are read.
    Layer layer;
    layer.bounds[Dim::Q] = 3;
    layer.bounds[Dim::S] = 3;
    layer.padding = {0, 1};
    layer.image = {1, 3};
    Mapping mapping{{{{{Dim::Q, 3}}, {}}, {{{Dim::S, 3}}, {}}}};
    const AccessCounts counts = count_accesses(layer, mapping, merge_everywhere(2));
    CHECK(transfer(counts, Tensor::Input, 0).child_words == 5);
    CHECK(transfer(counts, Tensor::Input, 0).parent_words == 3);
  }

  TEST_CASE("multicast reads a shared word once, without it once for each instance") {
    // Four instances take different output channels of the same 6 input words.
    Layer layer;
    layer.bounds[Dim::M] = 4;
    layer.bounds[Dim::C] = 6;
    Mapping mapping{{{{}, {{Dim::M, 4, Axis::X}}}, {{{Dim::C, 6}}, {}}}};
    MergeRules merges = merge_everywhere(2);
    CHECK(transfer(count_accesses(layer, mapping, merges), Tensor::Input, 0).parent_words == 6);
    merges[0][Tensor::Input] = false;
    CHECK(transfer(count_accesses(layer, mapping, merges), Tensor::Input, 0).parent_words == 24);
    CHECK(transfer(count_accesses(layer, mapping, merges), Tensor::Input, 0).child_words == 24);
  }

  TEST_CASE("the closed form agrees with executing 500 random nests word by word") {
    // Eq. 3 to 5
    compare_with_walker(20, 500, false);
  }

  TEST_CASE("it agrees where windows lie wholly behind the image") {
    compare_with_walker(21, 200, true);
  }

  TEST_CASE("it agrees where tensors begin or end at a level on chip") {
    compare_with_walker(22, 300, false, TensorHome::Yes);
    compare_with_walker(23, 100, true, TensorHome::Yes);
  }
}

}  // namespace
}  // namespace tilewise
