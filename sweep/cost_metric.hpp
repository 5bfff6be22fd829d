#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"
#include "sweep/cost_table.hpp"

namespace tilewise {

/// What of a device is compared.
enum class CostMetric { Latency, Energy };
template <>
inline constexpr std::size_t enum_size<CostMetric> = 2;
/// "latency", "energy".
std::string_view name(CostMetric metric);
/// "ms", "mJ".
std::string_view unit(CostMetric metric);
/// "latency_ms", "energy_mJ": as the columns of costs.csv end.
std::string column_name(CostMetric metric);

/// By row of the data set.
const std::vector<double>& values_of(const DeviceCosts& device, CostMetric metric);

}  // namespace tilewise
