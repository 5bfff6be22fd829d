// Strips by interval arithmetic, from the last layer to the first: the rows that a strip makes of a
// layer say which rows of its inputs it needs.
#include "schedule/strip_rows.hpp"

#include <limits>
#include <utility>

namespace tilewise {
namespace {

constexpr std::int64_t kNoRowYet = std::numeric_limits<std::int64_t>::max();

/// The smallest range that has both.
RowRange hull(RowRange a, RowRange b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.first, b.first), std::max(a.end, b.end)};
}

std::vector<RowRange> strips_of(std::int64_t rows, std::int64_t height) {
  std::vector<RowRange> strips;
  for (std::int64_t first = 0; first < rows; first += height) {
    strips.push_back({first, std::min(rows, first + height)});
  }
  return strips;
}

/// [strip] the first row that it or a later one needs.
std::vector<std::int64_t> first_needed(const std::vector<RowRange>& needed) {
  std::vector<std::int64_t> first(needed.size(), kNoRowYet);
  std::int64_t least = kNoRowYet;
  for (std::size_t strip = needed.size(); strip-- > 0;) {
    if (!needed[strip].empty()) least = std::min(least, needed[strip].first);
    first[strip] = least;
  }
  return first;
}

/// [strip] the rows that were not there before.
std::vector<RowRange> each_once(const std::vector<RowRange>& needed) {
  const std::vector<std::int64_t> first = first_needed(needed);
  std::vector<RowRange> made;
  std::int64_t end = 0;
  for (std::size_t strip = 0; strip < needed.size(); ++strip) {
    RowRange rows;
    if (!needed[strip].empty()) rows = {std::max(end, first[strip]), needed[strip].end};
    made.push_back(rows.empty() ? RowRange{} : rows);
    end = std::max(end, needed[strip].end);
  }
  return made;
}

/// [strip] what the readers of a tensor need of it.
std::vector<RowRange> needed_by(const std::vector<std::size_t>& readers, const StripRows& rows) {
  std::vector<RowRange> needed(rows.strips());
  for (const std::size_t reader : readers) {
    for (std::size_t strip = 0; strip < needed.size(); ++strip) {
      needed[strip] = hull(needed[strip], rows.read[reader][strip]);
    }
  }
  return needed;
}

}  // namespace

RowRange rows_read(const Layer& layer, RowRange made) {
  if (made.empty()) return {};
  const std::int64_t above = layer.padding.vertical;
  const std::int64_t first = made.first * layer.stride.vertical - above;
  const std::int64_t last = (made.end - 1) * layer.stride.vertical +
                            (layer.bounds[Dim::R] - 1) * layer.dilation.vertical - above;
  const RowRange real{std::max<std::int64_t>(0, first), std::min(layer.image.vertical, last + 1)};
  return real.empty() ? RowRange{} : real;
}

StripRows strip_rows(const StripGroup& group, std::int64_t height, Halo halo) {
  const std::size_t layers = group.layers.size();
  StripRows rows;
  rows.made.resize(layers);
  rows.read.resize(layers);
  rows.made.back() = strips_of(group.layers.back().layer.bounds[Dim::P], height);
  for (std::size_t l = layers; l-- > 0;) {
    if (l + 1 < layers) {
      std::vector<RowRange> needed = needed_by(group.layers[l].readers, rows);
      rows.made[l] = halo == Halo::Kept ? each_once(needed) : std::move(needed);
    }
    for (const RowRange& made : rows.made[l]) {
      rows.read[l].push_back(rows_read(group.layers[l].layer, made));
    }
  }
  for (const OuterInput& input : group.outer) {
    rows.fetched.push_back(each_once(needed_by(input.readers, rows)));
  }
  return rows;
}

std::vector<std::int64_t> most_rows(const LiveRows& tensor, const StripRows& rows) {
  const std::size_t layers = rows.made.size();
  const std::size_t strips = rows.strips();
  std::vector<std::int64_t> later = first_needed(needed_by(tensor.readers, rows));
  later.push_back(kNoRowYet);
  std::vector<std::int64_t> most(layers, 0);
  std::int64_t before = 0;  // the end of what came in earlier strips
  for (std::size_t strip = 0; strip < strips; ++strip) {
    const std::int64_t after = std::max(before, tensor.made[strip].end);
    for (std::size_t l = 0; l < layers; ++l) {
      if (rows.made[l][strip].empty()) continue;
      std::int64_t first = tensor.stays ? later[strip + 1] : kNoRowYet;
      for (const std::size_t reader : tensor.readers) {
        const RowRange& read = rows.read[reader][strip];
        if (reader >= l && !read.empty()) first = std::min(first, read.first);
      }
      const std::int64_t end = l >= tensor.from ? after : before;
      if (first < end) most[l] = std::max(most[l], end - first);
    }
    before = tensor.stays ? after : 0;
  }
  return most;
}

std::vector<std::int64_t> known_rows(const Layer& layer, const std::vector<RowRange>& made) {
  std::vector<bool> seen(static_cast<std::size_t>(layer.image.vertical), false);
  std::vector<std::int64_t> known;
  for (const RowRange& strip : made) {
    std::int64_t first_new = kNoRowYet;
    std::vector<std::size_t> now;
    for (std::int64_t p = strip.first; p < strip.end; ++p) {
      for (std::int64_t r = 0; r < layer.bounds[Dim::R]; ++r) {
        const std::int64_t row =
            p * layer.stride.vertical + r * layer.dilation.vertical - layer.padding.vertical;
        if (row < 0 || row >= layer.image.vertical) continue;
        now.push_back(static_cast<std::size_t>(row));
        if (!seen[now.back()]) first_new = std::min(first_new, row);
      }
    }
    known.push_back(first_new == kNoRowYet ? layer.image.vertical : first_new);
    for (const std::size_t row : now) seen[row] = true;
  }
  return known;
}

}  // namespace tilewise
