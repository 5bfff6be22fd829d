#include <doctest/doctest.h>

#include <sstream>

#include "arch/architecture_yaml.hpp"
#include "arch/describe.hpp"
#include "arch/describe_constraint.hpp"
#include "arch/size_text.hpp"
#include "base/text_table.hpp"

namespace tilewise {

TEST_CASE("columns line up, numbers to the right, words to the left") {
  CHECK(text_table({{"memory", "size [B]"}, {"a", "7"}, {"buffer 2", "1024"}}) ==
        "memory    size [B]\n"
        "a                7\n"
        "buffer 2      1024\n");
}

TEST_CASE("a size is written in the largest unit that divides it") {
  CHECK(size_text(kibibytes(4)) == "4 KiB");
  CHECK(size_text(kibibytes(2048)) == "2 MiB");
  CHECK(size_text(bytes(448)) == "448 B");
  CHECK(size_text(Bits{1008}) == "126 B");
  CHECK(size_text(Bits{3}) == "3 bit");
}

TEST_CASE("the description of Eyeriss tells its PEs, memories and dataflow") {
  const std::string text = describe(find_architecture("eyeriss"));
  const auto has = [&](const char* part) { return text.find(part) != std::string::npos; };
  CHECK(has("clock 200 MHz, 65 nm, 1 V\n"));
  CHECK(has("read [pJ]"));
  CHECK(has("CACTI 7.0, lstp300, 65 nm, 4 KiB x 64 bit, 25 banks"));
  CHECK(has("  PE: loops in time only over M, C, S in full; order C M S; keeps Input, Weight"));
  CHECK(has("DRAM.dram: Input is run-length coded, runs of 5 bit, packets of 64 bit\n"));
  // (100 + 8) KiB + 168 * (24 + 448 + 48) B = 110592 + 87360
  CHECK(has("totals: 168 compute units, 197952 B on chip, "));
}

TEST_CASE("every shipped architecture is described in ASCII") {
  for (const char* name :
       {"eyeriss", "eyeriss_isca16", "zc706", "weight_stationary", "two_level", "nvdla_small",
        "nvdla_large", "simba_chiplet", "tpu_v1", "gemmini", "edge_free"}) {
    for (const char c : describe(find_architecture(name))) {
      REQUIRE(static_cast<unsigned char>(c) < 128);
    }
  }
}

TEST_CASE("a level without constraints may do anything") {
  CHECK(describe(LevelConstraint{}, FanOut{}) == "anything");
}

}  // namespace tilewise
