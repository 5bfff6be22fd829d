#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "arch/architecture_yaml.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "mapper/splits.hpp"
#include "refusal.hpp"
#include "source_folder.hpp"

namespace tilewise {
namespace {

/// A small architecture file, one value a line so that a test can replace one.
constexpr std::string_view kFile = R"(name: small
clock: 200 MHz
technology: {node: 65 nm, voltage: 1.0 V}
levels:
  - name: DRAM
    memories:
      - name: dram
        holds: [Input, Weight, Output]
        word_width: 64 bit
        bandwidth: 1.6 GB/s
        energy: {dram: lpddr4}
  - name: GLB
    memories:
      - name: buffer
        holds: [Input, Weight, Output]
        capacity: 64 KiB
        word_width: 64 bit
        read_bandwidth: 128 bit/cycle
        energy: {sram: {size: 4 KiB}}
    fan_out:
      x: {size: 8, dims: [M, P]}
      y: {size: 4, dims: [C]}
      networks: {Input: {bandwidth: 16 bit/cycle, multicast: false, energy: 0.5 pJ, hops: 3}}
    constraints:
      temporal: {only: [N, M, Q], M: {most: 8}, Q: full, N: 2}
      orders: [[N, M, Q]]
      spatial: {x: {only: [M]}}
  - name: PE
    memories:
      - name: registers
        holds: [Output]
        capacity: 24 B
        word_width: 16 bit
        buffering: streaming
        energy: {register: {}}
        gated_by: {Output: Input}
    constraints: {keep: [Output]}
compute:
  operand_width: 8 bit
  energy: {multiply_add: 8 bit, accumulator: 32 bit}
  gated_by: Input
)";

Architecture read(std::string_view text) {
  return read_architecture(YamlNode::load_text(text, "small.yaml"));
}

/// The file with `from` replaced.
std::string with(std::string_view from, std::string_view to) {
  return replaced(std::string(kFile), from, to);
}

std::string architecture_error(const std::string& text) {
  return refusal([&] { read(text); });
}

}  // namespace

TEST_CASE("levels, memories and fan-outs come out as written") {
  const Architecture a = read(kFile);
  CHECK(a.name == "small");
  REQUIRE(a.levels.size() == 3);
  CHECK_FALSE(a.levels[0].memories[0].capacity.has_value());
  CHECK(a.levels[0].memories[0].shared_port);
  CHECK(a.levels[0].memories[0].read_bandwidth.count() == doctest::Approx(64.0));
  CHECK(a.levels[1].memories[0].read_bandwidth == BitsPerCycle{128.0});
  CHECK(a.levels[1].memories[0].write_bandwidth == kUnlimited);
  CHECK_FALSE(a.levels[1].memories[0].shared_port);
  CHECK(a.levels[1].memories[0].buffering == Buffering::Double);
  CHECK(a.levels[2].memories[0].buffering == Buffering::Streaming);
  CHECK(a.levels[2].memories[0].gated_by[Tensor::Output] == Tensor::Input);
  CHECK(compute_units(a) == 32);
  const TensorNetwork& network = a.levels[1].fan_out.networks[Tensor::Input];
  CHECK_FALSE(network.multicast);
  CHECK(network.energy_per_hop == Picojoules{0.5});
  CHECK(network.hops == 3.0);
}

TEST_CASE("derived energies carry their source") {
  const Architecture a = read(kFile);
  CHECK(a.levels[0].memories[0].energy.read.count() == doctest::Approx(512.0));
  const Memory& buffer = a.levels[1].memories[0];
  CHECK(buffer.energy.read == Picojoules{6.16767});
  CHECK(buffer.leakage.count() == doctest::Approx(16 * 0.000986864));  // 64 KiB / 4 KiB
  CHECK(buffer.source == "CACTI 7.0, lstp300, 65 nm, 4 KiB x 64 bit, 16 banks");
  CHECK(a.levels[2].memories[0].source.starts_with("Aladdin register_bit 40 nm x 16 bit"));
  // (0.2 + 0.1) pJ * 1.332 / 0.69885
  CHECK(a.compute.energy.count() == doctest::Approx(0.5718).epsilon(1e-3));
}

TEST_CASE("a word wider than the array opens several arrays") {
  const Architecture a = read(with("{size: 4 KiB}", "{size: 4 KiB, width: 32 bit}"));
  CHECK(a.levels[1].memories[0].energy.read.count() == doctest::Approx(2 * 5.16648));
}

