#include "validation/validation_case.hpp"

#include <doctest/doctest.h>

#include <string>

#include "arch/architecture_yaml.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "mapper/brute_force.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "validation/validation_report.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {
namespace {

// pointwise_72 on two_level in 12 tiles of 6 MACs, one MAC a cycle at 100 MHz; README.md counts it:
// words: off-chip 24 + 12 + 36 + 18 = 90 of 2 B; buffer, without filters: 72 Input reads, 72 Output
// updates, 54 partial reads, 36 drains = 234 of 2 B.
// cycles: 72 of work + 90 on the port = 162 = 1.62 us; without the port 0.72 us.
// energy: 9000 pJ off chip (reads 24 + 12 + 18 = 54, 5400 pJ), 360 in the buffer, 72 of MACs.
constexpr const char* kCase = R"(title: twelve tiles
source: counted by hand
kind: layers
architecture: two_level
layers:
  - name: A
    layer: pointwise_72
    mapping:
      levels:
        - {name: DRAM, temporal: [C 2, P 2, Q 3]}
        - {name: Buffer, temporal: [M 3, C 2]}
    note: by hand
quantities:
  - {name: units, measure: active_units, tolerance: exact}
  - {name: buffer, measure: buffer_traffic, level: Buffer, unit: B, tolerance: exact}
  - {name: dram, measure: off_chip, unit: B, tolerance: exact}
  - {name: time, measure: latency, unit: us, tolerance: exact}
  - {name: inside, measure: on_chip_latency, unit: ns, tolerance: exact}
  - {name: chip, measure: chip_energy, unit: nJ, tolerance: exact}
  - {name: reads, measure: energy, places: [DRAM], causes: [read], unit: 1e2 pJ, tolerance: exact}
  - {name: all, measure: energy, unit: pJ, tolerance: exact}
  - {name: macs, measure: macs, tolerance: exact}
  - {name: cycles, measure: cycles, tolerance: 1 %}
)";
constexpr const char* kPublished =
    "layer,units,buffer,dram,time,inside,chip,reads,all,macs,cycles\n"
    "A,1,468,180,1.62,720,0.432,54,9432,72,160\n";

/// A case in a folder of its own that vanishes with the test.
struct CaseFolder {
  ScratchFolder folder{"case"};
  CaseFolder(const std::string& yaml, const std::string& csv) {
    write_file(folder.path / "case.yaml", yaml);
    write_file(folder.path / "published.csv", csv);
  }
  ValidationResult run() const { return run_validation(load_validation_case(folder.path), {}); }
};

/// The error of the case with `from` replaced by `to`.
std::string case_error(const std::string& from, const std::string& to) {
  const CaseFolder folder(replaced(kCase, from, to), kPublished);
  return refusal([&] { folder.run(); });
}

}  // namespace

