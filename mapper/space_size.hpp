#pragma once

#include <string>

#include "arch/architecture.hpp"
#include "mapper/factors.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// An exact count of mappings, however large.
struct SpaceSize {
  std::string digits = "0";  ///< decimal, exact; empty: not counted, as that takes too long
  double log10 = 0.0;        ///< of the count; 0 for "0" and "1"
};
/// Of two spaces that share no mapping; not counted where one of them is not.
SpaceSize operator+(const SpaceSize& a, const SpaceSize& b);
/// All digits of a count below 10^7, else three of them and the power of ten: "412", "1.31e+09";
/// "not counted" without digits.
std::string text(const SpaceSize& size);

/// The number of mappings of the map space (docs/mapper.md), those that do not fit included,
/// without listing them; not counted where the loops of many levels combine in too many ways.
/// Bounds of the layer up to 2^31, as files allow.
SpaceSize space_size(const Architecture& architecture, const Layer& layer, Factors factors);

}  // namespace tilewise
