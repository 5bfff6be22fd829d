#include "report/network_sweep_report.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "base/enum_words.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "report/network_sweep_files.hpp"
#include "report/table_of_report.hpp"
#include "scratch_folder.hpp"
#include "small_networks.hpp"
#include "sweep/cost_table.hpp"
#include "sweep/network_shares.hpp"

namespace tilewise {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

NetworkSweep small_sweep(int threads = 1) {
  std::vector<Network> networks;
  networks.push_back(network_in_a_row(
      "net", {square_convolution("blocks.0.attention.projection.convolution", 4, {8, 4}, {3}),
              pool_that_fits_nowhere(), classifier("fc", 8, 10)}));
  auto listed = list_networks(std::move(networks));
  const std::vector<std::string> devices{"eyeriss", "two_level"};
  auto found = find_devices(devices, listed, Objective::Edp);
  return sweep_networks(std::move(listed), std::move(found),
                        {Objective::Edp, Factors::Divisors, {.threads = threads}});
}

/// The lines of a text that have this beginning.
std::vector<std::string> lines_of(const std::string& text, std::string_view beginning) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    if (line.starts_with(beginning)) lines.push_back(line);
    at = end + 1;
  }
  return lines;
}

}  // namespace

TEST_CASE("JSON and CSV of a network's cost say the same") {
  const NetworkSweep sweep = small_sweep();
  SameColumns sums{
      {"latency_ms", "/latency_ms"}, {"energy_mJ", "/energy_mJ"}, {"cycles", "/cycles"},
      {"dram_bytes", "/dram_bytes"}, {"macs", "/macs"},           {"utilisation", "/utilisation"}};
  SameColumns rows = sums;
  rows.insert(rows.end(), {{"name", "/name"},
                           {"operator", "/operator"},
                           {"time_share", "/time_share"},
                           {"energy_share", "/energy_share"},
                           {"bound", "/bound"}});
  // Ranges, of the totals alone: eyeriss has both, two_level none.
  for (const char* range :
       {"latency_ms_low", "latency_ms_high", "energy_mJ_low", "energy_mJ_high"}) {
    sums.insert(sums.end(), {range, std::string("/") + range});
  }
  // Per device: layers, total; on eyeriss the pool apart.
  const Report report = network_sweep_report(sweep, CostRows::Layer);
  const CsvRows csv = parsed_csv(formatted(report, Format::Csv));
  REQUIRE(csv.rows.size() == 4 + 4);
  const std::vector<std::string> kinds{"layer", "layer", "total", "unfit",
                                       "layer", "layer", "layer", "total"};
  for (std::size_t r = 0; r < kinds.size(); ++r) CHECK(csv.cell(r, "row") == kinds[r]);
  const auto same = [&](const SameColumns& columns, const std::vector<std::string>& at) {
    const Report both{{}, report.json, [&] {
                        std::vector<std::vector<std::string>> kept{csv.header};
                        for (std::size_t r = 0; r < kinds.size(); ++r) {
                          const bool is_total = &columns == &sums;
                          if (kinds[r] == (is_total ? "total" : "layer")) {
                            kept.push_back(csv.rows[r]);
                          }
                        }
                        return csv_table(kept);
                      }};
    check_same(both, at, columns);
  };
  same(rows, {"/costs/0/layers/0", "/costs/0/layers/1", "/costs/1/layers/0", "/costs/1/layers/1",
              "/costs/1/layers/2"});
  same(sums, {"/costs/0/totals", "/costs/1/totals"});
  CHECK(csv.cell(2, "partial") == "yes");
  CHECK(csv.cell(7, "partial") == "no");
  CHECK(csv.cell(3, "name") == "pool5");
  CHECK(says(csv.cell(3, "why"), "no mapping of pool5: the constraints of eyeriss"));
  const std::string json = formatted(report, Format::Json);
  CHECK(says(json, "\"partial\": true"));
  CHECK(says(json, "\"layer\": \"pool5\""));
}

