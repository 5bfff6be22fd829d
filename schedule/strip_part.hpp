#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "schedule/strip_group.hpp"
#include "schedule/strip_rows.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// The rows of a part of a layer.
struct PartRows {
  std::int64_t made = 1;     ///< of the Output
  std::int64_t padding = 0;  ///< above the image: those that cost nothing off chip
  std::int64_t image = 1;    ///< of the Input
  auto operator<=>(const PartRows&) const = default;
};
/// Of the part that makes these rows alone; rows of its Input before `known` are padding.
PartRows part_rows(const Layer& layer, RowRange made, std::int64_t known);
/// The same where the Input lies at home: there a row of padding costs as much as another.
PartRows part_rows_at_home(const Layer& layer, std::int64_t rows);
Layer part_of(const Layer& layer, const PartRows& rows);

/// The readers of an outer input that can keep rows of it: all but sums.
std::vector<std::size_t> keepers_of(const StripGroup& group, std::size_t outer);
/// The most rows, gaps included, that are there because one of these layers read them and a later
/// strip reads them, or one that runs later in the same strip and knows them.
std::int64_t rows_kept(const StripRows& rows, const std::vector<std::size_t>& keepers);

}  // namespace tilewise
