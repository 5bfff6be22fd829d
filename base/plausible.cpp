#include "base/plausible.hpp"

#include <limits>

namespace tilewise {

Plausible plausible(UnitKind kind) {
  switch (kind) {
    case UnitKind::Frequency: return {1e-3, 1e6};        // 1 kHz to 1 THz
    case UnitKind::Energy: return {1e-9, 1e12};          // pJ, to 1 J
    case UnitKind::Power: return {1e-9, 1e9};            // mW, to 1 MW
    case UnitKind::Time: return {1e-9, 1e12};            // us, to 12 days
    case UnitKind::Area: return {1e-12, 1e9};            // mm2
    case UnitKind::Voltage: return {1e-6, 1e3};          // V
    case UnitKind::CycleBandwidth: return {1e-9, 1e15};  // bit/cycle
    case UnitKind::Bandwidth: return {1e-9, 1e15};       // bit/cycle, by the clock
    case UnitKind::Count:
    case UnitKind::Size:
    case UnitKind::Traffic:
    case UnitKind::Node:
    case UnitKind::EnergyTime: break;
  }
  return {0.0, std::numeric_limits<double>::max()};
}

}  // namespace tilewise
