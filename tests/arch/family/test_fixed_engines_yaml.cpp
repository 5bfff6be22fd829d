#include "arch/architecture_yaml.hpp"

#include <doctest/doctest.h>

#include <string>
#include <variant>

#include "base/error.hpp"
#include "refusal.hpp"

namespace tilewise {
namespace {

constexpr const char* kPixels = R"(family: fpga_pixel_engine
name: mine
parameters:
  M: 16
  P: 64
  clock: 200 MHz
  bandwidth: 8 GB/s
  input_ring: 300
  layer_overhead: 450 ns
  dram: ddr4
  technology: {node: 16 nm, voltage: 0.85 V}
)";
constexpr const char* kConvolvers = R"(family: fpga_convolver_engine
name: mine
description: convolvers
parameters:
  board: zc706
  clock: 100 MHz
  bandwidth: 4.2 GB/s
  Tm: 4
  Tn: 32
)";

constexpr const char* kNvdla = R"(family: nvdla
name: mine
parameters:
  clock: 500 MHz
  bandwidth: 64 bit/cycle
  weight_banks: 9
  entries: 256
  dram: lpddr4
  technology: {node: 16 nm}
)";

NvdlaEngine nvdla(const std::string& text) {
  return std::get<NvdlaEngine>(read_hardware(YamlNode::load_text(text, "mine.yaml")));
}

PixelEngine pixels(const std::string& text) {
  return std::get<PixelEngine>(read_hardware(YamlNode::load_text(text, "mine.yaml")));
}

/// The error of the pixel engine with `from` replaced by `to`.
std::string engine_error(const std::string& from, const std::string& to) {
  const std::string text = replaced(kPixels, from, to);
  return refusal([&] { pixels(text); });
}

}  // namespace

