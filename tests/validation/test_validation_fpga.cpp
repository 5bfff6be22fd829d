#include "validation/validation_fpga.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {
namespace {

ValidationRun read_case(const std::string& yaml) {
  YamlMap map = YamlNode::load_text(yaml, "case.yaml").map();
  return read_fpga_resources_case(map, "/nowhere");
}

std::string fpga_error(const std::string& yaml) {
  return refusal([&] { read_case(yaml); });
}

}  // namespace

TEST_CASE("resources of the published builds are within their tolerances") {
  const ValidationCase shipped = load_validation_case(validation_folder() / "fpga_resources");
  const ValidationResult result = run_validation(shipped, {});
  REQUIRE(result.tables.size() == 1);
  const ValidationTable& table = result.tables[0];
  CHECK(tally(result).checked == 11);  // 4 resources of 2 builds, 3 powers
  CHECK(tally(result).outside == 0);
  CHECK(table.columns[0].cells[0].ours == 2240.0);  // 5 * 64 * 7
  // Zhang: 2 * 448 weight banks of 121 words, 2 * 64 output and 2 * 7 input banks of 512 words
  CHECK(table.columns[1].cells[0].ours == 896.0 + 128.0 + 14.0);
  // Qiu: 64 input banks, 128 weight banks of 512 x 144 bit (4 blocks), 2 * 196 of sums
  CHECK(table.columns[1].cells[1].ours == 64.0 + 512.0 + 392.0);
  CHECK_FALSE(table.columns[0].cells[2].ours);  // ZynqNet's resources are given
}

TEST_CASE("a wrong key of a resources case is named with its place") {
  CHECK(fpga_error("builds: []\nquantities: []\n") ==
        "case.yaml:1: builds: expected at least one build");
  CHECK(fpga_error("builds:\n  - {name: a, given: {board: nowhere, clock: 1 MHz}}\n")
            .starts_with("case.yaml:2: builds[0].given.board: "));
  const std::string build = "builds:\n  - {name: a, given: {board: zc706, clock: 1 MHz, DSP: 1}}\n";
  CHECK(fpga_error(build + "quantities:\n  - {name: x, measure: area}\n")
            .starts_with("case.yaml:4: quantities[0].measure: expected one of power, DSP"));
  CHECK(fpga_error(build + "  - {name: a, given: {board: zc706, clock: 1 MHz}}\n")
            .ends_with("the name a is there twice; change one"));
  CHECK(fpga_error("builds:\n  - {name: a, engine: {board: zc706, Tm: 2, Tx: 3}}\n")
            .find("engine.Tx: unknown key") != std::string::npos);
}

}  // namespace tilewise
