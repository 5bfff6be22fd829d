#include "report/format.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/csv.hpp"
#include "base/enum_words.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "mapper/given_mapping.hpp"
#include "report/analysis_report.hpp"
#include "report/cost_report.hpp"
#include "report/counts_report.hpp"
#include "report/list_report.hpp"
#include "report/network_report.hpp"
#include "report/sweep_files.hpp"
#include "report/sweep_summary.hpp"
#include "report/table_of_report.hpp"
#include "scratch_folder.hpp"
#include "sim/mapping_yaml.hpp"
#include "sweep/target.hpp"
#include "validation/validation_report.hpp"
#include "workload/layer_yaml.hpp"
#include "workload/network_yaml.hpp"

namespace tilewise {
namespace {

SearchOptions one_thread(Objective objective) {
  SearchOptions options;
  options.mapping.objective = objective;
  options.mapping.run.threads = 1;
  return options;
}

/// pointwise_72 on two_level.
struct Small {
  Architecture architecture = std::get<Architecture>(find_device("two_level"));
  Layer layer = find_layer("pointwise_72");
};

/// The columns of a cost below an object of the JSON of a layer.
const SameColumns kLayerCost{{"name", "/layer"},
                             {"device", "/architecture"},
                             {"cycles", "/latency/cycles"},
                             {"latency_ms", "/latency/ms"},
                             {"energy_pJ", "/energy/total_pJ"},
                             {"utilisation", "/utilisation"},
                             {"bound", "/latency/bound"},
                             {"stall_share", "/latency/stall_share"}};

}  // namespace

TEST_CASE("a format is read by its name, and the refusal of another lists all") {
  CHECK(enum_names<Format>() == std::vector<std::string_view>{"table", "json", "csv"});
  CHECK(parse_enum<Format>("csv", "--format") == Format::Csv);
  CHECK_THROWS_WITH_AS(parse_enum<Format>("xml", "--format"),
                       doctest::Contains("--format \"xml\": expected one of table, json, csv"),
                       InputError);
}

TEST_CASE("a report makes the format that is asked for and no other") {
  const auto never = []() -> std::string { throw std::logic_error("made in vain"); };
  CHECK(formatted({[] { return "t"; }, never, never}, Format::Table) == "t");
  CHECK(formatted({never, [] { return "j"; }, never}, Format::Json) == "j");
  CHECK(formatted({never, never, [] { return "c"; }}, Format::Csv) == "c");
}

TEST_CASE("cells of a CSV table come back as they were") {
  const std::vector<std::vector<std::string>> rows{{"a", "b"}, {"1,5", ""}, {"\"x\"", "y\nz"}};
  const CsvRows read = parsed_csv(csv_table(rows));
  CHECK(read.header == rows[0]);
  CHECK(read.rows == std::vector<std::vector<std::string>>{rows[1], rows[2]});
}

TEST_CASE("a given mapping is one row, and nothing is said of a search") {
  const Small on;
  const ScratchFolder scratch("format");
  const auto file = scratch.path / "mapping.yaml";
  write_file(file,
             "levels:\n  - {name: DRAM, temporal: [C 2, P 2, Q 3]}\n"
             "  - {name: Buffer, temporal: [M 3, C 2]}\n");
  const Mapping mapping = load_mapping(file, on.architecture);
  const LayerCost cost = evaluate_given(on.architecture, on.layer, mapping);
  const CsvRows read =
      check_same(cost_report(cost, mapping, on.layer, on.architecture), {""}, kLayerCost);
  // test_validation_case.cpp counts them: 90 words of 2 B, 162 cycles of 10 ns, 9432 pJ.
  CHECK(read.cell(0, "dram_bytes") == "180");
  CHECK(read.cell(0, "cycles") == "162");
  CHECK(read.cell(0, "energy_pJ") == "9432");
  CHECK(read.cell(0, "energy_read_pJ") != "0");
  CHECK(read.cell(0, "M") == "3");
  CHECK(read.cell(0, "mapping") == nest_line(mapping, on.architecture));
  for (const char* column : {"factors", "space_size", "evaluated", "proven"}) {
    CHECK(read.cell(0, column).empty());
  }
}

TEST_CASE("a search is a row of layers.csv") {
  const Small on;
  const SearchOptions options = one_thread(Objective::Edp);
  const SearchResult found = search(on.architecture, on.layer, options);
  const Report report = search_report(found, options, on.layer, on.architecture);
  SameColumns columns = kLayerCost;
  columns.insert(columns.end(), {{"factors", "/search/factors"},
                                 {"space_size", "/search/space_size"},
                                 {"evaluated", "/search/certificate/evaluated"},
                                 {"proven", "/search/proven"}});
  check_same(report, {""}, columns);
  SweepResult sweep;
  sweep.devices.emplace_back(on.architecture);
  sweep.layers.push_back({on.layer, 1, {found}});
  CHECK(report.csv() == layers_csv(sweep.layers, sweep.devices));
}

TEST_CASE("each point of a front of mappings is a row") {
  const Small on;
  const SearchOptions options = one_thread(Objective::Pareto);
  const SearchResult found = search(on.architecture, on.layer, options);
  const Report report = search_report(found, options, on.layer, on.architecture);
  const CsvRows read = check_same(report, places("/front", front(found).size()),
                                  {{"cycles", "/latency_cycles"}, {"energy_pJ", "/energy_pJ"}});
  REQUIRE_FALSE(read.rows.empty());
  for (std::size_t r = 0; r < read.rows.size(); ++r) {
    CHECK(read.cell(r, "mapping") == nest_line(front(found)[r].mapping, on.architecture));
    CHECK(read.cell(r, "proven") == "yes");
  }
}

TEST_CASE("fixed control is a row of layers.csv without a mapping") {
  const Device device = find_device("pixel_m32p32");
  const Layer layer = find_layer("alexnet_conv3");
  const SearchResult found = search(device, layer, one_thread(Objective::Edp));
  const Report report = fixed_cost_report(found, layer, device);
  const CsvRows read = check_same(report, {""}, kLayerCost);
  CHECK(read.cell(0, "mapping").empty());
  CHECK(read.cell(0, "factors") == "fixed");
  CHECK(read.cell(0, "proven") == "yes");
  SweepResult sweep;
  sweep.devices.push_back(device);
  sweep.layers.push_back({layer, 1, {found}});
  CHECK(report.csv() == layers_csv(sweep.layers, sweep.devices));
}

TEST_CASE("a network has a layer a row") {
  const Network network = load_network(find_config("workload", "resnet18"));
  SameColumns columns{
      {"name", "/name"}, {"operator", "/operator"}, {"macs", "/macs"}, {"params", "/parameters"}};
  for (const Dim d : kDims) columns.emplace_back(name(d), fmt::format("/dims/{}", name(d)));
  for (const char* plane : {"stride", "dilation", "padding", "image"}) {
    columns.emplace_back(fmt::format("{}_vertical", plane), fmt::format("/{}/0", plane));
    columns.emplace_back(fmt::format("{}_horizontal", plane), fmt::format("/{}/1", plane));
  }
  const CsvRows read =
      check_same(network_report(network), places("/layers", network.size()), columns);
  const auto joins = [&](std::size_t r) { return read.cell(r, "operator") == "add"; };
  for (std::size_t r = 0; r < read.rows.size(); ++r) {
    const std::string from = read.cell(r, "from");
    if (joins(r)) CHECK(std::count(from.begin(), from.end(), ';') == 1);  // two are added
  }
  CHECK(read.cell(0, "from").empty());  // it reads the input of the network
}

TEST_CASE("counts have a transfer a row, with the words of its kind of tensor") {
  const NestFile nest = load_nest(find_config("examples", "pointwise_72.nest"));
  const AccessCounts counts = count_accesses(nest.layer, nest.mapping, nest.merges);
  SameColumns columns;
  for (const std::string column : {"tensor", "parent", "child", "child_fills", "parent_reads",
                                   "child_drains", "parent_updates", "parent_partial_reads"}) {
    columns.emplace_back(column, "/" + column);
  }
  const Report report = counts_report(nest, counts);
  check_same(report, places("/transfers", counts.transfers.size()), columns);
  CHECK(report.table().find("\ncompute cycles: 72\nMACs: 72\n") != std::string::npos);
}

TEST_CASE("the summary of a sweep has a data set and device a row") {
  const SweepColumns sweep{{{"cifar10", "eyeriss", {3.0, 1.0, 2.0}, {0.25, 0.5, 1.0}},
                            {"cifar10", "a,b", {5.0, 6.0, 8.0}, {1.0, 2.0, 3.0}}},
                           {{"mapping", 0.5}}};
  SameColumns columns{
      {"dataset", "/dataset"}, {"device", "/device"}, {"architectures", "/architectures"}};
  for (const std::string metric : {"latency_ms", "energy_mJ"}) {
    for (const std::string which : {"least", "median", "most", "index_0"}) {
      columns.emplace_back(which + "_" + metric, "/" + metric + "/" + which);
    }
  }
  const CsvRows read = check_same(sweep_report(sweep), places("/columns", 2), columns);
  CHECK(read.cell(0, "median_latency_ms") == "2");
  CHECK(read.cell(1, "device") == "a,b");
}

TEST_CASE("an analysis has its rankings as rows") {
  const std::vector<DatasetCosts> sweep{{"set",
                                         {10, 11, 12},
                                         {"a", "b,b", "c"},
                                         {100, 200, 300},
                                         {1, 2, 3},
                                         {{"dev", {1, 2, 3}, {9, 8, 7}}}}};
  const Analysis analysis =
      analyze(sweep, Accuracies{{{60.0, std::nullopt, 70.0}}, false}, {.best = 2});
  // Latency, then energy, two architectures each.
  std::vector<std::string> ranked = places("/datasets/0/best/0/architectures", 2);
  for (const std::string& place : places("/datasets/0/best/1/architectures", 2)) {
    ranked.push_back(place);
  }
  const Report report = analysis_report(analysis);
  const CsvRows read = check_same(
      report, ranked, {{"index", "/index"}, {"arch_str", "/arch_str"}, {"accuracy", "/accuracy"}});
  CHECK(read.cell(1, "cost") == "2");
  CHECK(read.cell(1, "arch_str") == "b,b");
  CHECK(read.cell(2, "metric") == "energy_mJ");
  CHECK(read.cell(2, "cost") == "7");
  CHECK(report.csv() == analysis_files(analysis)[1].content);
}

TEST_CASE("a validation has a number a row, and says which tables were skipped") {
  const Tolerance five{Tolerance::Kind::Relative, 0.05};
  ValidationTable held;
  held.title = "held";
  held.rows = {"A", "B"};
  held.columns = {
      {"time", "ms", five, {}, true, {{104.0, 100.0}, {43.0, 40.0}}, NumberPair{147.0, 140.0}},
      {"PEs", "", {}, {}, true, {{7.0, {}}, {{}, 8.0}}, {}}};
  ValidationTable left;
  left.title = "left";
  left.skipped = "no data, none";
  const std::vector<ValidationResult> results{{"one", "", "", {held, left}}};
  const std::string table = "/cases/0/tables/0/quantities/";
  const CsvRows read = parsed_csv(validation_report(results).csv());
  REQUIRE(read.rows.size() == 6);
  CHECK(read.cell(2, "row") == "total");
  CHECK(read.cell(2, "tolerance").empty());
  CHECK(read.cell(5, "table") == "left");
  CHECK(read.cell(5, "skipped") == "no data, none");
  // The skipped table has no number in the JSON.
  const SameColumns pair{{"ours", "/ours"},
                         {"published", "/published"},
                         {"error_percent", "/error_percent"},
                         {"tolerance", "/tolerance"},
                         {"within", "/within"}};
  check_same(validation_report(results),
             {table + "0/rows/0", table + "0/rows/1", table + "0/total", table + "1/rows/0",
              table + "1/rows/1", "/cases/0/tables/1/none"},
             pair);
  CHECK(read.cell(0, "within") == "yes");
  CHECK(read.cell(1, "within") == "no");
  CHECK(read.cell(3, "within").empty());
}

TEST_CASE("a list has an object a row, whose keys are the columns") {
  const Report report = list_report({{"name", "description"}, {"a", "one, two"}, {"b", ""}});
  check_same(report, {"/0", "/1"}, {{"name", "/name"}, {"description", "/description"}});
}

}  // namespace tilewise
