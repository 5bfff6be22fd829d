#pragma once

#include <string>
#include <string_view>

#include "mapper/search.hpp"

namespace tilewise {

/// What a search was about, what it found and why nothing better is left: lines of "name: value".
std::string search_text(const SearchResult& result, const SearchOptions& options);

/// The Pareto front as a table: latency, energy, EDP, one mapping a line.
std::string front_text(const SearchResult& result, const Architecture& architecture);

}  // namespace tilewise
