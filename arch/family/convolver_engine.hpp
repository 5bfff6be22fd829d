#pragma once

#include <cstdint>
#include <string>

#include "arch/family/fixed_engine.hpp"
#include "base/units.hpp"

namespace tilewise {

struct Family;

/// Tm x Tn convolvers of kernel x kernel behind line buffers, whole tiles of tile x tile outputs
/// (FPGA Q1 to Q3 of docs/fpga_engines.md). Defaults: Qiu et al., FPGA 2016.
struct ConvolverEngine : FixedEngine {
  std::int64_t tm = 2;      ///< output channels at once
  std::int64_t tn = 64;     ///< input channels at once
  std::int64_t kernel = 3;  ///< rows and columns of a convolver
  std::int64_t tile = 28;   ///< rows and columns of an output tile, however small the map
};

/// Throws InputError where the bandwidth is unlimited.
void check_engine(const ConvolverEngine& engine);

/// Every parameter with its unit, energies with their source, as plain text for a terminal.
std::string describe(const ConvolverEngine& engine);

/// `fpga_convolver_engine` (docs/fpga_engines.md).
Family convolver_engine_family();

}  // namespace tilewise
