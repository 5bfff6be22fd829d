#include "validation/validation_measured.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"
#include "validation/measured_layers.hpp"
#include "validation/validation_case.hpp"
#include "validation/validation_report.hpp"

namespace tilewise {
namespace {

constexpr const char* kCase = R"(title: one design
source: counted by hand
kind: measured_layers
data: times.csv
types: [Conv, Fc]
designs: {m32p32: pixel_m32p32}
limits: {median: 2 %, mean: 6 %, ninth_decile: 10 %}
note: by hand
)";
// 364 ns and 256 ns are what tests/sim/engine/test_pixel_engine.cpp counts, behind 450 ns: errors
// 0, -20 % and 0.
constexpr const char* kTimes =
    "model,design,M,P,layer,type,OC,IC,IH,IW,KH,KW,SH,SW,padL,padR,padU,padD,OH,OW,latency_ns\n"
    "net,m32p32,32,32,a,Conv,32,4,4,4,1,1,1,1,0,0,0,0,4,4,814.0\n"
    "net,m32p32,32,32,b,Conv,32,4,4,4,1,1,1,1,0,0,0,0,4,4,1017.5\n"
    "net,m32p32,32,32,c,Add,0,0,4,4,0,0,0,0,0,0,0,0,4,4,1.0\n"
    "net,other,32,32,d,Conv,32,4,4,4,1,1,1,1,0,0,0,0,4,4,1.0\n"
    "net,m32p32,32,32,e,Fc,64,64,1,1,0,0,0,0,0,0,0,0,1,1,706.0\n";

constexpr const char* kEngine = R"(family: fpga_pixel_engine
name: mine
parameters:
  M: 64
  P: 64
  clock: 400 MHz
  bandwidth: 16 GB/s
  weight_memory: 2 MiB
  dram: ddr4
  technology: {node: 16 nm, voltage: 0.85 V}
)";

/// A case and the reference folder of its table; both vanish with the test, and the environment is
/// as before.
class MeasuredFolder {
 public:
  explicit MeasuredFolder(const std::string& times, const std::string& text = kCase) {
    if (const char* set = std::getenv(kVariable)) before_ = set;
    ::setenv(kVariable, folder_.path.c_str(), 1);
    write_file(folder_.path / "case.yaml", text);
    if (!times.empty()) write_file(folder_.path / "times.csv", times);
  }
  MeasuredFolder(const MeasuredFolder&) = delete;
  MeasuredFolder& operator=(const MeasuredFolder&) = delete;
  ~MeasuredFolder() {
    if (before_.empty()) {
      ::unsetenv(kVariable);
    } else {
      ::setenv(kVariable, before_.c_str(), 1);
    }
  }

  void add(const std::string& name, const std::string& text) const {
    write_file(folder_.path / name, text);
  }
  ValidationResult run() const { return run_validation(load_validation_case(folder_.path), {}); }

 private:
  static constexpr const char* kVariable = "TILEWISE_REFERENCE_DIR";
  const ScratchFolder folder_{"measured"};
  std::string before_;
};

std::string error_with(const std::string& times) {
  return refusal([&] { MeasuredFolder(times).run(); });
}

}  // namespace

TEST_SUITE("measured layers") {
  TEST_CASE("median, mean and ninth decile of the errors are held against the limits") {
    const ValidationResult result = MeasuredFolder(kTimes).run();
    REQUIRE(result.tables.size() == 2);
    const ValidationTable& errors = result.tables[0];
    REQUIRE(errors.rows == std::vector<std::string>{"m32p32"});
    CHECK(*errors.columns[0].cells[0].ours == doctest::Approx(0.0));         // median of 0, 0, 20
    CHECK(*errors.columns[1].cells[0].ours == doctest::Approx(20.0 / 3.0));  // above 6
    CHECK(*errors.columns[2].cells[0].ours == doctest::Approx(20.0));        // above 10
    CHECK(tally(result).checked == 3);
    CHECK(tally(result).outside == 2);
    CHECK(says(errors.notes[0], "m32p32, 3 rows: 2 within 0.1 %"));
    CHECK(errors.notes[1] == "by hand");
    // 814 + 814 + 706 ns beside 814 + 1017.5 + 706.
    CHECK(*result.tables[1].columns[0].cells[0].ours == doctest::Approx(2334e-6));
    CHECK(*result.tables[1].columns[0].cells[0].published == doctest::Approx(2537.5e-6));
  }

  TEST_CASE("without the table the case is skipped and says so, it neither fails nor passes") {
    const ValidationResult result = MeasuredFolder("").run();
    CHECK(tally(result).checked == 0);
    CHECK(says(skipped(result), "reference data not found: times.csv"));
    CHECK(says(validation_text(result), "\nskipped: reference data not found"));
    CHECK(says(validation_summary({result}), "skipped: reference data not found"));
    CHECK_FALSE(says(validation_summary({result}), "within"));
    CHECK(says(validation_report({result}).json(), "\"skipped\": \"reference data not found"));
  }

  TEST_CASE("a table of another design may be beside it, and may be missing") {
    const std::string two = replaced(replaced(kCase, "times.csv", "[times.csv, more.csv]"),
                                     "}\nlimits", ", other: mine.yaml}\nlimits");
    const MeasuredFolder alone(replaced(kTimes, "net,other", "net,third"), two);
    alone.add("mine.yaml", kEngine);
    const ValidationResult one = alone.run();
    CHECK(one.tables[0].rows == std::vector<std::string>{"m32p32"});
    CHECK(says(one.tables[0].notes[1], "without its designs: reference data not found: more.csv"));
    // Weights of b, 1536 KiB, stream in 98304 ns: with those of a, which another design measured,
    // they are more than 2 MiB. Then two slots of 10 ns, 64 outputs and 64 hops a beat of 4 ns, 64
    // hops a cycle of 2.5.
    alone.add("more.csv", std::string(kTimes).substr(0, std::string(kTimes).find("net,")) +
                              "big,other,64,64,b,Conv,1536,1024,4,4,1,1,1,1,0,0,0,0,4,4,98996.0\n" +
                              "big,third,64,64,a,Conv,1024,1024,4,4,1,1,1,1,0,0,0,0,4,4,1.0\n");
    const ValidationResult both = alone.run();
    CHECK(both.tables[0].rows == std::vector<std::string>{"m32p32", "other", "all"});
    CHECK(*both.tables[0].columns[0].cells[1].ours == doctest::Approx(0.0));
  }

  TEST_CASE("a broken table is refused with its line") {
    const std::string times = kTimes;
    CHECK(says(error_with(times + "net,m32p32\n"), "times.csv:7: expected 21 cells"));
    CHECK(
        says(error_with("model,design,type\nnet,m32p32,Conv\n"), "times.csv:2: the header has no"));
    CHECK(says(error_with(times.substr(0, times.find("net,"))), "times.csv: no row of m32p32"));
    std::string word = times;
    word.replace(word.find("814.0"), 5, "slow!");
    CHECK(says(error_with(word), "times.csv:2: latency_ns: expected a number, found \"slow!\""));
  }

  TEST_CASE("int8 engines on a board: errors of each design and of all within the limits") {
    const ValidationResult result =
        run_validation(load_validation_case(find_validation_case("int8_engines")), {});
    if (!skipped(result).empty()) {
      std::cout << "skipped: " << skipped(result) << "\n";
      return;
    }
    CHECK(tally(result).checked == 12);
    CHECK(tally(result).outside == 0);
    for (const std::string& note : result.tables[0].notes) std::cout << note << "\n";
  }
}

}  // namespace tilewise
