#include "validation/evidence_of_cases.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <random>

#include "base/error.hpp"
#include "base/file.hpp"

namespace tilewise {
namespace {

ComparedPoint point(const std::string& design, const std::string& network, double error) {
  return {"f",         design, network,        LayerKind::Window, ComparedQuantity::Latency,
          Basis::None, 1.0,    std::exp(error)};
}

const DesignEvidence& entry(const std::vector<DesignEvidence>& all, const std::string& design) {
  for (const DesignEvidence& each : all) {
    if (each.design == design) return each;
  }
  throw std::logic_error("no such design");
}

/// All shipped cases; the progress of none is shown.
std::vector<ValidationResult> shipped_results() {
  std::vector<ValidationResult> results;
  for (const std::string& name : validation_case_names()) {
    const ValidationCase each = load_validation_case(find_validation_case(name));
    if (each.evidence || each.kind == "measured_layers")
      results.push_back(run_validation(each, {}));
  }
  return results;
}

bool has_reference() {
  std::error_code ignored;
  return std::filesystem::exists(reference_folder() / "fpga", ignored);
}

TEST_SUITE("evidence of cases") {
  TEST_CASE("a network that is left out is judged by the others alone") {
    // One network errs by 1 to 20 %, the other by 21 to 40 %: the first lies in the bounds of the
    // second wholly, the second not at all.
    ValidationResult result;
    result.name = "made_up";
    for (int i = 1; i <= 20; ++i) {
      result.points.push_back(point("d", "small", 0.01 * i));
      result.points.push_back(point("d", "large", -0.01 * (20 + i)));
    }
    const auto all = evidence_of_cases({result});
    REQUIRE(all.size() == 1);
    const Evidence& latency = *all.front().latency;
    CHECK(latency.cases == std::vector<std::string>{"made_up"});
    CHECK(latency.layers.points == 40);
    CHECK(*latency.layers.half_width == doctest::Approx(0.37));  // rank ceil(0.9 * 41)
    REQUIRE(latency.left_out.size() == 1);
    CHECK(latency.left_out.front().what == "network");
    CHECK(latency.left_out.front().points == 40);
    CHECK(latency.left_out.front().covered == 20);
    CHECK_FALSE(latency.networks.has_value());
  }

  TEST_CASE("several designs speak for their family") {
    ValidationResult result;
    result.name = "made_up";
    for (int i = 1; i <= 20; ++i) {
      result.points.push_back(point("a", "net" + std::to_string(i), 0.01 * i));
      result.points.push_back(point("b", "net" + std::to_string(i), 0.02 * i));
    }
    REQUIRE(evidence_of_cases({result}).size() == 2);
    for (int i = 1; i <= 20; ++i) {
      result.points.push_back(point("c", "net" + std::to_string(i), 0.015 * i));
    }
    const auto all = evidence_of_cases({result});
    REQUIRE(all.size() == 4);
    const DesignEvidence& family = entry(all, "");
    CHECK(family.designs == std::vector<std::string>{"a", "b", "c"});
    // Of the designs the one that errs most, so that one more of the family lies within: b's rank
    // ceil(0.9 * 21) = 19 of 0.02, 0.04, ...
    CHECK(*family.latency->layers.half_width == doctest::Approx(0.38));
    CHECK(family.latency->networks->points == 60);
    // Without a: all of it lies within b's. Without b: 0.02 i <= 0.285, 14 of 20. Without c: all.
    REQUIRE(family.latency->left_out.size() == 1);
    CHECK(family.latency->left_out.front().what == "design");
    CHECK(family.latency->left_out.front().covered == 20 + 14 + 20);
  }

  TEST_CASE("a basis is the weakest of its points") {
    ValidationResult result;
    result.points = {point("d", "n", 0.1), point("d", "n", 0.1), point("d", "n", 0.1)};
    result.points[1].basis = Basis::Calibrated;
    CHECK(evidence_of_cases({result}).front().latency->basis == Basis::Calibrated);
  }

  TEST_CASE("the shipped evidence is that of the shipped cases") {
    if (!has_reference()) return;  // its largest table is for tests only
    const std::string computed = evidence_yaml(evidence_of_cases(shipped_results()));
    CHECK_MESSAGE(
        computed == evidence_yaml(shipped_evidence()),
        "the model has moved: tilewise validate --evidence configs/evidence/evidence.yaml");
  }

  TEST_CASE("intervals of nine in ten cover 85 to 95 % of what they were not made of") {
    for (const DesignEvidence& each : shipped_evidence()) {
      if (!each.latency) continue;
      for (const LeftOut& out : each.latency->left_out) {
        CAPTURE(each.family);
        CAPTURE(each.design);
        CAPTURE(out.what);
        const double covered = static_cast<double>(out.covered) / static_cast<double>(out.points);
        CHECK(covered >= 0.85);
        CHECK(covered <= 0.95);
      }
    }
  }
}

}  // namespace
}  // namespace tilewise
