#pragma once

#include <cstdint>
#include <optional>

#include "arch/family/fpga.hpp"
#include "arch/fpga/fpga_resources.hpp"
#include "arch/fpga/hls_loop.hpp"
#include "base/enum_array.hpp"

namespace tilewise {

/// What an engine takes of a board, and what of it each part takes.
struct FpgaEngineUse {
  FpgaResources total;  ///< LUT by F5 where all products are on DSP, by F6 where some are not
  FpgaResources lanes;  ///< multipliers, adders, line buffers
  EnumArray<Tensor, FpgaResources> buffers;
  FpgaResources controllers;   ///< of off-chip memory, where they are made of the fabric (F8)
  std::int64_t least_lut = 0;  ///< of the total, if every DSP adds in its own post-adder (F6)
};

/// Banks of a buffer: as set, else Tn Tp Tq for Input, Tm Tn for Weight, Tm Tp Tq for Output (F4).
std::int64_t buffer_banks(const FpgaEngineParameters& parameters, Tensor t);
/// Products in a cycle: Tm Tn Tp Tq window^2.
std::int64_t multipliers(const FpgaEngineParameters& parameters);
/// H2 of the buffers' ports alone: what one step reads and writes. Unrolled lanes ask for more
/// (H4), other numbers of banks answer more (H5).
InitiationInterval port_interval(const FpgaEngineParameters& parameters);

/// F1 to F9 of the lanes, the buffers and the default port's controllers. Throws InputError where a
/// bank holds no word or a count does not fit in 63 bits.
FpgaEngineUse engine_use(const FpgaEngineParameters& parameters);
/// The total of engine_use.
FpgaResources resources(const FpgaEngineParameters& parameters);

/// The engine of most lanes with at most as many Tm and Tn that the whole device holds, each bank
/// with as many words as before; ties go to the larger Tm. Empty: not even one of each.
std::optional<FpgaEngineParameters> nearest_engine(const FpgaEngineParameters& parameters);

}  // namespace tilewise
