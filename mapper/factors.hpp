#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"

namespace tilewise {

/// Which temporal bounds the space contains. Spatial bounds are always all that fit.
enum class Factors {
  Divisors,  ///< bounds that divide what the loops inside leave
  All,       ///< every bound
};
template <>
inline constexpr std::size_t enum_size<Factors> = 2;
std::string_view name(Factors factors);
/// "divisors", "all", or "auto" for none: all bounds where the proof is short enough, else
/// divisors. Throws InputError otherwise.
std::optional<Factors> parse_factors_or_auto(std::string_view word);
std::string_view name(const std::optional<Factors>& factors);
/// The words for them: "auto", "divisors", "all".
std::vector<std::string_view> factor_words();

}  // namespace tilewise
