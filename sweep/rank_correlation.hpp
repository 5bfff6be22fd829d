#pragma once

#include <optional>
#include <span>

namespace tilewise {

/// Kendall's tau-b of two lists of one length, exact with ties: (concordant - discordant pairs) /
/// sqrt(pairs not tied in x * pairs not tied in y), counted in whole numbers by sorting (Knight,
/// JASA 61(314), 1966), O(n log n). Empty where x or y has one value only.
std::optional<double> kendall_tau_b(std::span<const double> x, std::span<const double> y);

/// Spearman's rho of two lists of one length: Pearson's r of the ranks, where equal values share
/// the mean of theirs. Empty where x or y has one value only.
std::optional<double> spearman_rho(std::span<const double> x, std::span<const double> y);

/// Pearson's r: the covariance over both standard deviations, from deviations of the means. Empty
/// where x or y has one value only.
std::optional<double> pearson_r(std::span<const double> x, std::span<const double> y);

}  // namespace tilewise
