#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "arch/architecture_yaml.hpp"
#include "arch/describe.hpp"
#include "base/file.hpp"
#include "refusal.hpp"
#include "sim/evaluate.hpp"
#include "source_folder.hpp"

namespace tilewise {
namespace {

constexpr std::string_view kFile = R"(name: rare
clock: 500 MHz
technology: {node: 65 nm}
levels:
  - name: DRAM
    memories:
      - name: dram
        holds: [Input, Weight, Output]
        word_width: 64 bit
        bandwidth: 64 bit/cycle
        start_up: 100 ns
        burst: 64 B
        energy: {dram: lpddr4}
  - name: GLB
    memories:
      - name: buffer
        holds: [Input, Weight, Output]
        capacity: 64 KiB
        word_width: 64 bit
        ports:
          - {tensors: [Weight], read: 128 bit/cycle, write: unlimited}
          - {tensors: [Input, Output], bandwidth: 64 bit/cycle}
        coded: {Weight: {ratio: 0.6, source: round number}}
        sum_width: 32 bit
        refetch: always
        energy: {sram: {size: 4 KiB}}
    fan_out: {x: {size: 8}, y: {size: 4}, skew: pass}
  - name: PE
    memories:
      - {name: registers, holds: [Weight], capacity: 2 B, word_width: 8 bit, energy: {register: {}}}
compute:
  cycles: 2
  pipeline: {stages: 6}
  block: {along: [P, Q], steps: 16, least: 20 ns}
  energy: {multiply_add: 8 bit}
)";

Architecture read(std::string_view text) {
  return read_architecture(YamlNode::load_text(text, "rare.yaml"));
}
std::string with(std::string_view from, std::string_view to) {
  return replaced(std::string(kFile), from, to);
}
std::string hardware_error(std::string_view from, std::string_view to) {
  return refusal([&] { read(with(from, to)); });
}
bool ends(std::string_view text, std::string_view end) { return text.ends_with(end); }

}  // namespace

TEST_CASE("rare parts of hardware come out as written") {
  const Architecture a = read(kFile);
  CHECK(a.levels[0].memories[0].start_up == Cycles{50.0});  // 100 ns at 500 MHz
  CHECK(a.levels[0].memories[0].burst == bytes(64));
  const Memory& buffer = a.levels[1].memories[0];
  REQUIRE(buffer.ports.size() == 2);
  CHECK(port_use(buffer, Tensor::Weight, false).bandwidth == BitsPerCycle{128.0});
  CHECK(port_use(buffer, Tensor::Weight, true).bandwidth == kUnlimited);
  CHECK(port_use(buffer, Tensor::Output, true).port == 1);
  CHECK(port_use(buffer, Tensor::Input, false).shared);
  CHECK(buffer.sum_width == Bits{32});
  CHECK(coded_share(*buffer.coded[Tensor::Weight], 1.0, Bits{8}) == 0.6);
  CHECK(a.compute.interval == Cycles{2.0});
  CHECK(a.compute.layer_overhead == Cycles{4.0});
  CHECK(a.compute.pass_overhead == Cycles{0.0});
  CHECK(a.compute.block.along[Dim::P]);
  CHECK_FALSE(a.compute.block.along[Dim::N]);
  CHECK(a.compute.block.steps == 16);
  CHECK(a.compute.block.least == Cycles{10.0});  // 20 ns at 500 MHz
  CHECK(a.levels[1].memories[0].refetches);
  CHECK_FALSE(a.levels[2].memories[0].refetches);
  CHECK(skew_cycles(a, 1) == Cycles{2.0 * (8 + 4 - 2)});
  CHECK(fill_of_layer(a) == Cycles{4.0 + 20});
  CHECK(read(with("{stages: 6}", "{stages: 6, fills: pass}")).compute.pass_overhead == Cycles{4.0});
  CHECK(read(with("100 ns", "7 cycles")).levels[0].memories[0].start_up == Cycles{7.0});
}

TEST_CASE("registers shared along different axes are one level inside the other") {
  const std::string page = read_file(source_folder() / "docs" / "architectures.md");
  const std::size_t begin = page.find("```yaml\n", page.find("shared along different axes")) + 8;
  const Architecture shared = read(page.substr(begin, page.find("```", begin) - begin));
  CHECK(compute_units(shared) == 16);
  CHECK(fill_of_layer(shared) == Cycles{3.0 + 2 * 3 + 2 * 3});
  // 4 channels down the rows, 4 columns of the output, 3 outputs in time: 3 steps.
  Layer layer;
  layer.bounds[Dim::C] = 4;
  layer.bounds[Dim::Q] = 12;
  layer.image = {1, 12};
  Mapping mapping;
  mapping.levels.resize(4);
  mapping.levels[1].temporal = {{Dim::Q, 3}};
  mapping.levels[2].spatial = {{Dim::Q, 4, Axis::X}};
  mapping.levels[3].spatial = {{Dim::C, 4, Axis::Y}};
  mapping.levels[2].keep = {{false, true, false}};
  mapping.levels[3].keep = {{false, false, true}};
  const LayerCost cost = evaluate(shared, layer, mapping);
  CHECK(cost.counts.compute_cycles == 3);
  for (const TransferCounts& transfer : cost.counts.transfers) {
    if (transfer.child != 4) continue;
    // A weight is read once for all columns, a sum is updated once for all rows.
    if (transfer.tensor == Tensor::Weight) CHECK(transfer.parent_words == 3 * 4);
    if (transfer.tensor == Tensor::Output) CHECK(transfer.parent_words == 3 * 4);
    CHECK(transfer.child_words == 3 * 16);
  }
}

