#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"
#include "base/units.hpp"

namespace tilewise {

using GigabytesPerSecond = Quantity<struct GigabytesPerSecondUnit, double>;

constexpr BitsPerCycle per_cycle(GigabytesPerSecond bandwidth, Megahertz clock) {
  return BitsPerCycle{8000.0 * bandwidth.count() / clock.count()};
}

/// What an FPGA offers and a design takes.
enum class FpgaResource {
  Dsp,     ///< multipliers of 18 x 27 bit
  Bram18,  ///< memory blocks of 18 Kibit
  Uram,    ///< memory blocks of 72 x 4096 bit
  Lut,     ///< logic cells that also make small memories, 64 bit each
  Ff,      ///< flip-flops
};
template <>
inline constexpr std::size_t enum_size<FpgaResource> = 5;
/// "DSP", "BRAM18", "URAM", "LUT" or "FF".
std::string_view name(FpgaResource resource);

/// A way to off-chip memory.
struct FpgaPort {
  std::string name;
  GigabytesPerSecond bandwidth;       ///< peak
  std::int64_t soft_controllers = 0;  ///< made of the fabric (FPGA F8); a hard one takes none
};

/// What an FPGA board offers.
struct FpgaBoard {
  std::string name;
  std::string part;
  std::int64_t lut = 0;
  std::int64_t ff = 0;
  std::int64_t dsp = 0;
  std::int64_t bram18 = 0;
  std::int64_t uram = 0;
  /// Share of each resource that a found design may take: just above the fullest published build
  /// (Qiu, FPGA 2016), an estimate. docs/fpga.md, Boards.
  EnumArray<FpgaResource, double> usable{{0.9, 0.9, 0.9, 0.85, 0.85}};
  GigabytesPerSecond off_chip_bandwidth;  ///< of the default port, peak
  std::int64_t soft_controllers = 0;      ///< of the default port
  std::vector<FpgaPort> ports;            ///< other ports that a design may take instead
  std::string dram;                       ///< technology, of configs/energy/dram.yaml
  Nanometers node{28};
  Volts voltage{1.0};
  Milliwatts board_power;  ///< static and clock, all the time
  std::string board_power_source;
  std::string source;  ///< of the counts and the bandwidth
};

/// Throws InputError with the place where the file breaks the format of configs/board.
FpgaBoard load_board(const std::filesystem::path& path);
/// A shipped board by name ("zc706"), or the file of that path.
FpgaBoard find_board(const std::string& name_or_path);
/// What tells a board by its name; throws InputError where there is none.
using BoardFinder = std::function<FpgaBoard(const std::string& name_or_path)>;
/// The names of the shipped boards, in order.
std::vector<std::string> board_names();

/// The same board whose default port is the one of that name. Throws InputError that lists them.
FpgaBoard with_port(FpgaBoard board, std::string_view port);

}  // namespace tilewise
