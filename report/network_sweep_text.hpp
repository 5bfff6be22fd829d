#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/enum_array.hpp"
#include "sweep/network_sweep.hpp"

namespace tilewise {

/// What is one row of the cost of a network.
enum class CostRows { Layer, Operator, Level };
template <>
inline constexpr std::size_t enum_size<CostRows> = 3;
std::string_view name(CostRows rows);

/// Characters of a line where no terminal says its own.
inline constexpr std::size_t kLineWidth = 110;

/// A table a network and device, with totals; below it where the time and the energy go, and what
/// is not in it, and what stays on chip where there are schedules. Rows have at most `line`
/// characters where the numbers leave room for names: long ones lose their middle.
std::string network_sweep_text(const NetworkSweep& sweep, CostRows by,
                               std::size_t line = kLineWidth);

/// "pool5 (GLB.buffer: ...)": a layer and why it does not fit, as NotMapped says it, without what
/// names both again.
std::string unfit_text(const std::string& layer, std::string_view why);

}  // namespace tilewise
