#include "report/what_if_report.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "arch/family/fpga_engine_yaml.hpp"

namespace tilewise {
namespace {

using Json = nlohmann::json;

HlsEngine shipped() {
  HlsEngine design;
  design.engine = find_fpga_engine("zc706_32x16");
  return design;
}

/// What JSON says of a design after a change that nothing was estimated of.
Json design_json(const HlsEngine& design) {
  const WhatIf answer{design, {}, {}, {}};
  return Json::parse(what_if_report(answer).json()).at("design");
}

FpgaEngineParameters read_back(const HlsEngine& design) {
  Json parameters = design_json(design).at("parameters");
  parameters["board"] = "zc706";
  return read_fpga_engine(YamlNode::load_text(parameters.dump(), "parameters"));  // JSON is YAML
}

TEST_CASE("a what-if names the parameters of a design as an architecture file has them") {
  const std::vector<std::string> changes{
      "Tm=x2",
      "Tn=24,Tp=2,Tq=3,clock=x1.5",
      "precision=fp32",
      "precision=8/4/16,interval=3",
      "dsp_packing=2,banks.weight=/4",
      "banks=fixed",
      "double_buffer.input=off,double_buffer.output=off,buffer.weight=5 KiB"};
  for (const std::string& change : changes) {
    CAPTURE(change);
    HlsEngine design = changed(shipped(), change);
    design.engine.fill[Tensor::Weight] = 6;
    const FpgaEngineParameters& wanted = design.engine;
    const FpgaEngineParameters read = read_back(design);
    CHECK(
        std::vector{read.tm, read.tn, read.tp, read.tq, read.window, read.line_words} ==
        std::vector{wanted.tm, wanted.tn, wanted.tp, wanted.tq, wanted.window, wanted.line_words});
    CHECK(read.clock.count() == wanted.clock.count());
    CHECK(read.precision == wanted.precision);
    CHECK(read.dsp_packing == wanted.dsp_packing);
    CHECK(read.buffer.values == wanted.buffer.values);
    CHECK(read.double_buffered.values == wanted.double_buffered.values);
    CHECK(read.banks.values == wanted.banks.values);
    CHECK(read.fill.values == wanted.fill.values);
    CHECK(read.interval == wanted.interval);
    CHECK(read.pass_overhead == wanted.pass_overhead);
  }
}

TEST_CASE("pragmas without a key in an architecture file stand beside the parameters") {
  for (const std::string pragma : {"pipeline", "flatten", "dataflow"}) {
    CAPTURE(pragma);
    CHECK(design_json(shipped()).at(pragma) == true);
    CHECK(design_json(changed(shipped(), pragma + "=off")).at(pragma) == false);
  }
}

}  // namespace
}  // namespace tilewise
