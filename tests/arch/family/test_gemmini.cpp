#include "arch/family/gemmini.hpp"

#include <doctest/doctest.h>

#include <string>

#include "arch/architecture_yaml.hpp"
#include "arch/describe.hpp"
#include "base/error.hpp"
#include "mapper/problem_key.hpp"

namespace tilewise {
namespace {

/// Gemmini of 16 x 16 PEs written out level by level.
const std::string kWrittenOut = R"(
name: gemmini
description: Gemmini, 16 x 16 weight-stationary systolic array (DAC 2021)
clock: 1 GHz
technology: {node: 22 nmVOLTAGE}
levels:
  - name: DRAM
    memories:
      - name: dram
        holds: [Input, Weight, Output]
        word_width: 64 bit
        bandwidth: 128 bit/cycle
        burst: 64 B
        energy: {dram: lpddr4}
  - name: Scratchpad
    memories:
      - name: scratchpad
        holds: [Input, Weight]
        capacity: SCRATCHPAD
        word_width: 128 bit
        ports:
          - {tensors: [Input], read: 128 bit/cycle}
          - {tensors: [Weight], read: 128 bit/cycle}
          - {tensors: [Input, Weight], write: 128 bit/cycle}
        refetch: always
        energy: {sram: {size: SCRATCH_BANK}}
    fan_out:
      x: {size: 16, dims: [M]}
      skew: layer
    constraints: {keep: [Input, Weight]}
  - name: Accumulator
    memories:
      - name: sums
        holds: [Output]
        capacity: ACCUMULATOR
        word_width: 32 bit
        read_bandwidth: 32 bit/cycle
        write_bandwidth: 32 bit/cycle
        sum_width: 32 bit
        energy: {sram: {size: SUM_BANK}}
    fan_out:
      y: {size: 16, dims: [C]}
      skew: layer
    constraints: {keep: [Output]}
  - name: PE
    memories:
      - name: weight
        holds: [Weight]
        capacity: 16 bit
        word_width: 8 bit
        buffering: streaming
        energy: {register: {}}
    constraints:
      temporal: {only: [N, P, Q]}
      keep: [Weight]
compute:
  operand_width: 8 bit
  block: {along: [Q], steps: 16, least: 8 cycles}
  energy: {multiply_add: 8 bit, accumulator: 32 bit}
)";

struct WrittenSizes {
  std::string scratchpad;
  std::string scratch_bank;
  std::string accumulator;  ///< of one column
  std::string sum_bank;
};

/// At 0.9 V, or at the nominal voltage of the node.
enum class Voltage { Given, Nominal };

Architecture written_out(const WrittenSizes& sizes, Voltage voltage = Voltage::Given) {
  std::string text = kWrittenOut;
  const auto set = [&](const std::string& word, const std::string& value) {
    text.replace(text.find(word), word.size(), value);
  };
  set("VOLTAGE", voltage == Voltage::Given ? ", voltage: 0.9 V" : "");
  set("SCRATCHPAD", sizes.scratchpad);
  set("SCRATCH_BANK", sizes.scratch_bank);
  set("ACCUMULATOR", sizes.accumulator);
  set("SUM_BANK", sizes.sum_bank);
  return read_architecture(YamlNode::load_text(text, "written_out.yaml"));
}

void check_same(const Architecture& made, const Architecture& written) {
  CHECK(architecture_key(made) == architecture_key(written));
  CHECK(describe(made) == describe(written));
}

Architecture with_parameters(const std::string& parameters) {
  return read_architecture(YamlNode::load_text(
      "family: gemmini\nname: gemmini\nparameters: {" + parameters + "}\n", "mine.yaml"));
}

}  // namespace

TEST_SUITE("family gemmini") {
  TEST_CASE("the shipped file is what its levels written out are") {
    // 16384 rows of 16 B; 1024 rows of 4 B in each of 16 columns.
    const WrittenSizes sizes{"256 KiB", "64 KiB", "4 KiB", "2 KiB"};
    check_same(find_architecture("gemmini"), written_out(sizes, Voltage::Nominal));
    check_same(with_parameters(""), written_out(sizes));
  }

  TEST_CASE("rows set scratchpad and accumulator") {
    // 6912 rows of 16 B, 1728 a bank; 256 rows of 4 B, 128 a bank.
    check_same(with_parameters("scratchpad_rows: 6912, accumulator_rows: 256"),
               written_out({"110592 B", "27648 B", "1 KiB", "512 B"}));
    // 3583 rows: the first bank has one row more than the second.
    check_same(with_parameters("accumulator_rows: 3583"),
               written_out({"256 KiB", "64 KiB", "14332 B", "7168 B"}));
  }

  TEST_CASE("rows are as wide as the array") {
    const Architecture a = with_parameters("array: 32, bus: 32 B/cycle, request: 128 B");
    CHECK(compute_units(a) == 1024);
    CHECK(a.levels[0].memories[0].read_bandwidth == BitsPerCycle{256.0});
    CHECK(a.levels[0].memories[0].burst == Bits{1024});
    CHECK(a.compute.block.steps == 32);
    CHECK(a.compute.block.least == Cycles{8.0});
    CHECK(with_parameters("block_cycles: 4").compute.block.least == Cycles{4.0});
    CHECK(a.levels[1].memories[0].capacity == kibibytes(512));  // 16384 rows of 32 B
    CHECK(a.levels[1].memories[0].word_width == Bits{256});
    CHECK(a.levels[2].memories[0].capacity == kibibytes(4));  // a column of 1024 rows
  }

  TEST_CASE("what the energy tables do not cover is refused at its place") {
    CHECK_THROWS_WITH_AS(with_parameters("accumulator_rows: 2"), doctest::Contains("mine.yaml:3"),
                         InputError);
    CHECK_THROWS_WITH_AS(with_parameters("operand_width: 200 bit"),
                         doctest::Contains("1 to 128 bit"), InputError);
  }
}

}  // namespace tilewise