TEST_CASE("given energies, leakage and area go before derived ones") {
  const Architecture a = read(with("energy: {sram: {size: 4 KiB}}",
                                   "energy: {read: 6.2 pJ, write: 11.9 pJ}\n        source: mine\n"
                                   "        leakage: 3 mW\n        area: 0.7 mm2"));
  const Memory& buffer = a.levels[1].memories[0];
  CHECK(buffer.energy.read == Picojoules{6.2});
  CHECK(buffer.energy.write == Picojoules{11.9});
  CHECK(buffer.source == "mine");
  CHECK(buffer.leakage == Milliwatts{3.0});
  CHECK(buffer.area == SquareMillimeters{0.7});
}

TEST_CASE("a dataflow pins loops, orders and what is kept") {
  const Architecture a = read(kFile);
  const LevelConstraint& glb = a.constraints[1];
  CHECK(glb.temporal[Dim::M].most == 8);
  CHECK(glb.temporal[Dim::N] == FactorRule{2, 2, false});
  CHECK(glb.temporal[Dim::Q].full);
  CHECK(glb.temporal[Dim::C].most == 1);
  CHECK(glb.orders == std::vector<std::vector<Dim>>{{Dim::N, Dim::M, Dim::Q}});
  CHECK(glb.spatial_x[Dim::P].most == 1);
  CHECK(glb.spatial_y[Dim::C] == FactorRule{});
  CHECK(glb.spatial_y[Dim::M].most == 1);  // not along Y of this fan-out
  CHECK(a.constraints[2].keep[Tensor::Output] == true);
  CHECK_FALSE(a.constraints[1].keep[Tensor::Output].has_value());
  CHECK(a.constraints[0].temporal[Dim::R] == FactorRule{});
}

TEST_CASE("a missing key and a misspelt one are refused with the keys there are") {
  CHECK(architecture_error(with("word_width: 16 bit", "wrod_width: 16 bit")) ==
        "small.yaml:33: levels[2].memories[0]: word_width: missing; did you mean it by "
        "\"wrod_width\"?");
  CHECK(architecture_error(with("buffering: streaming", "bufering: streaming"))
            .starts_with("small.yaml:34: levels[2].memories[0].bufering: unknown key; known here: "
                         "area, "));
}

TEST_CASE("a value without unit, negative or too large is refused") {
  CHECK(architecture_error(with("64 KiB", "64")) ==
        "small.yaml:16: levels[1].memories[0].capacity: expected a size such as 108 KiB (bit, B, "
        "KiB, MiB, GiB), found \"64\"");
  CHECK(architecture_error(with("0.5 pJ", "-0.5 pJ")).find("expected an energy") !=
        std::string::npos);
  CHECK(architecture_error(with("64 KiB", "9999999999999 GiB")).find("below 2^63") !=
        std::string::npos);
  CHECK(architecture_error(with("size: 8,", "size: 65537,")).find("from 1 to 65536") !=
        std::string::npos);
  CHECK(architecture_error(with("hops: 3", "hops: -1")).find("at least 0") != std::string::npos);
}

TEST_CASE("a tensor in two memories of one level is refused") {
  const std::string second =
      "  - name: PE\n    memories:\n      - {name: other, holds: [Output], capacity: 2 B, "
      "word_width: 16 bit, energy: {register: {}}}\n";
  CHECK(architecture_error(with("  - name: PE\n    memories:\n", second)) ==
        "small.yaml:1: architecture small, level 2 (PE): Output is in two memories, other and "
        "registers; a level keeps a tensor in one");
}

TEST_CASE("an energy that cannot be derived is refused at its place") {
  CHECK(architecture_error(with("{size: 4 KiB}", "{size: 8 B}")) ==
        "small.yaml:19: levels[1].memories[0].energy.sram: SRAM of 8 B x 64 bit: the table holds "
        "64 B to 2 MiB, 8 bit and wider, at least 32 words; take registers for less, several "
        "banks for more");
  CHECK(architecture_error(with("lpddr4", "ddr9"))
            .starts_with("small.yaml:11: levels[0].memories[0].energy.dram: DRAM technology ddr9"));
  CHECK(architecture_error(with("{register: {}}", "{register: {}}\n        source: mine"))
            .ends_with("a derived energy brings its own source; remove source"));
}

