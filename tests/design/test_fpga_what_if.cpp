#include "design/fpga_what_if.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "arch/family/fpga_engine_yaml.hpp"
#include "base/error.hpp"
#include "refusal.hpp"
#include "report/what_if_report.hpp"
#include "workload/layer_yaml.hpp"

namespace tilewise {
namespace {

/// A pointwise layer of 32 inputs, 64 outputs and 8 x 8 pixels.
Layer pointwise() {
  Layer layer;
  layer.name = "pointwise";
  layer.bounds = {{1, 1, 64, 32, 8, 8, 1, 1}};
  layer.image = {8, 8};
  return layer;
}

HlsEngine shipped() {
  HlsEngine design;
  design.engine = find_fpga_engine("zc706_32x16");
  // All that moves is out of the way: the nest alone bounds.
  design.engine.board.off_chip_bandwidth = GigabytesPerSecond{1e9};
  return design;
}

FpgaEstimate estimate_of(const HlsEngine& design, const Layer& layer = pointwise()) {
  SearchOptions options;
  options.mapping.run.threads = 1;
  return estimate(design, layer, load_energy_tables(), options);
}

double cycles(const HlsEngine& design, const Layer& layer = pointwise()) {
  return estimate_of(design, layer).latency.value().count();
}

std::string change_error(const std::string& change) {
  return refusal([&] { changed(shipped(), change); });
}

}  // namespace

TEST_CASE("a pass takes its trips and the rest of the body's depth once") {
  // 64 / 32 * 32 / 16 * 64 = 256 trips of one pass; depth 1 * (2 + log2(16)) = 6; the words of the
  // cold fill cost nothing.
  CHECK(body_depth(shipped()) == 6);
  CHECK(cycles(shipped()) == doctest::Approx(256.0 + 5.0).epsilon(1e-3));
}

TEST_CASE("without a pipeline each iteration takes the depth and one cycle") {
  const HlsEngine off = changed(shipped(), "pipeline=off");
  // 256 * 7 + 1, and the loops around the innermost one of 8 columns: 32 * (1 + 2) - 1 more
  CHECK(cycles(off) == doctest::Approx(256.0 * 7 + 32.0 * 3).epsilon(1e-3));
}

TEST_CASE("a nest that is not flattened pays the depth at each entry") {
  const HlsEngine off = changed(shipped(), "flatten=off");
  const FpgaEstimate at = estimate_of(off);
  CHECK(at.nest.entries * at.nest.trips == 256);
  const double entry = static_cast<double>(at.nest.trips - 1 + 6 + 2);
  CHECK(at.latency.value().count() ==
        doctest::Approx(static_cast<double>(at.nest.entries) * entry).epsilon(1e-3));
}

TEST_CASE("an unroll halves the trips where the banks follow, and not where they stay") {
  // H4
  const HlsEngine both = changed(shipped(), "Tm=x2");
  CHECK(both.engine.tm == 64);
  CHECK(cycles(both) == doctest::Approx(128.0 + 5.0).epsilon(1e-3));
  const FpgaEstimate stay = estimate_of(changed(shipped(), "banks=fixed,Tm=x2"));
  CHECK(stay.interval.cycles == 2);
  CHECK(stay.interval.why == "Output: 128 accesses / (2 x 32 banks)");
  CHECK(stay.latency.value().count() == doctest::Approx(256.0 + 4.0).epsilon(1e-3));
  CHECK(stay.lacks.size() == 1);  // 1024 DSP of 900
}

TEST_CASE("one output at a time makes an fp32 sum wait for itself") {
  Layer layer = pointwise();
  layer.bounds = {{1, 1, 32, 256, 1, 1, 1, 1}};
  layer.image = {1, 1};
  HlsEngine design = changed(shipped(), "precision=fp32");
  const FpgaEstimate at = estimate_of(design, layer);
  CHECK(at.interval.cycles == 8);
  CHECK(at.interval.bound == IntervalBound::Recurrence);
  design.add_latency = 11;
  CHECK(estimate_of(design, layer).interval.cycles == 11);
  CHECK(estimate_of(shipped(), layer).interval.cycles == 1);
}

TEST_CASE("a narrower word keeps the words of an array") {
  const HlsEngine narrow = changed(shipped(), "precision=8/4/32");
  const FpgaEngineParameters& p = narrow.engine;
  CHECK(p.precision.width[Tensor::Weight] == Bits{4});
  CHECK(p.buffer[Tensor::Input] == kibibytes(128));
  CHECK(p.buffer[Tensor::Output] == kibibytes(512));
  CHECK(changed(shipped(), "precision=8").engine.precision == fixed_point(Bits{8}));
  CHECK(changed(shipped(), "precision=8 bit").engine.precision == fixed_point(Bits{8}));
}

TEST_CASE("without dataflow no buffer has two copies and nothing gets faster") {
  // H6, H7
  const HlsEngine off = changed(shipped(), "dataflow=off");
  const FpgaEstimate before = estimate_of(shipped());
  const FpgaEstimate after = estimate_of(off);
  CHECK(after.use.total.bram18 == 128 + 128 + 199);
  CHECK(after.latency.value() >= before.latency.value());
}

TEST_CASE("every default change applies and tells why") {
  const HlsEngine design = shipped();
  const auto changes = default_changes(design);
  SearchOptions options;
  options.mapping.run.threads = 1;
  const WhatIf answer = what_if(design, pointwise(), changes, options);
  REQUIRE(answer.rows.size() == changes.size());
  for (const WhatIfRow& row : answer.rows) {
    CAPTURE(row.change);
    CHECK_FALSE(row.why.empty());
  }
  for (const char* pragma :
       {"pipeline=off", "Tm=x2", "Tm=/2", "banks.weight=x2", "flatten=off", "dataflow=off",
        "double_buffer.output=off", "precision=fp32", "precision=8", "clock=x1.5"}) {
    CAPTURE(pragma);
    CHECK(std::count(changes.begin(), changes.end(), pragma) == 1);
  }
  const std::string text = what_if_report(answer).table();
  CHECK(text.find("512 -> 1024") != std::string::npos);
  CHECK(text.find("does not fit: needs 1024 DSP, has 900 (124 too few)") != std::string::npos);
  const std::string json = what_if_report(answer).json();
  CHECK(json.find("\"initiation_interval_by\"") != std::string::npos);
}

TEST_CASE("a change that cannot be read is refused with its cure") {
  CHECK(change_error("Tm") == "--change Tm: expected KEY=VALUE");
  CHECK(change_error("Tm=0") ==
        "--change Tm=0: expected a whole number above zero, or x2 or /2 of the present one");
  CHECK(change_error("pipeline=no") == "--change pipeline=no: expected on or off");
  CHECK(change_error("precision=wide").starts_with("--change precision=wide: expected fp32"));
  CHECK(change_error("precision=8/8").starts_with("--change precision=8/8: expected fp32"));
  CHECK(change_error("banks=free") == "--change banks=free: expected fixed");
  CHECK(change_error("speed=2").starts_with("--change speed=2: unknown key; known are pipeline"));
  CHECK(change_error("clock=200").find("--change clock=200") != std::string::npos);
  CHECK(change_error("port=hbm").find("there are ps") != std::string::npos);
}

}  // namespace tilewise
