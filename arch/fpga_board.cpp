#include "arch/fpga_board.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/yaml.hpp"

namespace tilewise {
namespace {

constexpr std::int64_t kMostCells = 100'000'000;

/// A rate by time; bits a cycle would mean nothing without a clock.
GigabytesPerSecond read_bandwidth(const YamlNode& yaml) {
  if (!yaml.is_scalar() || !yaml.text().ends_with("B/s")) {
    yaml.fail("expected a bandwidth by time such as 12.8 GB/s");
  }
  const Megahertz clock{1.0};
  return GigabytesPerSecond{yaml.bandwidth(clock) / per_cycle(GigabytesPerSecond{1.0}, clock)};
}

}  // namespace

FpgaBoard load_board(const std::filesystem::path& path) {
  YamlMap map = YamlNode::load_file(path).map();
  FpgaBoard board;
  board.name = map.at("name").text();
  board.part = map.at("part").text();
  board.lut = map.at("LUT").integer(1, kMostCells);
  board.ff = map.at("FF").integer(1, kMostCells);
  board.dsp = map.at("DSP").integer(1, kMostCells);
  board.bram18 = map.at("BRAM18").integer(1, kMostCells);
  board.off_chip_bandwidth = read_bandwidth(map.at("off_chip_bandwidth"));
  board.dram = map.at("dram").text();
  board.node = map.at("node").node_size();
  board.voltage = map.at("voltage").voltage();
  board.board_power = map.at("board_power").power();
  board.board_power_source = map.at("board_power_source").text();
  map.done();
  return board;
}

FpgaBoard find_board(const std::string& name_or_path) {
  return load_board(find_config("board", name_or_path));
}

}  // namespace tilewise
