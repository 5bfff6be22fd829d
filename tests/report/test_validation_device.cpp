#include "report/validation_device.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "report/validation_case.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;

// 4 -> 32 channels, 16 pixels, 1x1: 145.6 cycles, 364 ns, 704 B, 2048 MACs, which
// tests/sim/test_pixel_engine.cpp counts. A row of two such layers is twice that.
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
constexpr const char* kPublished = "layer,ns,cycles,bytes,macs,pJ\npair,728,290,1408,4096,\n";

class CaseFolder {
 public:
  explicit CaseFolder(const std::string& yaml) {
    fs::create_directories(path);
    write_file(path / "case.yaml", yaml);
    write_file(path / "published.csv", kPublished);
  }
  CaseFolder(const CaseFolder&) = delete;
  CaseFolder& operator=(const CaseFolder&) = delete;
  ~CaseFolder() { fs::remove_all(path); }
  ValidationResult run() const { return run_validation(load_validation_case(path), {}); }
  const fs::path path =
      fs::temp_directory_path() / ("tilewise_device_case_" + std::to_string(::getpid()));
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string error_of(const std::string& from, const std::string& to) {
  std::string yaml = kCase;
  const std::size_t at = yaml.find(from);
  REQUIRE(at != std::string::npos);
  try {
    CaseFolder(yaml.replace(at, from.size(), to)).run();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_SUITE("device case") {
  TEST_CASE("a row is the sum of its layers, and what is outside fails") {
    const ValidationResult result = CaseFolder(kCase).run();
    const ValidationTable& table = result.tables.front();
    CHECK(*table.columns[0].cells[0].ours == doctest::Approx(728.0));
    CHECK(*table.columns[1].cells[0].ours == doctest::Approx(291.2));
    CHECK(*table.columns[2].cells[0].ours == 1408.0);
    CHECK(*table.columns[3].cells[0].ours == 4096.0);
    CHECK(tally(result).checked == 4);
    CHECK(tally(result).outside == 1);  // 291.2 cycles against 290, exact
    CHECK(table.notes == std::vector<std::string>{"pair: twice the same", "by hand"});
  }

  TEST_CASE("an architecture takes the mapping that is best for the objective") {
    std::string yaml = kCase;
    yaml.replace(yaml.find("pixel_m32p32"), 12, "two_level\nobjective: latency");
    const ValidationResult result = CaseFolder(yaml).run();
    CHECK(*result.tables.front().columns[1].cells[0].ours >= 4096.0);  // one MAC a cycle
  }

  TEST_CASE("a wrong case is refused with file, line, key and cure") {
    CHECK(has(error_of("pixel_m32p32", "nowhere"), "case.yaml:4: device: nowhere"));
    CHECK(has(error_of("measure: macs", "measure: active_units"), "measure: expected one of"));
    CHECK(has(error_of("*one", "conv1"), "rows[0].layers[1]: conv1"));
    CHECK(has(error_of("unit: pJ", "unit: MB"), "quantities[4].unit: expected"));
  }

  TEST_CASE("VGG16 on Qiu's convolvers: each group within the tolerance") {
    const ValidationResult result =
        run_validation(load_validation_case(find_validation_case("qiu_vgg16")), {});
    CHECK(tally(result).checked == 5);
    CHECK(tally(result).outside == 0);
  }
}

}  // namespace tilewise
