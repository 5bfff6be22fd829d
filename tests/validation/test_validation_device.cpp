#include "validation/validation_device.hpp"

#include <doctest/doctest.h>

#include <string>

#include "arch/architecture_yaml.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "mapper/brute_force.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {
namespace {

// 4 -> 32 channels, 16 pixels, 1x1: 145.6 cycles, 364 ns, 704 B, 2048 MACs, which
// tests/sim/engine/test_pixel_engine.cpp counts; 450 ns, 180 cycles, pass before. A row of two such
// layers is twice that.
constexpr const char* kCase = R"(title: two layers
source: counted by hand
kind: device
device: pixel_m32p32
rows:
  - name: pair
    layers:
      - &one {op: convolution, input: {channels: 4, height: 4, width: 4}, output_channels: 32, kernel: 1}
      - *one
    note: twice the same
quantities:
  - {name: ns, measure: latency, unit: ns, tolerance: 1 %}
  - {name: cycles, measure: cycles, tolerance: exact}
  - {name: bytes, measure: off_chip, unit: B, tolerance: exact}
  - {name: macs, measure: macs, tolerance: exact}
  - {name: pJ, measure: energy, unit: pJ}
note: by hand
)";
constexpr const char* kPublished = "layer,ns,cycles,bytes,macs,pJ\npair,1628,650,1408,4096,\n";

struct CaseFolder {
  ScratchFolder folder{"device_case"};
  explicit CaseFolder(const std::string& yaml) {
    write_file(folder.path / "case.yaml", yaml);
    write_file(folder.path / "published.csv", kPublished);
  }
  ValidationResult run() const { return run_validation(load_validation_case(folder.path), {}); }
};

std::string device_error(const std::string& from, const std::string& to) {
  const CaseFolder folder(replaced(kCase, from, to));
  return refusal([&] { folder.run(); });
}

}  // namespace

TEST_SUITE("device case") {
  TEST_CASE("a row is the sum of its layers, and what is outside fails") {
    const ValidationResult result = CaseFolder(kCase).run();
    const ValidationTable& table = result.tables.front();
    CHECK(*table.columns[0].cells[0].ours == doctest::Approx(1628.0));
    CHECK(*table.columns[1].cells[0].ours == doctest::Approx(651.2));
    CHECK(*table.columns[2].cells[0].ours == 1408.0);
    CHECK(*table.columns[3].cells[0].ours == 4096.0);
    CHECK(tally(result).checked == 4);
    CHECK(tally(result).outside == 1);  // 651.2 cycles against 650, exact
    CHECK(table.notes == std::vector<std::string>{"pair: twice the same", "by hand"});
  }

  TEST_CASE("an architecture takes the mapping that is best for the objective") {
    // 4 -> 4 channels, 2 pixels, 1x1: few enough mappings to evaluate each.
    Layer layer;
    layer.bounds[Dim::M] = layer.bounds[Dim::C] = 4;
    layer.bounds[Dim::Q] = 2;
    layer.image = {1, 2};
    const testing::Enumerated known =
        testing::enumerate(find_architecture("two_level"), layer, Factors::All);
    REQUIRE(known.fitting > 1000);
    const std::string small = replaced(kCase, "height: 4, width: 4}, output_channels: 32",
                                       "height: 1, width: 2}, output_channels: 4");
    for (const Objective objective : {Objective::Latency, Objective::Energy}) {
      CAPTURE(name(objective));
      const std::string device = "two_level\nobjective: " + std::string(name(objective));
      const ValidationTable table =
          CaseFolder(replaced(small, "pixel_m32p32", device)).run().tables.front();
      // Two such layers in a row. Most mappings are slower and costlier, so that none passes by
      // luck.
      const double cycles = *table.columns[1].cells[0].ours;
      const double energy = *table.columns[4].cells[0].ours;
      CHECK(*table.columns[3].cells[0].ours == 2 * 4 * 4 * 2);
      CHECK((objective == Objective::Latency ? cycles : energy) ==
            doctest::Approx(2.0 * known.least[objective]).epsilon(1e-12));
    }
  }

  TEST_CASE("a wrong case is refused with file, line, key and cure") {
    CHECK(says(device_error("pixel_m32p32", "nowhere"), "case.yaml:4: device: nowhere"));
    CHECK(says(device_error("measure: macs", "measure: active_units"), "measure: expected one of"));
    CHECK(says(device_error("*one", "conv1"), "rows[0].layers[1]: conv1"));
    CHECK(says(device_error("unit: pJ", "unit: MB"), "quantities[4].unit: expected"));
  }

  TEST_CASE("VGG16 on Qiu's convolvers: each group within the tolerance") {
    const ValidationResult result =
        run_validation(load_validation_case(find_validation_case("qiu_vgg16")), {});
    CHECK(tally(result).checked == 5);
    CHECK(tally(result).outside == 0);
  }
}

}  // namespace tilewise
