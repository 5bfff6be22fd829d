#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "arch/fpga/fpga_resources.hpp"
#include "base/enum_array.hpp"

namespace tilewise {

/// What a study may limit or make least. Latency, energy and EDP are those of the workloads;
/// power is energy over latency; area and resources are those of the configuration.
enum class StudyMetric { Latency, Energy, Edp, Power, Area, Lut, Ff, Dsp, Bram18, Uram };
template <>
inline constexpr std::size_t enum_size<StudyMetric> = 10;

/// "latency", "energy", "edp", "power", "area", "LUT", "FF", "DSP", "BRAM18", "URAM".
std::string_view name(StudyMetric metric);
/// Of the values: "ms", "mJ", "mJ ms", "mW", "mm2"; empty for a count of resources.
std::string_view unit(StudyMetric metric);
/// "latency [ms]", "DSP": for eyes.
std::string heading(StudyMetric metric);
/// "latency_ms", "edp_mJ_ms", "DSP": the name of a column.
std::string column(StudyMetric metric);
/// The resource that the metric counts; empty: it is none.
std::optional<FpgaResource> resource(StudyMetric metric);

/// A value that must not be exceeded.
struct StudyLimit {
  StudyMetric metric = StudyMetric::Latency;
  double most = 0.0;  ///< in the unit of the metric
  std::string text;   ///< as written: "area <= 5 mm2"
};

}  // namespace tilewise
