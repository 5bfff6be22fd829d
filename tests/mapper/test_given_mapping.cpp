#include "mapper/given_mapping.hpp"

#include <doctest/doctest.h>

#include "arch/architecture_yaml.hpp"
#include "base/error.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {
namespace {

/// pointwise_72 (M 3, C 4, P 2, Q 3) on two_level as README.md counts it, `m` instead of M 3.
Mapping counted_mapping(std::int64_t m) {
  Mapping mapping;
  mapping.levels.resize(2);
  mapping.levels[0].temporal = {{Dim::C, 2}, {Dim::P, 2}, {Dim::Q, 3}};
  mapping.levels[1].temporal = {{Dim::M, m}, {Dim::C, 2}};
  return mapping;
}

}  // namespace

TEST_CASE("a mapping that covers the layer and fits is priced") {
  const LayerCost cost = evaluate_given(find_architecture("two_level"), find_layer("pointwise_72"),
                                        counted_mapping(3));
  CHECK(cost.latency.total.count() == 162.0);  // 72 of work and 90 words off chip
}

TEST_CASE("a mapping that leaves out a part, or does not fit, is refused") {
  const Layer layer = find_layer("pointwise_72");
  CHECK_THROWS_WITH_AS(evaluate_given(find_architecture("two_level"), layer, counted_mapping(2)),
                       "mapping: the loops over M cover 2 of 3; raise a bound or add a loop",
                       InputError);
  CHECK_THROWS_WITH_AS(evaluate_given(find_architecture("eyeriss"), layer, counted_mapping(3)),
                       doctest::Contains("the mapping does not fit eyeriss: "), InputError);
}

TEST_CASE("a line of layers.csv is a mapping, what is nothing else is refused with all three") {
  const Layer layer = find_layer("pointwise_72");
  const Architecture architecture = find_architecture("two_level");
  CHECK(find_mapping("DRAM: C2 P2 Q3 | Buffer: M3 C2", layer, architecture) == counted_mapping(3));
  for (const char* word : {"best.yaml", "DRAM: C2 | GLB: M3", "DRAM: m=3 | Buffer: C2"}) {
    CHECK_THROWS_WITH_AS(find_mapping(word, layer, architecture),
                         doctest::Contains("no such file, and no mapping of two_level"),
                         InputError);
  }
}

}  // namespace tilewise
