#include "arch/fpga/fpga_board.hpp"

#include <doctest/doctest.h>

#include <string>

#include "arch/energy/dram_table.hpp"
#include "arch/fpga/fpga_resources.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/quote.hpp"
#include "refusal.hpp"
#include "scratch_folder.hpp"

namespace tilewise {
namespace {

constexpr const char* kOld =
    "name: b\npart: p\nLUT: 100\nFF: 200\nDSP: 10\nBRAM18: 21\noff_chip_bandwidth: 1 GB/s\n"
    "dram: ddr3\nnode: 28 nm\nvoltage: 1.0 V\nboard_power: 1 W\nboard_power_source: s\n";

/// A board file that vanishes with the test.
FpgaBoard board_of(const std::string& yaml) {
  const ScratchFolder folder("board");
  write_file(folder.path / "board.yaml", yaml);
  return load_board(folder.path / "board.yaml");
}

std::string board_error(const std::string& yaml) {
  return refusal([&] { board_of(yaml); });
}

}  // namespace

TEST_CASE("the thirteen boards are shipped, the PYNQ by both of its names") {
  CHECK(board_names().size() == 14);
  const DramTable dram = load_dram_table(config_folder() / "energy" / "dram.yaml");
  for (const std::string& name : board_names()) {
    CAPTURE(name);
    const FpgaBoard board = find_board(name);
    CHECK(board.name == name);
    CHECK(board.ff == 2 * board.lut);  // two flip-flops a LUT in all families
    CHECK(board.usable[FpgaResource::Lut] == 0.85);
    CHECK_FALSE(board.source.empty());
    CHECK_NOTHROW(dram_cost(dram, board.dram, Bits{1}));
  }
  CHECK(whole_device(find_board("pynq_z1")) == whole_device(find_board("pynq_z2")));
}

TEST_CASE("a board and its ports have any names") {
  for (const std::string name : {"a: b", "null", "{a}", "x, y", "\"", "é", "- a", "l\nm", "~"}) {
    CAPTURE(name);
    const FpgaBoard board =
        board_of(replaced(kOld, "name: b", "name: " + yaml_quoted(name)) +
                 "ports: [{name: " + yaml_quoted(name) + ", bandwidth: 2 GB/s}]\n");
    CHECK(board.name == name);
    CHECK(with_port(board, name).off_chip_bandwidth == GigabytesPerSecond{2.0});
  }
}

TEST_CASE("a board file without the newer keys still loads") {
  const FpgaBoard board = board_of(kOld);
  CHECK(board.uram == 0);
  CHECK(board.soft_controllers == 0);
  CHECK(board.ports.empty());
  CHECK(board.usable[FpgaResource::Dsp] == 0.9);
}

TEST_CASE("the usable part of a device is rounded down") {
  const FpgaBoard board = board_of(kOld);
  // 0.9 * 10 DSP, 0.9 * 21 = 18.9 BRAM18, 0.85 * 100 LUT, 0.85 * 200 FF
  CHECK(usable_device(board) == FpgaResources{9, 18, 0, 85, 170});
  CHECK(whole_device(board) == FpgaResources{10, 21, 0, 100, 200});
  CHECK(usable_device(board_of(std::string(kOld) + "usable: {DSP: 0.55}\n")).dsp == 5);
}

TEST_CASE("a design may take another port with its own controllers") {
  const FpgaBoard board = find_board("zc706");
  CHECK(board.soft_controllers == 1);
  const FpgaBoard ps = with_port(board, "ps");
  CHECK(ps.off_chip_bandwidth.count() == doctest::Approx(4.2));
  CHECK(ps.soft_controllers == 0);
  CHECK_THROWS_WITH_AS(with_port(board, "hbm"),
                       "port hbm: the board zc706 has none of that name; there are ps", InputError);
  CHECK_THROWS_WITH_AS(with_port(find_board("ultra96"), "ps"),
                       "port ps: the board ultra96 has none of that name; leave it out",
                       InputError);
}

TEST_CASE("a wrong value of a board is named with its place") {
  const std::string share = board_error(std::string(kOld) + "usable: {LUT: 1.5}\n");
  CHECK(says(share, ":13: usable.LUT: expected a share above 0 and up to 1"));
  CHECK(says(board_error(std::string(kOld) + "usable: {lut: 0.5}\n"), "usable.lut: unknown key"));
  const std::string twice = board_error(
      std::string(kOld) + "ports: [{name: a, bandwidth: 1 GB/s}, {name: a, bandwidth: 2 GB/s}]\n");
  CHECK(says(twice, "the port a is there twice; change one"));
  CHECK(says(board_error(std::string(kOld) + "ports: [{name: a, bandwidth: 8 bit/cycle}]\n"),
             "expected a bandwidth by time such as 12.8 GB/s"));
  CHECK(says(board_error(std::string(kOld) + "URAM: -1\n"), "URAM"));
}

}  // namespace tilewise
