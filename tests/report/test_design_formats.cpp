#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "arch/family/fpga_engine_yaml.hpp"
#include "base/file.hpp"
#include "report/design_report.hpp"
#include "report/exploration_files.hpp"
#include "report/exploration_summary.hpp"
#include "report/table_of_report.hpp"
#include "report/what_if_report.hpp"
#include "scratch_folder.hpp"
#include "study/result_store.hpp"
#include "workload/network_yaml.hpp"

namespace tilewise {
namespace {

constexpr const char* kNetwork =
    "name: small\n"
    "input: {channels: 4, height: 8, width: 8}\n"
    "layers:\n"
    "  - {name: a, op: convolution, output_channels: 8, kernel: 3, padding: 1, groups: 2}\n"
    "  - {name: b, op: convolution, output_channels: 8, kernel: 1}\n";

constexpr const char* kStudy =
    "architecture: base.yaml\n"
    "parameters: {\"levels[Buffer].capacity\": [256 bit, 512 bit, 1024 bit]}\n"
    "workloads: [{layer: pointwise_72}]\n"
    "objectives: [latency, energy]\n";

DesignHeading heading() {
  return {"small", design_target(find_board("pynq_z2"), fixed_point(Bits{8}), Megahertz{150.0}),
          DesignObjective::Latency};
}

NetworkDesigns designs_on(const DesignTarget& target, const std::vector<Organisation>& all) {
  const Network network =
      with_precision(parse_network(YamlNode::load_text(kNetwork, "small").map()), target.precision);
  return design_network(network, target,
                        {DesignObjective::Latency, all, PixelLanes::Yes, target.precision});
}

SameColumns with_resources(SameColumns columns, const std::string& below) {
  for (const FpgaResource each : all_of<FpgaResource>()) {
    columns.emplace_back(name(each), fmt::format("{}/{}", below, name(each)));
  }
  return columns;
}

}  // namespace

TEST_CASE("designs of a network have an engine or a stage a row") {
  const DesignHeading of = heading();
  const NetworkDesigns designs =
      designs_on(of.target, {Organisation::Single, Organisation::Several, Organisation::Streaming});
  std::vector<std::string> parts;
  std::vector<std::string> wholes;
  for (std::size_t d = 0; d < designs.designs.size(); ++d) {
    const OrganisationDesign& each = designs.designs[d];
    REQUIRE(each.found());
    const std::size_t count =
        each.engines ? each.engines->engines.size() : each.streaming->stages.size();
    const std::string place = fmt::format("/designs/{}", d);
    wholes.insert(wholes.end(), count, place);
    for (const std::string& part : places(place + (each.engines ? "/engines" : "/stages"), count)) {
      parts.push_back(part);
    }
  }
  const Report report = design_report(of, designs);
  check_same(report, parts,
             with_resources({{"Tm", "/Tm"},
                             {"Tn", "/Tn"},
                             {"Tp", "/Tp"},
                             {"Tq", "/Tq"},
                             {"tile_rows", "/tile/0"},
                             {"tile_columns", "/tile/1"},
                             {"stage", "/name"},
                             {"kind", "/kind"},
                             {"PE", "/PE"},
                             {"SIMD", "/SIMD"},
                             {"cycles", "/cycles"}},
                            "/resources"));
  const CsvRows read = check_same(report, wholes,
                                  {{"organisation", "/organisation"},
                                   {"fits", "/fits"},
                                   {"latency_ms", "/latency_ms"},
                                   {"interval_ms", "/interval_ms"},
                                   {"energy_mJ", "/energy_mJ"}});
  CHECK(read.cell(0, "engine") == "1");
  CHECK(read.cell(0, "layers") == "a;b");  // one engine runs whole layers, groups and all
  CHECK(read.cell(0, "why").empty());
  CHECK(read.cell(read.rows.size() - 1, "engine").empty());
}

TEST_CASE("an organisation without a design is a row that says why") {
  DesignHeading of = heading();
  of.target.available.dsp = 0;
  of.target.available.lut = 1;
  const CsvRows read = parsed_csv(
      design_report(of, designs_on(of.target, {Organisation::Single, Organisation::Streaming}))
          .csv());
  REQUIRE(read.rows.size() == 2);
  for (std::size_t r = 0; r < 2; ++r) {
    CHECK(read.cell(r, "fits") == "no");
    CHECK(read.cell(r, "best") == "no");
    CHECK(read.cell(r, "cycles").empty());
    CHECK(read.cell(r, "why").find("LUT, has 1") != std::string::npos);
  }
}

TEST_CASE("designs of a space are one row, with a column for each board") {
  const DesignHeading of = heading();
  SpaceReport report{15625, SpaceDesigns{}, {{"pynq_z2", 7, {{"LUT", 15618}}}, {"zc706", 9, {}}}};
  SpaceDesigns& found = *report.designs;
  found.one_engine = *designs_on(of.target, {Organisation::Single}).designs.front().engines;
  found.distinct_engines = 3;
  found.engine_price = {20.5, 10.25, 2.0, 3.0, 17};
  found.any_price = {20.5, 8.2, 2.5, 4.0, 18};
  SameColumns columns{{"architectures", "/architectures"},
                      {"distinct_own_engines", "/designs/distinct_own_engines"},
                      {"streaming_fit", "/designs/streaming_fit"},
                      {"streaming_better", "/designs/streaming_better"},
                      {"one_streaming_fits", "/designs/one_streaming/fits"},
                      {"pynq_z2_streaming_fit", "/streaming_fits/0/fit"},
                      {"zc706_streaming_fit", "/streaming_fits/1/fit"}};
  for (const std::string lane : {"Tm", "Tn", "Tp", "Tq"}) {
    columns.emplace_back(lane, "/designs/one_engine/" + lane);
  }
  for (const std::string price : {"engine_price", "any_price"}) {
    for (const std::string of_price : {"mean_ratio", "most_ratio", "most_index"}) {
      columns.emplace_back(price + "_" + of_price, "/designs/" + price + "/" + of_price);
    }
    for (const std::string mean : {"mean_general", "mean_own"}) {
      columns.emplace_back(price + "_" + mean + "_cycles", "/designs/" + price + "/" + mean);
    }
  }
  check_same(space_design_report(of, report), {""},
             with_resources(columns, "/designs/one_engine/resources"));
  report.designs.reset();
  const CsvRows none = parsed_csv(space_design_report(of, report).csv());
  REQUIRE(none.rows.size() == 1);
  CHECK(none.cell(0, "Tm").empty());
  CHECK(none.cell(0, "any_price_mean_ratio").empty());
  CHECK(none.cell(0, "zc706_streaming_fit") == "9");
}

TEST_CASE("a what-if has a change a row, the design as it is first") {
  HlsEngine design;
  design.engine = find_fpga_engine("zc706_32x16");
  Layer layer;
  layer.name = "pointwise";
  layer.bounds = {{1, 1, 64, 32, 8, 8, 1, 1}};
  layer.image = {8, 8};
  SearchOptions options;
  options.mapping.run.threads = 1;
  const WhatIf answer = what_if(design, layer, {"Tm=x2,banks=fixed", "pipeline=off"}, options);
  SameColumns columns;
  for (const std::string column :
       {"latency_cycles", "latency_ms", "energy_mJ", "initiation_interval",
        "initiation_interval_by", "body_depth", "bound", "proven", "LUT_least", "fits"}) {
    columns.emplace_back(column, "/" + column);
  }
  const CsvRows read =
      check_same(what_if_report(answer), {"/before", "/changes/0/after", "/changes/1/after"},
                 with_resources(columns, ""));
  CHECK(read.cell(0, "change") == "(none)");
  CHECK(read.cell(0, "why").empty());
  CHECK(read.cell(1, "change") == "Tm=x2,banks=fixed");
  CHECK(read.cell(1, "fits") == "no");  // 1024 DSP of 900
  CHECK(read.cell(2, "why").find("not pipelined") != std::string::npos);
}

TEST_CASE("an exploration has the rows of pareto.csv") {
  const ScratchFolder scratch("design_formats");
  std::string base = read_file(find_config("arch", "two_level"));
  base.insert(base.find("compute:"), "    constraints: {keep: [Input, Weight, Output]}\n");
  write_file(scratch.path / "base.yaml", base);
  write_file(scratch.path / "study.yaml", kStudy);
  const Study study = load_study(scratch.path / "study.yaml");
  ResultStore store(scratch.path);
  Exploration exploration(study, store, 1);
  REQUIRE(explore(exploration, {.threads = 1}));
  const Report report = exploration_report(study, exploration);
  check_same(report, places("/front", exploration.front().size()),
             {{"index", "/index"},
              {"architecture", "/architecture"},
              {"levels[Buffer].capacity", "/parameters/levels[Buffer].capacity"},
              {"latency_ms", "/latency_ms"},
              {"energy_mJ", "/energy_mJ"},
              {"edp_mJ_ms", "/edp_mJ_ms"}});
  const auto folder = scratch.path / "out";
  write_exploration(study, exploration, {}, 1, folder);
  CHECK(report.csv() == read_file(folder / "pareto.csv"));
}

}  // namespace tilewise
