#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "design/design_file.hpp"
#include "scratch_folder.hpp"
#include "workload/network_yaml.hpp"

namespace tilewise {
namespace {

Network small_network(const std::string& groups = "2") {
  const std::string text =
      "name: small\n"
      "input: {channels: 4, height: 8, width: 8}\n"
      "layers:\n"
      "  - {name: a, op: convolution, output_channels: 8, kernel: 3, padding: 1, groups: " +
      groups +
      "}\n"
      "  - {name: b, op: convolution, output_channels: 8, kernel: 1}\n"
      "  - {name: sum, op: add, from: [a, b]}\n";
  return with_precision(parse_network(YamlNode::load_text(text, "small").map()),
                        fixed_point(Bits{8}));
}

}  // namespace

TEST_CASE("a written design costs the same when it is read again") {
  const Network network = small_network();
  const DesignTarget target =
      design_target(find_board("pynq_z2"), fixed_point(Bits{8}), Megahertz{150.0});
  for (const Organisation organisation : all_of<Organisation>()) {
    const NetworkDesignOptions options{
        DesignObjective::Throughput, {organisation}, PixelLanes::Yes, target.precision};
    const NetworkDesigns designs = design_network(network, target, options);
    REQUIRE(designs.best);
    const OrganisationDesign& found = designs.designs.front();
    const ScratchFolder scratch("design");
    write_file(scratch.path / "design.yaml",
               design_yaml(design_file(designs, found, target, options), designs.whole_units));
    const DesignFile file = load_design(scratch.path / "design.yaml");
    CHECK(file.organisation == organisation);
    CHECK(file.clock == target.clock);
    const NetworkDesigns again = evaluate_design(file, network, target);
    const OrganisationDesign& read = again.designs.front();
    CHECK(read.latency() == found.latency());
    CHECK(read.interval() == found.interval());
    CHECK(read.resources().dsp == found.resources().dsp);
    CHECK(read.resources().bram18 == found.resources().bram18);
    CHECK(read.lacks.empty());
  }
}

TEST_CASE("a design is read back whatever it and its layers are called") {
  const DesignTarget target =
      design_target(find_board("pynq_z2"), fixed_point(Bits{8}), Megahertz{150.0});
  for (const std::string name : {"a: b", "null", "{a}", "x, y", "\"", "é", "- a", "l\nm", "~"}) {
    CAPTURE(name);
    const ScratchFolder scratch("design");
    DesignFile file;
    file.name = name;
    file.board = target.board;
    file.organisation = Organisation::Several;
    file.engines = {{{4, 4, 1, 1}, {}, {name, name + "[0]"}}};
    write_file(scratch.path / "engines.yaml", design_yaml(file, {}));
    CHECK(load_design(scratch.path / "engines.yaml").name == name);
    CHECK(load_design(scratch.path / "engines.yaml").engines[0].units == file.engines[0].units);
    file.organisation = Organisation::Streaming;
    file.stages = {{name, {2, 3}}};
    write_file(scratch.path / "stages.yaml", design_yaml(file, {}));
    CHECK(load_design(scratch.path / "stages.yaml").stages[0].name == name);
  }
}

TEST_CASE("no mapping of a found engine is faster than its bound") {
  const Network network = small_network("1");
  const DesignTarget target =
      design_target(find_board("pynq_z2"), fixed_point(Bits{8}), Megahertz{150.0});
  const NetworkDesigns designs = design_network(
      network, target,
      {DesignObjective::Latency, {Organisation::Single}, PixelLanes::Yes, target.precision});
  const EngineDesigns& found = *designs.designs.front().engines;
  const auto mapped =
      mapped_latency(found, designs.layers, designs.whole_units, target, {.threads = 1});
  REQUIRE(mapped);
  CHECK(*mapped >= found.latency);
}

TEST_CASE("a design file that is not for the network is refused by the layer") {
  const Network network = small_network();
  const DesignTarget target =
      design_target(find_board("pynq_z2"), fixed_point(Bits{8}), Megahertz{150.0});
  DesignFile file;
  file.name = "mine";
  file.organisation = Organisation::Several;
  file.engines = {{{4, 4, 1, 1}, {}, {"a", "b"}}};
  CHECK_THROWS_WITH_AS(evaluate_design(file, network, target),
                       "mine: no engine runs sum; give it to one", InputError);
  file.engines[0].units = {"a", "b", "sum", "c"};
  CHECK_THROWS_WITH_AS(evaluate_design(file, network, target), "mine: c is no layer of the network",
                       InputError);
  file.engines[0].units = {"a[1]", "b", "sum", "a"};
  CHECK_THROWS_WITH_AS(evaluate_design(file, network, target),
                       "mine: a[1] is on two engines; leave it out of one", InputError);
  file.organisation = Organisation::Streaming;
  file.stages = {{"a", {3, 1}}};
  CHECK_THROWS_WITH_AS(evaluate_design(file, network, target),
                       "mine: a: PE 3, SIMD 1 is no folding of its 8 outputs; the most are PE 8, "
                       "SIMD 2, and each divides these",
                       InputError);
}

TEST_CASE("a design from a file may exceed its board: the excess is an answer") {
  const Network network = small_network();
  const DesignTarget target =
      design_target(find_board("pynq_z2"), fixed_point(Bits{8}), Megahertz{150.0});
  DesignFile file;
  file.name = "mine";
  file.engines = {{{64, 64, 1, 1}, {}, {}}};
  const NetworkDesigns designs = evaluate_design(file, network, target);
  REQUIRE_FALSE(designs.designs.front().lacks.empty());
  CHECK(designs.designs.front().lacks.front().need == 2048);  // 4096 products, two a DSP
  CHECK(designs.designs.front().lacks.front().have == 198);   // 90 % of 220
}

}  // namespace tilewise
