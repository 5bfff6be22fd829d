#pragma once

#include <filesystem>
#include <string>

#include "arch/energy/dram_table.hpp"
#include "arch/fpga/fpga_board.hpp"
#include "arch/fpga/fpga_resources.hpp"
#include "base/enum_array.hpp"
#include "base/units.hpp"

namespace tilewise {

/// What one piece of a resource adds to the energy of a cycle (F13).
struct FpgaActivity {
  EnumArray<FpgaResource, Picojoules> per_cycle{};
  EnumArray<FpgaResource, std::string> sources{};
  std::string source;
};
/// Throws InputError where the file breaks the format of configs/energy/fpga.yaml.
FpgaActivity load_fpga_activity(const std::filesystem::path& path);

/// Energy of a cycle of all that a design takes.
Picojoules activity_energy(const FpgaActivity& activity, const FpgaResources& used);

/// Power of a whole board by cause (F13).
struct FpgaPower {
  Milliwatts board;  ///< static and clock: of the board's file
  EnumArray<FpgaResource, Milliwatts> resources{};
  Milliwatts off_chip;

  Milliwatts total() const;
};

/// How a design runs.
struct FpgaRun {
  Megahertz clock;
  GigabytesPerSecond off_chip;  ///< mean traffic, both ways
};

/// F13: board power + clock x activity of what the design takes + off-chip bits a second x energy
/// of a bit. Throws InputError where `dram` lacks the board's technology.
FpgaPower fpga_power(const FpgaBoard& board, const FpgaResources& used, const FpgaRun& run,
                     const FpgaActivity& activity, const DramTable& dram);

}  // namespace tilewise
