#pragma once

namespace tilewise {

/// How far other published figures of a component lie from the one that its energy is derived from:
/// the least and the most of them over ours, which is among them. Where nothing else is published,
/// or the energy is given, both are 1.
struct EnergySpread {
  double low = 1.0;   ///< above 0, at most 1
  double high = 1.0;  ///< at least 1
  bool operator==(const EnergySpread&) const = default;
};

/// Takes another figure in, as a share of ours.
inline void widen(EnergySpread& spread, double share) {
  if (share < spread.low) spread.low = share;
  if (share > spread.high) spread.high = share;
}

}  // namespace tilewise