TEST_SUITE("validation case") {
  TEST_CASE("every measure of a layer is what a hand counts, and what is not fails") {
    const ValidationResult result = CaseFolder(kCase, kPublished).run();
    // All ten but the cycles: 162 against 160 is 1.25 %, outside 1 %.
    CHECK(tally(result).checked == 10);
    CHECK(tally(result).outside == 1);
    const std::string text = validation_text(result);
    CHECK(says(text, "twelve tiles\nsource: counted by hand\n"));
    CHECK(says(text, "162        160       1.25  1 %        <- outside 1 %\n"));
    CHECK(says(text, "A: by hand\n"));
    CHECK(says(validation_summary({result}), "       10        1  OUTSIDE\n"));
  }

  TEST_CASE("the same as JSON") {
    const std::string json = validation_report({CaseFolder(kCase, kPublished).run()}).json();
    CHECK(says(json, "\"within\": false,\n  \"cases\""));
    CHECK(says(json, "\"ours\": 162.0,"));
    CHECK(says(json, "\"outside\": 1,"));
  }

  TEST_CASE("a free mapper finds a mapping neither slower nor costlier") {
    const CaseFolder folder(std::string(kCase) + "free: true\nfactors: all\n", kPublished);
    const ValidationResult result = folder.run();
    REQUIRE(result.tables.size() == 2);
    const ValidationTable& free = result.tables[1];
    CHECK(tally(free).checked == 2);
    CHECK(tally(free).outside == 0);
    CHECK(*free.columns[0].cells[0].published == doctest::Approx(1.62e-3));  // ms
    CHECK(*free.columns[1].cells[0].published == doctest::Approx(9432e-6));  // uJ
    CHECK(*free.columns[0].cells[0].ours < 1.62e-3);
    CHECK(*free.columns[1].cells[0].ours < 9432e-6);
  }

  TEST_CASE("a row may have the best mapping instead of a published one") {
    const testing::Enumerated known = testing::enumerate(find_architecture("two_level"),
                                                         find_layer("pointwise_72"), Factors::All);
    const std::string levels =
        "mapping:\n      levels:\n        - {name: DRAM, temporal: [C 2, P 2, Q 3]}\n"
        "        - {name: Buffer, temporal: [M 3, C 2]}\n";
    const CaseFolder folder(replaced(kCase, levels, "mapping: free\n    objective: latency\n"),
                            kPublished);
    const ValidationTable table = folder.run().tables.front();
    CHECK(*table.columns.back().cells[0].ours == known.least[Objective::Latency]);
    CHECK(known.least[Objective::Latency] < 162.0);  // what the twelve tiles need
  }

  TEST_CASE("a wrong case is refused with file, line, key and cure") {
    CHECK(says(case_error("title", "titel"), "case.yaml:1: title: missing"));
    CHECK(says(case_error("kind: layers", "kind: network"), "case.yaml:3: kind: expected one of"));
    CHECK(says(case_error("two_level", "three_level"), "case.yaml:4: architecture: three_level"));
    CHECK(says(case_error("note", "remark"), "case.yaml:12: layers[0].remark: unknown key"));
    CHECK(
        says(case_error("P 2, ", ""), "case.yaml:9: layers[0].mapping: mapping: the loops over P"));
    CHECK(says(case_error("[M 3, C 2]", "[M 3, C 40]"), "mapping does not fit two_level: Buffer"));
    CHECK(says(case_error("active_units", "pes"), "case.yaml:14: quantities[0].measure: expected"));
    CHECK(says(case_error("level: Buffer", "level: GLB"), "quantities[1].level: expected one of"));
    CHECK(says(case_error("level: Buffer, ", ""), "quantities[1]: level: missing"));
    CHECK(says(case_error("unit: us", "unit: MB"), "quantities[3].unit: expected ns, us, ms, s"));
    CHECK(says(case_error("places: [DRAM]", "places: [GLB]"), "quantities[6].places[0]: expected"));
    CHECK(
        says(case_error("causes: [read]", "causes: [heat]"), "quantities[6].causes[0]: expected"));
    CHECK(says(case_error("tolerance: 1 %", "tolerance: one"),
               "expected exact, a share such as 5 %"));
    CHECK(says(case_error("tolerance: exact", "total_tolerance: 1 %"), "do not add up"));
    CHECK(says(case_error("name: units", "name: buffer"), "the name buffer is there twice"));
    CHECK(says(case_error("name: A", "name: B"), "published.csv:2: expected the row B"));
    CHECK(says(case_error("name: units", "name: pes"), "published.csv:1: no column pes"));
    CHECK(
        says(case_error("kind: layers", "free: perhaps\nkind: layers"), "free: expected true or"));
  }

  TEST_CASE("a case of no such name lists those there are") {
    CHECK_THROWS_WITH_AS(
        find_validation_case("nowhere"),
        doctest::Contains(
            "nowhere: no validation case of that name, and no folder with a case.yaml; there are: "
            "eyeriss_alexnet, "),
        InputError);
  }

  TEST_CASE("every shipped case can be read") {
    for (const std::string& name : validation_case_names()) {
      CAPTURE(name);
      CHECK(load_validation_case(find_validation_case(name)).name == name);
    }
  }
}

}  // namespace tilewise