TEST_CASE("the parts of each layer in JSON add up to it, and the longest is what bounds it") {
  const NetworkSweep sweep = small_sweep();
  const ScratchFolder scratch("breakdown");
  write_network_sweep(sweep, "tilewise cost", scratch.path / "out");
  const Json json = Json::parse(read_file(scratch.path / "out" / "costs.json"));
  CHECK(json == Json::parse(formatted(network_sweep_report(sweep, CostRows::Layer), Format::Json)));
  REQUIRE(json["costs"].size() == 2);
  for (const Json& cost : json["costs"]) {
    CHECK(cost["off_chip"] == "DRAM");
    for (const Json& layer : cost["layers"]) {
      double energy = 0.0;
      for (const Json& item : layer["energy"]) energy += item["pJ"].get<double>();
      CHECK(energy / 1e9 == doctest::Approx(layer["energy_mJ"].get<double>()));
      const Json& loads = layer["loads"];
      CHECK(loads[0]["part"] == "compute");
      const auto longest = std::max_element(
          loads.begin(), loads.end(),
          [](const Json& a, const Json& b) { return a["busy_cycles"] < b["busy_cycles"]; });
      CHECK((*longest)["part"] == layer["bound"]);
      CHECK(layer["compute_cycles"] <= layer["cycles"]);
    }
  }
}

TEST_CASE("operators and levels as rows say the same in JSON and CSV") {
  const NetworkSweep sweep = small_sweep();
  const CsvRows operators =
      parsed_csv(formatted(network_sweep_report(sweep, CostRows::Operator), Format::Csv));
  CHECK(operators.rows.size() == 2 + 2 + 3 + 1);
  const NetworkShares shares = shares_of(sweep, 0, 0);
  CHECK(operators.cell(0, "name") == shares.operators[0].op);
  const CsvRows levels =
      parsed_csv(formatted(network_sweep_report(sweep, CostRows::Level), Format::Csv));
  CHECK(levels.cell(0, "row") == "level");
  CHECK(levels.cell(0, "name") == shares.places[0].place);
  CHECK(levels.cell(0, "energy_mJ") == fmt::format("{}", shares.places[0].spent.count()));
  for (const CostRows by : all_of<CostRows>()) {
    const std::string text = formatted(network_sweep_report(sweep, by), Format::Table);
    CHECK(says(text, "\ntotal "));
    CHECK(says(formatted(network_sweep_report(sweep, by), Format::Json),
               std::string(name(by)) + "s\": ["));
  }
}

TEST_CASE("the table tells where time and energy go, what is missing, and fits a line") {
  const std::string text =
      formatted(network_sweep_report(small_sweep(), CostRows::Layer), Format::Table);
  CHECK(says(text, "net on eyeriss: 2 of 3 layers, objective edp\n"));
  const auto partial = lines_of(text, "partial: ");
  REQUIRE(partial.size() == 1);
  CHECK(partial[0].starts_with("partial: 1 layer does not fit eyeriss: pool5 (the constraints"));
  CHECK(lines_of(text, "time: ").size() == 2);
  CHECK(says(lines_of(text, "time: ")[0], "; bound by "));
  CHECK(says(lines_of(text, "energy: ")[0], " %, "));
  const auto rows = lines_of(text, "blocks");
  REQUIRE(rows.size() == 2);
  for (const std::string& row : rows) {
    CHECK(row.size() <= kLineWidth);
    CHECK(says(row, "..."));
  }
}

TEST_CASE("a sentence says why a network takes so long, JSON the same in numbers") {
  const NetworkSweep sweep = small_sweep();
  const Report report = network_sweep_report(sweep, CostRows::Operator);
  const auto told = lines_of(formatted(report, Format::Table), "why: ");
  REQUIRE(told.size() == 2);
  const Json costs = Json::parse(formatted(report, Format::Json))["costs"];
  for (std::size_t d = 0; d < told.size(); ++d) {
    const Json& most = costs[d]["bounds"][0];
    CHECK(told[d].starts_with(fmt::format("why: {} bounds {:.0f} % of the time",
                                          most["bound"].get<std::string>(),
                                          100.0 * most["time_share"].get<double>())));
    CHECK(says(told[d], most["slowest"][0].get<std::string>().substr(0, 6)));
    const Json& port = costs[d]["without_ports"]["each"][0];
    CHECK(says(told[d], fmt::format("would save: {} {:.1f} %", port["port"].get<std::string>(),
                                    100.0 * port["saved_share"].get<double>())));
    const double cycles = costs[d]["totals"]["cycles"].get<double>();
    CHECK(port["saved_share"].get<double>() ==
          doctest::Approx(1.0 - port["cycles"].get<double>() / cycles));
  }
}

