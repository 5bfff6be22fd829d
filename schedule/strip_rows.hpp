#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/enum_array.hpp"
#include "schedule/strip_group.hpp"
#include "workload/layer.hpp"

namespace tilewise {

/// Rows of a tensor, from `first` to before `end`.
struct RowRange {
  std::int64_t first = 0;
  std::int64_t end = 0;

  bool empty() const { return end <= first; }
  std::int64_t size() const { return std::max<std::int64_t>(0, end - first); }
  bool operator==(const RowRange&) const = default;
};

/// The real rows of the Input that a layer reads for rows `made` of its Output, from the first to
/// the last: padding is left out, rows that a stride skips are counted.
RowRange rows_read(const Layer& layer, RowRange made);

/// Rows that two strips need: they stay, or each strip makes them.
enum class Halo { Kept, Recomputed };
template <>
inline constexpr std::size_t enum_size<Halo> = 2;
constexpr std::string_view name(Halo halo) { return halo == Halo::Kept ? "kept" : "recomputed"; }

/// What each strip does.
struct StripRows {
  std::vector<std::vector<RowRange>>
      made;  ///< [layer][strip] of its Output; empty: it does not run
  std::vector<std::vector<RowRange>> read;  ///< [layer][strip] of its Input, of each operand alike
  std::vector<std::vector<RowRange>> fetched;  ///< [outer input][strip] where each row comes once
  std::size_t strips() const { return made.back().size(); }
};

/// Strips of `height` rows of the last layer's Output, the last strip what is left. A tensor needs
/// in each strip the union of what its readers need, without gaps. Rows that nobody reads are not
/// made, unless they lie between two that are needed in the same strip.
StripRows strip_rows(const StripGroup& group, std::int64_t height, Halo halo);

/// The rows of a tensor that lie in the home.
struct LiveRows {
  std::vector<RowRange> made;        ///< [strip] the rows that come
  std::vector<std::size_t> readers;  ///< layers of the group
  std::size_t from = 0;              ///< the layer with which they come
  bool stays = true;                 ///< from strip to strip
};
/// [layer] the most rows of the tensor that are there while it runs, in any strip in which it does:
/// those that have come, its own included, and that it or a later run reads.
std::vector<std::int64_t> most_rows(const LiveRows& tensor, const StripRows& rows);

/// [strip] before which row all rows that the strip reads of an Input were read by the same layer
/// in earlier strips.
std::vector<std::int64_t> known_rows(const Layer& layer, const std::vector<RowRange>& made);

}  // namespace tilewise
