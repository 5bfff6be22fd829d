#pragma once

#include <cstddef>
#include <set>
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

/// How the columns of a device begin in tables: by its name, that of "board:zc706" by
/// "board_zc706", which SQL takes without quotes.
std::string column_word(std::string_view device);

/// Throws InputError where two devices have columns of one name.
void check_column_words(const std::set<std::string>& devices);

}  // namespace tilewise
