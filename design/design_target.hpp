#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "arch/architecture.hpp"
#include "arch/fpga/fpga_board.hpp"
#include "arch/fpga/fpga_power.hpp"
#include "arch/fpga/fpga_resources.hpp"
#include "base/units.hpp"

namespace tilewise {

/// What a design is searched for: time of one image, time between images, energy of an image.
enum class DesignObjective { Latency, Throughput, Energy };
template <>
inline constexpr std::size_t enum_size<DesignObjective> = 3;
std::string_view name(DesignObjective objective);
/// Of its value: "cycles" or "pJ".
std::string_view unit(DesignObjective objective);
/// The words there are: "latency, throughput, energy".
std::string design_objective_list();
/// Throws InputError that lists the words there are.
DesignObjective parse_design_objective(std::string_view word);

/// How layers share an FPGA. docs/fpga_design.md, Organisations.
enum class Organisation {
  Single,     ///< one tiled engine runs all layers, one after the other
  Several,    ///< tiled engines side by side, each with its layers (chunk pipeline)
  Streaming,  ///< a stage for each layer, everything on chip
};
template <>
inline constexpr std::size_t enum_size<Organisation> = 3;
/// "single", "multi", "streaming".
std::string_view name(Organisation organisation);

/// What a design is made for. `available` is what it may take: the usable part of a board, or of
/// it a budget.
struct DesignTarget {
  FpgaBoard board;
  FpgaResources available;
  Megahertz clock{200.0};
  FpgaPrecision precision;
  std::int64_t packing = 1;  ///< products a DSP (F1)
  BitsPerCycle bandwidth = kUnlimited;
  FpgaActivity activity;   ///< zero without a board
  Picojoules dram_energy;  ///< of one bit
};

/// The usable part of `board`, all it takes off chip, default packing.
DesignTarget design_target(const FpgaBoard& board, const FpgaPrecision& precision, Megahertz clock);
/// No board: `dsp` DSP, everything else without limit.
DesignTarget dsp_budget(std::int64_t dsp, const FpgaPrecision& precision);

/// Prices of one piece of each resource.
using ResourcePrices = EnumArray<FpgaResource, double>;
double price(const FpgaResources& resources, const ResourcePrices& prices);

/// The most lanes that the DSP of `target` make.
std::int64_t most_lanes(const DesignTarget& target);
/// F13 over the time of an image: the board's power, what the resources take a cycle, and the
/// off-chip bits. An estimate of at least +-18 % (docs/fpga.md, Power).
Picojoules design_energy(const DesignTarget& target, const FpgaResources& resources, Cycles time,
                         Bits off_chip);

/// What a search went through, and what it proves. Counts are of its candidates: shapes of an
/// engine, targets for the interval, foldings.
struct DesignCertificate {
  std::int64_t candidates = 0;
  std::int64_t by_resources = 0;  ///< excluded: larger than what is available
  std::int64_t by_bound = 0;      ///< excluded: a bound shows that they are no better
  std::int64_t evaluated = 0;
  std::string space;         ///< the designs among which the answer was searched
  double lower_bound = 0.0;  ///< of the objective over that space
  double gap = 0.0;          ///< objective / lower_bound - 1; 0: no design of the space is better
};
/// Sets lower bound and gap; rounding of the last digits is no gap.
void set_gap(DesignCertificate& certificate, double objective, double lower_bound);

}  // namespace tilewise
