#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/units.hpp"

namespace tilewise {

using GigabytesPerSecond = Quantity<struct GigabytesPerSecondUnit, double>;

constexpr BitsPerCycle per_cycle(GigabytesPerSecond bandwidth, Megahertz clock) {
  return BitsPerCycle{8000.0 * bandwidth.count() / clock.count()};
}

/// What an FPGA board offers.
struct FpgaBoard {
  std::string name;
  std::string part;
  std::int64_t lut = 0;     ///< logic cells that also make small memories, 64 bit each
  std::int64_t ff = 0;      ///< flip-flops
  std::int64_t dsp = 0;     ///< multipliers of 18 x 27 bit
  std::int64_t bram18 = 0;  ///< memory blocks of 18 Kibit
  GigabytesPerSecond off_chip_bandwidth;
  std::string dram;  ///< technology, of configs/energy/dram.yaml
  Nanometers node{28};
  Volts voltage{1.0};
  Milliwatts board_power;  ///< static and clock, all the time
  std::string board_power_source;
};

/// Throws InputError with the place where the file breaks the format of configs/board.
FpgaBoard load_board(const std::filesystem::path& path);
/// A shipped board by name ("zc706"), or the file of that path.
FpgaBoard find_board(const std::string& name_or_path);

}  // namespace tilewise