TEST_CASE("the description tells the rare parts") {
  const std::string text = describe(read(kFile));
  for (const char* part :
       {"DRAM.dram: a transfer starts after 50 cycles\n",
        "DRAM.dram: a transfer moves whole bursts of 64 B\n",
        "GLB.buffer, port of Weight: reads 128, writes unlimited bit/cycle\n",
        "GLB.buffer, port of Input Output: reads and writes 64 bit/cycle\n",
        "GLB.buffer: Weight is coded to 0.6 of its bits (round number)\n",
        "GLB.buffer: partial sums of 32 bit\n",
        "GLB.buffer: tiles of Input and Weight are loaded again whenever loops turn\n",
        "blocks of 16 steps along P Q take at least 10 cycles\n",
        "fan-out below GLB: skewed, fills in 10 steps, once a pass\n",
        "the pipeline fills once a layer, in 4 cycles\n"}) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("rare parts that make no sense are refused with place and cure") {
  CHECK(hardware_error("cycles: 2", "cycles: 0").find("from 1 to") != std::string::npos);
  CHECK(ends(hardware_error("{stages: 6}", "{stages: 1}"),
             "expected at least as many as cycles: a result is not ready before the unit is"));
  CHECK(ends(hardware_error("along: [P, Q]", "along: []"), "expected at least one dimension"));
  CHECK(hardware_error("along: [P, Q], ", "").find("along: missing") != std::string::npos);
  CHECK(hardware_error("steps: 16", "steps: 0").find("from 1 to") != std::string::npos);
  CHECK(hardware_error("least: 20 ns", "least: 20").find("20 cycles or 100 ns") !=
        std::string::npos);
  CHECK(hardware_error("refetch: always", "refetch: ever").find("new, always") !=
        std::string::npos);
  CHECK(ends(hardware_error("burst: 64 B", "burst: 64 B\n        refetch: always"),
             "nothing is loaded into the outermost level, nor again"));
  CHECK(ends(hardware_error("100 ns", "100"),
             "expected cycles or a time, such as 20 cycles or 100 ns, found \"100\""));
  CHECK(ends(hardware_error("burst: 64 B", "burst: 0 B"), "expected a burst above zero"));
  CHECK(ends(hardware_error("ratio: 0.6", "ratio: 1.5"),
             "expected coded bits over plain ones, above 0 and at most 1"));
  CHECK(hardware_error("{ratio: 0.6, source: round number}", "{ratio: 0.6}")
            .find("source: missing") != std::string::npos);
  CHECK(hardware_error("skew: pass", "skew: pas").find("none, layer, pass") != std::string::npos);
  CHECK(hardware_error("start_up", "startup").find("start_up") != std::string::npos);
  CHECK(ends(hardware_error("[Input, Output], bandwidth", "[Input], bandwidth"),
             "Output is read at 0 ports; name it at one"));
  CHECK(ends(hardware_error("[Weight], read", "[Weight, Input], read"),
             "Input is read at 2 ports; name it at one"));
  CHECK(ends(hardware_error("[Input, Output], bandwidth: 64 bit/cycle", "[Input, Output]"),
             "expected read, write, or bandwidth for both"));
  CHECK(ends(hardware_error("[Input, Output], bandwidth: 64 bit/cycle",
                            "[Input, Output], bandwidth: 64 bit/cycle, read: 64 bit/cycle"),
             "a port has bandwidth, or read and write of its own"));
  CHECK(ends(
      hardware_error("        ports:\n", "        read_bandwidth: unlimited\n        ports:\n"),
      "ports have their own; give one or the other"));
  CHECK(ends(hardware_error("coded: {Weight", "coded: {Output"),
             "Output is coded; only the outermost level holds complete sums to code"));
  CHECK(ends(hardware_error("energy: {register: {}}}", "energy: {register: {}}, sum_width: 8 bit}"),
             "sum_width is for a memory of Output, and above zero"));
  CHECK(ends(hardware_error("energy: {register: {}}}\n",
                            "energy: {register: {}}}\n"
                            "    fan_out: {x: {size: 2}, skew: pass}\n"),
             "pass to pass; take skew: layer, or add one"));
}

}  // namespace tilewise
