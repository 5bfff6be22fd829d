#include "validation/validation_nvdla.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/file.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "validation/validation_case.hpp"

namespace tilewise {
namespace {

// One atom of 8 channels and one kernel: 170 cycles, which tests/sim/engine/test_nvdla_layer.cpp
// counts; a word in, one out, 8 weights in 128 B.
constexpr const char* kCase = R"(title: one atom
source: counted by hand
kind: nvdla_layers
device: nv_small
rows:
  - name: atom
    layer: {op: convolution, input: {channels: 8, height: 1, width: 1}, output_channels: 1, kernel: 1}
    data_banks: 7
    weight_banks: 8
    note: alone
quantities:
  - {name: cycles, measure: cycles, tolerance: 1 %}
  - {name: exactly, measure: cycles, tolerance: exact}
  - {name: input, measure: input, tolerance: exact}
  - {name: weights, measure: weights, tolerance: exact}
  - {name: output, measure: output, tolerance: exact}
note: by hand
)";
constexpr const char* kPublished =
    "layer,cycles,exactly,input,weights,output\natom,169,169,8,128,8\n";

struct NvdlaFolder {
  ScratchFolder folder{"nvdla_case"};
  explicit NvdlaFolder(const std::string& yaml) {
    write_file(folder.path / "case.yaml", yaml);
    write_file(folder.path / "published.csv", kPublished);
  }
  ValidationResult run() const { return run_validation(load_validation_case(folder.path), {}); }
};

std::string nvdla_error(const std::string& from, const std::string& to) {
  const NvdlaFolder folder(replaced(kCase, from, to));
  return refusal([&] { folder.run(); });
}

}  // namespace

TEST_SUITE("nvdla case") {
  TEST_CASE("cycles and the bytes of each tensor, with the banks of the row") {
    const ValidationResult result = NvdlaFolder(kCase).run();
    const ValidationTable& table = result.tables.front();
    CHECK(*table.columns[0].cells[0].ours == 170.0);
    CHECK(*table.columns[2].cells[0].ours == 8.0);
    CHECK(*table.columns[3].cells[0].ours == 128.0);
    CHECK(*table.columns[4].cells[0].ours == 8.0);
    CHECK(tally(result).checked == 5);
    CHECK(tally(result).outside == 1);  // 170 against 169, exact
    CHECK(table.notes == std::vector<std::string>{"atom: alone", "by hand"});
  }

  TEST_CASE("a wrong case is refused with place and cure") {
    CHECK(says(nvdla_error("nv_small", "nvdla_small"),
               "case.yaml:4: device: expected an engine of family nvdla, such as nv_small"));
    CHECK(says(nvdla_error("nv_small", "nowhere"), "case.yaml:4: device: nowhere"));
    CHECK(says(nvdla_error("data_banks: 7", "data_banks: 25"), "banks: 25 for data and 8 for"));
    CHECK(says(nvdla_error("    data_banks: 7\n", ""), "data_banks: missing"));
    CHECK(says(nvdla_error("measure: input", "measure: bytes"),
               "expected one of cycles, input, weights, output"));
    CHECK(says(nvdla_error("name: atom", "name: other"), "atom"));
  }
}

}  // namespace tilewise
