#include "arch/fpga/fpga_board.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/shipped_names.hpp"
#include "base/yaml.hpp"

namespace tilewise {
namespace {

// Beyond any device.
constexpr std::int64_t kMostCells = 100'000'000;
constexpr std::int64_t kMostControllers = 64;

/// A rate by time; bits a cycle would mean nothing without a clock.
GigabytesPerSecond read_bandwidth(const YamlNode& yaml) {
  if (!yaml.is_scalar() || !yaml.text().ends_with("B/s")) {
    yaml.fail("expected a bandwidth by time such as 12.8 GB/s");
  }
  const Megahertz clock{1.0};
  return GigabytesPerSecond{yaml.bandwidth(clock) / per_cycle(GigabytesPerSecond{1.0}, clock)};
}

double read_fraction(const YamlNode& yaml) {
  const double share = yaml.number();
  if (!(share > 0.0 && share <= 1.0)) yaml.fail("expected a share above 0 and up to 1");
  return share;
}

/// {LUT: 0.85, DSP: 0.9}: a resource left out keeps its default.
void read_usable(const YamlNode& yaml, EnumArray<FpgaResource, double>& usable) {
  YamlMap map = yaml.map();
  for (const FpgaResource each : all_of<FpgaResource>()) {
    if (const auto share = map.find(name(each))) usable[each] = read_fraction(*share);
  }
  map.done();
}

FpgaPort read_port(const YamlNode& yaml) {
  YamlMap map = yaml.map();
  FpgaPort port;
  port.name = map.at("name").text();
  port.bandwidth = read_bandwidth(map.at("bandwidth"));
  if (const auto soft = map.find("soft_controllers")) {
    port.soft_controllers = soft->integer(0, kMostControllers);
  }
  map.done();
  return port;
}

void read_ports(const YamlNode& yaml, std::vector<FpgaPort>& ports) {
  for (const YamlNode& each : yaml.list()) {
    FpgaPort port = read_port(each);
    const bool twice = std::any_of(ports.begin(), ports.end(),
                                   [&](const FpgaPort& other) { return other.name == port.name; });
    if (twice) each.fail(fmt::format("the port {} is there twice; change one", port.name));
    ports.push_back(std::move(port));
  }
}

/// Keys that a file may leave out.
void read_optional(YamlMap& map, FpgaBoard& board) {
  if (const auto uram = map.find("URAM")) board.uram = uram->integer(0, kMostCells);
  if (const auto usable = map.find("usable")) read_usable(*usable, board.usable);
  if (const auto soft = map.find("soft_controllers")) {
    board.soft_controllers = soft->integer(0, kMostControllers);
  }
  if (const auto ports = map.find("ports")) read_ports(*ports, board.ports);
  if (const auto source = map.find("source")) board.source = source->text();
}

}  // namespace

std::string_view name(FpgaResource resource) {
  switch (resource) {
    case FpgaResource::Dsp: return "DSP";
    case FpgaResource::Bram18: return "BRAM18";
    case FpgaResource::Uram: return "URAM";
    case FpgaResource::Lut: return "LUT";
    case FpgaResource::Ff: return "FF";
  }
  return "";
}

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
  read_optional(map, board);
  map.done();
  return board;
}

FpgaBoard find_board(const std::string& name_or_path) {
  std::error_code ignored;
  const auto shipped = [&](const char* folder) {
    return std::filesystem::exists(config_folder() / folder / (name_or_path + ".yaml"), ignored);
  };
  if (!std::filesystem::exists(name_or_path, ignored) && shipped("arch") && !shipped("board")) {
    throw InputError(fmt::format("{}: no board, but a device; the boards are: {}", name_or_path,
                                 fmt::join(board_names(), ", ")));
  }
  return load_board(find_config("board", name_or_path));
}

std::vector<std::string> board_names() { return shipped_names("board"); }

FpgaBoard with_port(FpgaBoard board, std::string_view port) {
  std::vector<std::string> names;
  for (const FpgaPort& each : board.ports) {
    if (each.name == port) {
      board.off_chip_bandwidth = each.bandwidth;
      board.soft_controllers = each.soft_controllers;
      return board;
    }
    names.push_back(each.name);
  }
  throw InputError(fmt::format(
      "port {}: the board {} has none of that name; {}", port, board.name,
      names.empty() ? "leave it out" : fmt::format("there are {}", fmt::join(names, ", "))));
}

}  // namespace tilewise
