#include "validation/validation_fused.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {
namespace {

std::string fused_error(const std::string& rows) {
  return refusal([&] {
    YamlMap map =
        YamlNode::load_text("network: vgg16\nword_bits: 32\nrows:\n" + rows, "case.yaml").map();
    read_fused_layers_case(map, "/nowhere");
  });
}

}  // namespace

TEST_CASE("VGG-E's first five convolutions move and hold what was published") {
  const ValidationCase shipped = load_validation_case(validation_folder() / "fused_layer_vgg");
  const ValidationResult result = run_validation(shipped, {});
  REQUIRE(result.tables.size() == 1);
  CHECK(tally(result).checked == 4);
  CHECK(tally(result).outside == 0);
  const ValidationColumn& reuse = result.tables[0].columns[1];
  // Two rows of the input and of each map that a 3x3 convolution reads; pools share none.
  const double words = 2.0 * (224 * 3 + 224 * 64 + 112 * 64 + 112 * 128 + 56 * 128);
  CHECK(*reuse.cells[2].ours == doctest::Approx(words * 4 / 1000));
}

TEST_CASE("a wrong key of a case of fused layers is named with its place") {
  CHECK(says(fused_error("  - {name: a, groups: [[conv1_1, pool1]]}\n"),
             "case.yaml:4: rows[0].groups[0][1]: a group is of layers in a row"));
  CHECK(says(fused_error("  - {name: a, groups: [[conv1_3]]}\n"), "did you mean"));
  CHECK(says(fused_error("  - {name: a, groups: [[]]}\n"), "expected at least one layer"));
}

}  // namespace tilewise
