#include "schedule/strip_part.hpp"

#include <algorithm>
#include <limits>

#include "workload/coordinates.hpp"

namespace tilewise {

PartRows part_rows(const Layer& layer, RowRange made, std::int64_t known) {
  const AxisLoops loops{made.size(), layer.bounds[Dim::R], layer.stride.vertical,
                        layer.dilation.vertical};
  const std::int64_t first = made.first * layer.stride.vertical - layer.padding.vertical;
  const std::int64_t end = first + extent(loops);
  const std::int64_t real = std::clamp(std::max<std::int64_t>(0, known), first, end);
  return {made.size(), real - first,
          std::max<std::int64_t>(0, std::min(end, layer.image.vertical) - real)};
}

PartRows part_rows_at_home(const Layer& layer, std::int64_t rows) {
  return {rows, 0,
          extent({rows, layer.bounds[Dim::R], layer.stride.vertical, layer.dilation.vertical})};
}

Layer part_of(const Layer& layer, const PartRows& rows) {
  Layer part = layer;
  part.bounds[Dim::P] = rows.made;
  part.padding.vertical = rows.padding;
  part.image.vertical = rows.image;
  grant_padding_end(part);
  return part;
}

std::vector<std::size_t> keepers_of(const StripGroup& group, std::size_t outer) {
  std::vector<std::size_t> keepers;
  for (const std::size_t reader : group.outer[outer].readers) {
    if (group.layers[reader].operands == 0) keepers.push_back(reader);
  }
  return keepers;
}

std::int64_t rows_kept(const StripRows& rows, const std::vector<std::size_t>& keepers) {
  constexpr std::int64_t kNoRow = std::numeric_limits<std::int64_t>::max();
  std::vector<std::int64_t> later(rows.strips() + 1, kNoRow);  // [strip] first row from there on
  for (std::size_t strip = rows.strips(); strip-- > 0;) {
    later[strip] = later[strip + 1];
    for (const std::size_t k : keepers) {
      const RowRange& read = rows.read[k][strip];
      if (!read.empty()) later[strip] = std::min(later[strip], read.first);
    }
  }
  std::int64_t most = 0;
  std::int64_t end = 0;
  std::vector<std::int64_t> ends(keepers.size(), 0);  // of what each has read
  for (std::size_t strip = 0; strip < rows.strips(); ++strip) {
    for (std::size_t k = 0; k < keepers.size(); ++k) {
      ends[k] = std::max(ends[k], rows.read[keepers[k]][strip].end);
      end = std::max(end, ends[k]);
      std::int64_t first = later[strip + 1];
      for (std::size_t j = k + 1; j < keepers.size(); ++j) {
        const RowRange& read = rows.read[keepers[j]][strip];
        if (!read.empty() && read.first < ends[j]) first = std::min(first, read.first);
      }
      if (first < end) most = std::max(most, end - first);
    }
  }
  return most;
}

}  // namespace tilewise