TEST_CASE("contradictory constraints are refused") {
  CHECK(architecture_error(with("{keep: [Output]}", "{keep: [Output], bypass: [Output]}"))
            .ends_with("Output is in keep and in bypass"));
  CHECK(architecture_error(with("{keep: [Output]}", "{keep: [Input]}"))
            .ends_with("level 2 (PE): Input must be kept but no memory here holds it"));
  CHECK(architecture_error(with("[[N, M, Q]]", "[[N, M]]"))
            .ends_with("an order does not name Q, which may have a loop here"));
  CHECK(architecture_error(with("[[N, M, Q]]", "[[N, M, M, Q]]")).ends_with("M is there twice"));
  CHECK(architecture_error(with("{only: [M]}", "{only: [M, R], R: full}"))
            .ends_with("spatial x: R must lie here but the fan-out does not allow it"));
  CHECK(architecture_error(with("M: {most: 8}", "C: {most: 8}"))
            .ends_with("C is not in only, so it is fixed to 1"));
}

TEST_CASE("unknown families and parameters are refused") {
  CHECK(architecture_error("{family: tpu, name: x, parameters: {}}") ==
        "small.yaml:1: family: expected one of eyeriss, fpga_tiled_engine, "
        "fpga_pixel_engine, fpga_convolver_engine, nvdla, gemmini; found \"tpu\"");
  CHECK(architecture_error("{family: eyeriss, name: x, parameters: {rows: 3}}")
            .starts_with("small.yaml:1: parameters.rows: unknown key"));
  CHECK(architecture_error("{family: eyeriss, name: x, parameters: {dataflow: free}}") ==
        "small.yaml:1: parameters.dataflow: expected one of row_stationary, none; found \"free\"");
  CHECK(
      architecture_error("{family: fpga_tiled_engine, name: x, parameters: {board: zc706, Tm: 64}}")
          .starts_with("small.yaml:1: parameters: x: the board zc706 cannot hold it: needs 1024 "
                       "DSP"));
}

TEST_CASE("arithmetic of absurd width is refused without overflow") {
  CHECK(architecture_error(
            with("{multiply_add: 8 bit, accumulator: 32 bit}", "{multiply_add: 999999999 GiB}"))
            .ends_with("expected 1 to 128 bit"));
}

TEST_CASE("the example of docs/architectures.md loads") {
  const std::string page = read_file(source_folder() / "docs" / "architectures.md");
  const std::size_t begin = page.find("```yaml\n") + 8;
  const Architecture example = read(page.substr(begin, page.find("```", begin) - begin));
  CHECK(compute_units(example) == 32);
  CHECK(example.energy_per_cycle == Picojoules{20.0});
}

TEST_CASE("more levels than the mapper takes are refused where they are read") {
  const auto with_levels = [](int levels) {
    std::string text(kFile);
    const std::string begin = text.substr(0, text.find("  - name: GLB"));
    const std::string end = text.substr(text.find("compute:"));
    text = begin;
    for (int i = 1; i < levels; ++i) {
      text += "  - name: L" + std::to_string(i) +
              "\n    memories: [{name: m, holds: [Input, Weight, Output], capacity: 1 KiB, "
              "word_width: 16 bit, energy: {read: 1 pJ, write: 1 pJ}}]\n";
    }
    return text + end;
  };
  CHECK(read(with_levels(8)).levels.size() == kMostLevels);
  CHECK(refusal([&] {
          read(with_levels(9));
        }).ends_with("levels: expected at most 8 levels, as many as the mapper takes"));
}

TEST_CASE("every shipped architecture loads") {
  for (const std::string file :
       {"eyeriss", "eyeriss_free", "eyeriss_fused", "zc706", "weight_stationary",
        "output_stationary", "two_level", "nvdla_small", "nvdla_large", "simba_chiplet", "tpu_v1",
        "gemmini", "edge_free"}) {
    CAPTURE(file);
    const Architecture a = find_architecture(file);
    CHECK(a.name == file);
    for (const Level& level : a.levels) {
      for (const Memory& memory : level.memories) CHECK_FALSE(memory.source.empty());
    }
    CHECK_FALSE(a.compute.source.empty());
  }
}

TEST_CASE("the shipped two-level architecture has round energies and 16 words") {
  const Architecture a = find_architecture("two_level");
  CHECK(a.levels[0].memories[0].energy.read == Picojoules{100.0});
  CHECK(a.levels[1].memories[0].energy.write == Picojoules{1.0});
  CHECK(a.levels[1].memories[0].capacity == Bits{16 * 16});
  CHECK(a.compute.energy == Picojoules{1.0});
  CHECK(compute_units(a) == 1);
}

TEST_CASE("an unknown architecture is refused with those there are") {
  CHECK_THROWS_WITH_AS(
      find_architecture("eyeris"),
      doctest::Contains("there are: edge_free, eyeriss, eyeriss_free, "
                        "eyeriss_fused, eyeriss_isca16, gemmini, nv_small, "
                        "nvdla_large, nvdla_small, output_stationary, pixel_m32p32"),
      InputError);
}

}  // namespace tilewise
