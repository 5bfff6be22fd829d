#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "base/error.hpp"

namespace tilewise {

/// a / b rounded up, for a >= 0 and b >= 1.
constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// a * b; throws InputError that names `what` where it does not fit in 63 bits.
std::int64_t checked_multiply(std::int64_t a, std::int64_t b, std::string_view what);

/// a + b; throws InputError that names `what` where it does not fit in 63 bits.
std::int64_t checked_add(std::int64_t a, std::int64_t b, std::string_view what);

/// The product of `factors`; throws InputError that names `what` on overflow.
std::int64_t checked_product(std::span<const std::int64_t> factors, std::string_view what);
std::int64_t checked_product(std::initializer_list<std::int64_t> factors, std::string_view what);

}  // namespace tilewise
