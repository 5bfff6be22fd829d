#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/architecture.hpp"
#include "base/units.hpp"

namespace tilewise {

/// A memory of a level, or the compute units: all instances together.
struct ChipPart {
  std::string place;  ///< "GLB.buffer", or "compute"
  std::int64_t instances = 0;
  SquareMillimeters area;
  Milliwatts leakage;
};

/// Area and leakage of the memories and compute units of a chip, and of nothing else: networks,
/// control, clock tree, pads and what the layout leaves empty have no source (docs/model.md,
/// Area).
struct ChipArea {
  std::vector<ChipPart> parts;  ///< outermost first, compute last
  SquareMillimeters memories;
  SquareMillimeters compute;
  Milliwatts leakage;  ///< of all parts
  /// Parts on the chip of which no area is known: the sums leave them out. All of them on an FPGA,
  /// whose area is its resources.
  std::vector<std::string> unknown;

  SquareMillimeters total() const { return memories + compute; }
};

/// Eq. 19: the parts and their sums, each part as often as it is there. Off-chip memory counts only
/// where its file gives it an area. Throws InputError as instances_of.
ChipArea chip_area(const Architecture& architecture);

}  // namespace tilewise
