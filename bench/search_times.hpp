#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tilewise {

/// One timed search.
struct SearchTime {
  std::string device;
  std::string set;
  std::string layer;
  double milliseconds = 0.0;              ///< by the clock
  std::optional<double> objective_value;  ///< empty: no mapping fits
  bool proven = false;
  double cpu_milliseconds = 0.0;  ///< of all threads
  double gap = 0.0;               ///< as SearchResult
  std::int64_t evaluated = 0;     ///< mappings priced in full
};

/// The smallest of the times that at least `share` of all do not exceed; 0 < share <= 1, and there
/// is a time.
double percentile(std::span<const SearchTime> times, double share);

/// A markdown table of one device that lines up as text: a set a row.
std::string times_table(std::span<const SearchTime> times);

/// One search a row, with a heading.
std::string times_csv(std::span<const SearchTime> times);

}  // namespace tilewise
