#include "sweep/cost_table.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"

namespace tilewise {
namespace {

const std::string kHeader =
    "index,arch_str,dataset,macs,params,big_latency_ms,big_energy_mJ,big_dram_bytes,"
    "big_arithmetic_intensity_macs_per_byte,small_latency_ms,small_energy_mJ\n";

std::vector<DatasetCosts> read_table(const std::string& text) {
  const ScratchFolder scratch("cost_table");
  write_file(scratch.path / "costs.csv", text);
  return read_cost_table(scratch.path / "costs.csv");
}

}  // namespace

TEST_CASE("devices are those of the header, and data sets keep their rows apart") {
  const auto sweep = read_table(kHeader +
                                "0,\"0,8\",one,10,5,1,2,3,4,5,6\n"
                                "1,\"1,8\",one,20,6,1.5,2.5,3,4,5.5,6.5\n"
                                "0,\"0,8\",two,30,7,7,8,9,10,11,12\n");
  REQUIRE(sweep.size() == 2);
  CHECK(sweep[0].dataset == "one");
  CHECK(sweep[0].indices == std::vector<std::int64_t>{0, 1});
  CHECK(sweep[0].architectures == std::vector<std::string>{"0,8", "1,8"});
  CHECK(sweep[0].macs == std::vector<double>{10, 20});
  CHECK(sweep[0].parameters == std::vector<double>{5, 6});
  REQUIRE(sweep[0].devices.size() == 2);
  CHECK(sweep[0].devices[0].device == "big");
  CHECK(sweep[0].devices[0].latency_ms == std::vector<double>{1, 1.5});
  CHECK(sweep[0].devices[1].device == "small");
  CHECK(sweep[0].devices[1].energy_mj == std::vector<double>{6, 6.5});
  CHECK(sweep[1].devices[1].latency_ms == std::vector<double>{11});
}

TEST_CASE("what is no table of costs is refused with the line") {
  const auto error_of = [](const std::string& text) {
    const std::string said = refusal([&] { read_table(text); });
    return said.substr(std::min(said.find("costs.csv:"), said.size()));
  };
  const std::string no_costs = "costs.csv:1: not the costs of a sweep; run tilewise sweep again";
  CHECK(error_of("") == no_costs);
  CHECK(error_of("index,arch_str,dataset,macs,params\n0,a,one,1,1\n") == no_costs);
  CHECK(error_of(kHeader) == "costs.csv:1: no row below the header; run tilewise sweep again");
  const std::string good = "0,a,one,10,5,1,2,3,4,5,6\n";
  CHECK(error_of(kHeader + good + "1,a,one,10,5,1,2,3,4,5\n") ==
        "costs.csv:3: expected 11 cells, found 10");
  CHECK(error_of(kHeader + good + "-1,a,one,10,5,1,2,3,4,5,6\n") ==
        "costs.csv:3: expected a whole number, 0 or more, found \"-1\"");
  CHECK(error_of(kHeader + good + "1,a,one,10,5,fast,2,3,4,5,6\n") ==
        "costs.csv:3: expected a number, found \"fast\"");
  CHECK(error_of(kHeader + good + "0,a,two,10,5,1,2,3,4,5,6\n" + good) ==
        "costs.csv:4: rows of one stand apart; keep them together");
}

TEST_CASE("a folder of FBNet's blocks is refused with the way to architectures") {
  const ScratchFolder scratch("cost_table");
  write_file(scratch.path / "blocks.csv", "");
  CHECK(refusal([&] { read_cost_table(scratch.path / "costs.csv"); }) ==
        scratch.path.string() +
            ": holds blocks, not candidates; cost some with tilewise space NAME --sample 1000 "
            "--device ... --out ...");
}

}  // namespace tilewise
