#pragma once

#include <span>

namespace tilewise {

/// The middle one of values in rising order, of an even number the mean of both middle ones. There
/// is at least one.
double median_of_sorted(std::span<const double> sorted);

/// The least of values in rising order that nine in ten do not exceed. There is at least one.
double ninth_decile_of_sorted(std::span<const double> sorted);

}  // namespace tilewise