TEST_SUITE("fixed engines") {
  TEST_CASE("a pixel engine is what its file says, and the measured design where it is silent") {
    const PixelEngine engine = pixels(kPixels);
    CHECK(engine.name == "mine");
    CHECK(engine.m == 16);
    CHECK(engine.p == 64);
    CHECK(engine.clock == Megahertz{200.0});
    CHECK(engine.bandwidth == BitsPerCycle{320.0});  // 40 B a cycle
    CHECK(engine.operand_width == Bits{8});
    CHECK(engine.beat == bytes(64));
    CHECK(engine.weight_port == bytes(64));
    CHECK(engine.channel_group == 4);
    CHECK(engine.pass_slot == 1);
    CHECK(engine.input_ring == 300);
    CHECK_FALSE(engine.weight_memory.has_value());
    CHECK(steps_at_least(engine) == 1);
    CHECK(engine.layer_overhead.count() == doctest::Approx(0.45));
    CHECK(engine.energy.off_chip_bit == Picojoules{20.0});
    CHECK(engine.energy.board_power == Milliwatts{});
    CHECK(says(engine.energy.compute_source, "ASIC estimate"));
  }

  TEST_CASE("a pixel engine of more than 32 outputs has M steps at least if nothing is said") {
    CHECK(steps_at_least(pixels(replaced(kPixels, "M: 16", "M: 32"))) == 1);
    CHECK(steps_at_least(pixels(replaced(kPixels, "M: 16", "M: 48"))) == 48);
    CHECK(steps_at_least(pixels(replaced(kPixels, "M: 16", "M: 48\n  least_steps: 20"))) == 20);
    const auto memory = [](const std::string& size) {
      return pixels(replaced(kPixels, "M: 16", "M: 48\n  weight_memory: " + size)).weight_memory;
    };
    CHECK(memory("24 MiB") == kibibytes(24 * 1024));
    CHECK_FALSE(memory("none").has_value());
  }

  TEST_CASE("a convolver engine takes technology, memory and power from its board") {
    const ConvolverEngine engine =
        std::get<ConvolverEngine>(read_hardware(YamlNode::load_text(kConvolvers, "mine.yaml")));
    CHECK(engine.tm == 4);
    CHECK(engine.tn == 32);
    CHECK(engine.kernel == 3);
    CHECK(engine.tile == 28);
    CHECK(engine.operand_width == Bits{16});
    CHECK(engine.bandwidth == BitsPerCycle{336.0});  // 42 B a cycle
    CHECK(engine.energy.off_chip_bit == Picojoules{70.0});
    CHECK(says(describe(engine), "convolvers\nfixed control"));
  }

  TEST_CASE("an NVDLA is what its file says, nv_small where it is silent") {
    const NvdlaEngine engine = nvdla(kNvdla);
    CHECK(engine.clock == Megahertz{500.0});
    CHECK(engine.bandwidth == BitsPerCycle{64.0});
    CHECK(engine.operand_width == Bits{8});
    CHECK(engine.weight_banks == 9);
    CHECK_FALSE(engine.data_banks.has_value());
    CHECK(engine.entries == 256);
    CHECK(engine.banks == 32);
    // Sums of 34 bit, and no word of a DSP.
    CHECK(says(engine.energy.compute_source, "adder 34 bit"));
    CHECK_FALSE(says(engine.energy.compute_source, "DSP"));
    const std::string text = describe(engine);
    for (const char* part : {"chosen", "9", "refill latency", "of the buffer", "port words"}) {
      CAPTURE(part);
      CHECK(says(text, part));
    }
  }

  TEST_CASE("an NVDLA that contradicts itself is refused") {
    const auto said = [](const std::string& line) {
      return refusal([&] { nvdla(replaced(kNvdla, "entries: 256", line)); });
    };
    CHECK(says(said("data_banks: 24"),
               "banks: 24 for data and 9 for weights are more than there are (32)"));
    CHECK(says(said("banks: 9"), "banks: 1 for data and 9 for weights are more"));
    CHECK(says(said("sums: 15"), "sums: 15 do not hold a stripe of 16"));
    CHECK(says(said("shortest_stripe: 17"), "shortest_stripe: 17 is more than a stripe has (16)"));
    CHECK(says(said("port_word: 8"), "mine.yaml:7: parameters.port_word: expected a size"));
    CHECK(says(said("entry: 1 MiB"), "parameters.entry: expected a size up to 4 KiB"));
    CHECK(says(said("banks: 0"), "parameters.banks: expected a whole number from 2 to 1024"));
  }

  TEST_CASE("the description names every parameter with its unit") {
    const std::string text = describe(pixels(kPixels));
    for (const char* part : {"input ring", "300", "layer overhead", "450", "beats", "MHz",
                             "least steps", "weight memory"}) {
      CAPTURE(part);
      CHECK(says(text, part));
    }
  }

  TEST_CASE("a wrong file is refused with line, key and cure") {
    CHECK(
        says(engine_error("M: 16", "M: 0"), "mine.yaml:4: parameters.M: expected a whole number"));
    CHECK(says(engine_error("M: 16", "N: 16"), "mine.yaml:4: parameters: M: missing"));
    CHECK(says(engine_error("200 MHz", "200"),
               "mine.yaml:6: parameters.clock: expected a frequency"));
    CHECK(says(engine_error("8 GB/s", "unlimited"), "bandwidth: expected a rate above zero"));
    CHECK(says(engine_error("450 ns", "450"),
               "mine.yaml:9: parameters.layer_overhead: expected a time"));
    CHECK(says(engine_error("M: 16", "least_steps: 0\n  M: 16"),
               "mine.yaml:4: parameters.least_steps: expected a whole number"));
    CHECK(says(engine_error("M: 16", "weight_memory: 2 GiB\n  M: 16"),
               "mine.yaml:4: parameters.weight_memory: expected a size up to 1 GiB"));
    CHECK(says(engine_error("input_ring", "ring"), "mine.yaml:8: parameters.ring: unknown key"));
    CHECK(says(engine_error("dram: ddr4", "dram: ddr9"), "DRAM technology ddr9: unknown"));
    CHECK(says(engine_error("  dram: ddr4\n", ""), "dram: missing"));
    CHECK(
        says(engine_error("M: 16", "beat: 50 B\n  M: 16"), "beat: expected a multiple of 32 bit"));
    CHECK(says(engine_error("M: 16", "operand_width: 0 bit\n  M: 16"), "expected 1 to 128 bit"));
    CHECK(says(engine_error("M: 16", "board: nowhere\n  M: 16"), "parameters.board: nowhere"));
  }
}

}  // namespace tilewise
