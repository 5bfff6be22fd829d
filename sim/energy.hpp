#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/architecture.hpp"
#include "base/units.hpp"
#include "sim/access_counts.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Why energy is spent.
enum class EnergyCause { Read, Write, Network, Mac, Leakage, Clock };
template <>
inline constexpr std::size_t enum_size<EnergyCause> = 6;
std::string_view name(EnergyCause cause);

/// One entry of the breakdown: where, for which tensor (none: all or no tensor), why.
struct EnergyItem {
  std::string place;  ///< level, "network below LEVEL", "compute" or "chip"
  std::optional<Tensor> tensor;
  EnergyCause cause = EnergyCause::Read;
  Picojoules energy;
};

/// The breakdown of DESIGN section 4. Its items add up to `total` by construction.
struct Energy {
  Picojoules total;
  std::vector<EnergyItem> items;
  /// How far below and above the total the other published energies of the components put it, all
  /// of them low, or all high (EnergySpread, Eq. 23). Both 0: nothing else is published.
  Picojoules below;
  Picojoules above;
};

/// Adds an item that is not zero: to the total, to the range by what others publish of its unit
/// energy, and to the breakdown.
void add_item(Energy& energy, EnergyItem item, const EnergySpread& spread = {});

/// Energy of the accesses, network words and operations (Eq. 12 to 15); zero items are left out.
/// Without leakage and clock, which follow the latency.
Energy dynamic_energy(const Architecture& architecture, const Layer& layer,
                      const AccessCounts& counts);

/// Adds leakage of the whole chip and the clock's energy over `latency` (Eq. 16).
void add_static_energy(const Architecture& architecture, Cycles latency, Energy& energy);

/// The total of dynamic_energy without its breakdown: the same sum in the same order.
Picojoules dynamic_energy_total(const Architecture& architecture, const Layer& layer,
                                const AccessCounts& counts);

/// Leakage and clock of the whole chip in one cycle.
Picojoules static_energy_per_cycle(const Architecture& architecture);

/// Leakage of all memories and compute units.
Milliwatts leakage_power(const Architecture& architecture);

}  // namespace tilewise