TEST_CASE("a layer that is costed in parts says so in every format") {
  auto listed = list_networks({network_in_a_row(
      "net", {square_convolution("a", 4, {8, 13}, {3}), pool_that_fits_in_steps()})});
  auto devices = find_devices(std::vector<std::string>{"eyeriss"}, listed, Objective::Edp);
  const NetworkSweep sweep = sweep_networks(std::move(listed), std::move(devices), {});
  const Report report = network_sweep_report(sweep, CostRows::Layer);
  const std::size_t parts = sweep.splits[0].front().parts.size();
  const std::string text = formatted(report, Format::Table);
  CHECK(says(text, fmt::format("\npool5 ({} parts)", parts)));
  CHECK(says(text, fmt::format("\nsplit: pool5 does not fit eyeriss as one layer; costed in {} "
                               "parts: pool5 over rows",
                               parts)));
  CHECK(lines_of(text, "partial: ").empty());
  CHECK(says(formatted(report, Format::Json), "\"parts\": ["));
  const CsvRows csv = parsed_csv(formatted(report, Format::Csv));
  CHECK(csv.cell(1, "name") == "pool5");
  CHECK(says(csv.cell(1, "why"), "in parts: pool5 over rows"));
  CHECK(csv.cell(2, "partial") == "no");
  const CsvRows layers = parsed_csv(network_layers_csv(sweep));
  CHECK(layers.rows.size() == 1 + parts);
}

TEST_CASE("operators that no layer stands for are told in every format") {
  Network network = network_in_a_row("net", {classifier("fc", 8, 10)});
  network.omit({"Loop", 2, {"a", "b"}, "its count is computed"});
  auto listed = list_networks({network});
  auto devices = find_devices(std::vector<std::string>{"two_level"}, listed, Objective::Edp);
  const NetworkSweep sweep = sweep_networks(std::move(listed), std::move(devices), {});
  const Report report = network_sweep_report(sweep, CostRows::Layer);
  const std::string told = omission_text(network.omitted().front());
  CHECK(says(formatted(report, Format::Table), "\n" + told + "\n"));
  CHECK(says(formatted(report, Format::Json), "\"operator\": \"Loop\""));
  const CsvRows csv = parsed_csv(formatted(report, Format::Csv));
  REQUIRE(csv.rows.size() == 3);
  CHECK(csv.cell(1, "partial") == "yes");
  CHECK(csv.cell(2, "row") == "omitted");
  CHECK(csv.cell(2, "why") == told);
  const ScratchFolder scratch("omitted");
  write_network_sweep(sweep, "tilewise cost", scratch.path / "out");
  CHECK(parsed_csv(read_file(scratch.path / "out" / "costs.csv")).cell(0, "two_level_left_out") ==
        "2");
  CHECK(says(read_file(scratch.path / "out" / "run.yaml"), "operator: \"Loop\", count: 2"));
}

TEST_CASE("the same bytes for any number of threads") {
  const NetworkSweep one = small_sweep(1);
  const NetworkSweep two = small_sweep(2);
  for (const CostRows by : all_of<CostRows>()) {
    for (const Format format : all_of<Format>()) {
      CHECK(formatted(network_sweep_report(one, by), format) ==
            formatted(network_sweep_report(two, by), format));
    }
  }
  CHECK(network_layers_csv(one) == network_layers_csv(two));
}

TEST_CASE("the folder has the files of a sweep, whose table others read") {
  const ScratchFolder scratch("network_files");
  const fs::path folder = scratch.path / "out";
  const NetworkSweep sweep = small_sweep();
  write_network_sweep(sweep, "tilewise cost", folder);
  const std::vector<DatasetCosts> read = read_cost_table(folder / "costs.csv");
  REQUIRE(read.size() == 1);
  CHECK(read[0].architectures == std::vector<std::string>{"net"});
  REQUIRE(read[0].devices.size() == 2);
  CHECK(read[0].devices[0].latency_ms[0] == shares_of(sweep, 0, 0).total.cost.latency.count());
  const CsvRows costs = parsed_csv(read_file(folder / "costs.csv"));
  CHECK(costs.cell(0, "eyeriss_left_out") == "1");
  CHECK(costs.cell(0, "two_level_left_out") == "0");
  const CsvRows layers = parsed_csv(read_file(folder / "layers.csv"));
  CHECK(layers.rows.size() == 2 + 3);
  CHECK(layers.cell(0, "network") == "net");
  CHECK(layers.cell(0, "mapping") != "");
  const std::string run = read_file(folder / "run.yaml");
  CHECK(says(run, "command: \"tilewise cost\""));
  CHECK(says(run, "layer: \"pool5\""));
  write_network_sweep(sweep, "tilewise cost", folder);  // over its own
}

}  // namespace tilewise
