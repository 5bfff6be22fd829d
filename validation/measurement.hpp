#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/architecture.hpp"
#include "base/enum_array.hpp"
#include "base/yaml.hpp"
#include "sim/evaluate.hpp"
#include "validation/validation_table.hpp"

namespace tilewise {

/// What of a layer's cost a published table gives.
enum class Measure {
  ActiveUnits,    ///< product of the spatial bounds: compute units that work
  BufferTraffic,  ///< words in and out of one level, without filters
  OffChip,        ///< words over the boundary of off-chip memory
  Latency,        ///< the whole run
  OnChipLatency,  ///< the same with unlimited off-chip bandwidth
  ChipEnergy,     ///< all but the accesses of off-chip memory
  Energy,         ///< items of given places and causes
  Macs,
  LatencyCycles,  ///< latency in cycles
};
template <>
inline constexpr std::size_t enum_size<Measure> = 9;
std::string_view name(Measure measure);

/// One quantity of a case: what to measure and the unit to print it in.
struct Measurement {
  Measure measure = Measure::Macs;
  double unit = 1.0;                ///< bytes, microseconds, picojoules or pieces in one
  std::size_t level = 0;            ///< BufferTraffic
  std::vector<std::string> places;  ///< Energy: of these, all where empty
  std::vector<EnergyCause> causes;  ///< Energy: of these, all where empty
};

/// A quantity as case.yaml has it.
struct MeasuredColumn {
  Measurement measurement;
  ValidationColumn column;
};
/// Throws InputError with place and cure.
MeasuredColumn read_measured_column(const YamlNode& yaml, const Architecture& architecture);

/// The same of a quantity that a cost alone gives, without a mapping: off_chip, latency, energy of
/// any place, macs, cycles.
MeasuredColumn read_cost_column(const YamlNode& yaml);
/// The number of ours, in the unit of `measurement`, which read_cost_column made.
double measure(const Measurement& measurement, const LayerCost& cost);

/// A layer under a mapping that fits, and what it costs there.
struct MappedCaseLayer {
  const Architecture& architecture;
  const Layer& layer;
  const Mapping& mapping;
  const LayerCost& cost;
};
/// The number of ours, in the unit of `measurement`.
double measure(const Measurement& measurement, const MappedCaseLayer& mapped);

}  // namespace tilewise
