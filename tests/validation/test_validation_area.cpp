#include "validation/validation_area.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {
namespace {

std::string area_error(const std::string& yaml) {
  return refusal([&] {
    YamlMap map = YamlNode::load_text(yaml, "case.yaml").map();
    read_area_case(map, "/nowhere");
  });
}

}  // namespace

TEST_CASE("the published parts of Eyeriss are held against one instance of ours") {
  const ValidationCase shipped = load_validation_case(validation_folder() / "eyeriss_area");
  const ValidationResult result = run_validation(shipped, {});
  REQUIRE(result.tables.size() == 4);  // compute, SRAM, registers, chip
  CHECK(tally(result).outside == 0);
  const auto ours = [&](std::size_t table, std::size_t row) {
    return *result.tables[table].columns[0].cells[row].ours;
  };
  CHECK(ours(0, 0) == doctest::Approx(282 + 0.2 * (3495 - 282) + 67));  // um2, 45 nm
  CHECK(result.tables[1].rows[2] == "weights_glb_8KiB");
  CHECK(ours(1, 2) == doctest::Approx(2 * 13502.9));  // two banks of CACTI 7, 45 nm
  CHECK(result.tables[2].rows.size() == 3);
  CHECK(ours(2, 1) == doctest::Approx(ours(2, 0) * 256 / 192));  // a flip-flop a bit
  CHECK(result.tables[0].notes[0] == "ours / published: mac 0.80");
}

TEST_CASE("a wrong key of an area case is named with its place") {
  CHECK(area_error("parts: []\nquantities: []\n") ==
        "case.yaml:1: parts: expected at least one part");
  CHECK(area_error("parts:\n  - {name: a, architecture: eyeriss, part: GLB}\n")
            .starts_with("case.yaml:2: parts[0].part: no part named GLB; there are: all, memories, "
                         "DRAM.dram, GLB.buffer"));
  CHECK(area_error("parts:\n  - {name: a, architecture: nowhere, part: all}\n")
            .starts_with("case.yaml:2: parts[0].architecture: "));
  const std::string row = "  - {name: a, architecture: eyeriss, part: all}\n";
  CHECK(area_error("parts:\n" + row + row).ends_with("the name a is there twice; change one"));
  CHECK(area_error("parts:\n" + row + "quantities:\n  - {name: x, unit: acre}\n")
            .starts_with("case.yaml:4: quantities[0].unit: expected one of mm2, um2"));
}

}  // namespace tilewise
