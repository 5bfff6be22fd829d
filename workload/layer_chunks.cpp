#include "workload/layer_chunks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "base/integers.hpp"

namespace tilewise {
namespace {

/// Neighbouring taps or channels: from `first` on, `size` of them.
struct Chunk {
  std::int64_t first = 0;
  std::int64_t size = 1;
};

/// All of `bound` in `count` chunks whose sizes differ by one at most, the larger ones first.
std::vector<Chunk> even_chunks(std::int64_t bound, std::int64_t count) {
  std::vector<Chunk> chunks;
  std::int64_t first = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t size = bound / count + (i < bound % count ? 1 : 0);
    chunks.push_back({first, size});
    first += size;
  }
  return chunks;
}

/// One axis of a window that begins `offset` coordinates further in: what is above the first of
/// them is no longer read. Coordinates of the padded image.
void move_window(std::int64_t offset, std::int64_t& padding, std::int64_t& image) {
  image -= std::max<std::int64_t>(0, offset - padding);
  padding = std::max<std::int64_t>(0, padding - offset);
}

std::string range_text(const char* what, const Chunk& chunk, std::int64_t bound) {
  if (chunk.size == bound) return "";
  return fmt::format(" {} {}-{}", what, chunk.first + 1, chunk.first + chunk.size);
}

/// The layer over one chunk of each; empty: nothing of the image is left.
std::optional<Layer> chunk_of(const Layer& layer, const Chunk& rows, const Chunk& columns,
                              const Chunk& channels) {
  Layer part = layer;
  part.bounds[Dim::R] = rows.size;
  part.bounds[Dim::S] = columns.size;
  part.bounds[Dim::C] = channels.size;
  move_window(rows.first * layer.dilation.vertical, part.padding.vertical, part.image.vertical);
  move_window(columns.first * layer.dilation.horizontal, part.padding.horizontal,
              part.image.horizontal);
  part.name += range_text("rows", rows, layer.bounds[Dim::R]) +
               range_text("columns", columns, layer.bounds[Dim::S]) +
               range_text("channels", channels, layer.bounds[Dim::C]);
  part.widths.tensor[Tensor::Output] = layer.widths.partial_sum;
  part.density[Tensor::Output] = 1.0;
  part.folded_parameters = 0;
  try {
    grant_padding_end(part);  // what the whole window reaches behind the image
    check_layer(part);
  } catch (const InputError&) {
    return std::nullopt;
  }
  return part;
}

/// What adds up, or takes the most of, the maps of `operands` chunks.
Layer joining_layer(const Layer& layer, std::int64_t operands) {
  Layer join;
  join.name = layer.name + " joined";
  join.op = Operator::Add;
  join.bounds[Dim::N] = layer.bounds[Dim::N];
  join.bounds[Dim::G] = layer.bounds[Dim::G] * layer.bounds[Dim::M];
  join.bounds[Dim::C] = operands;
  join.bounds[Dim::P] = join.image.vertical = layer.bounds[Dim::P];
  join.bounds[Dim::Q] = join.image.horizontal = layer.bounds[Dim::Q];
  join.widths = layer.widths;
  join.widths.tensor[Tensor::Input] = layer.widths.partial_sum;
  join.density = {{1.0, 1.0, layer.density[Tensor::Output]}};
  return join;
}

bool is_pool(Operator op) { return op == Operator::AveragePool || op == Operator::MaxPool; }

}  // namespace

std::optional<std::vector<Layer>> chunks_of(const Layer& layer, const ChunkCounts& counts) {
  if (layer.op == Operator::Add || layer.op == Operator::Elementwise) return std::nullopt;
  std::vector<Layer> parts;
  for (const Chunk& channels : even_chunks(layer.bounds[Dim::C], counts.channels)) {
    for (const Chunk& rows : even_chunks(layer.bounds[Dim::R], counts.rows)) {
      for (const Chunk& columns : even_chunks(layer.bounds[Dim::S], counts.columns)) {
        auto part = chunk_of(layer, rows, columns, channels);
        if (!part) return std::nullopt;
        parts.push_back(*std::move(part));
      }
    }
  }
  if (parts.size() > 1) {
    parts.push_back(joining_layer(layer, static_cast<std::int64_t>(parts.size())));
  }
  return parts;
}

std::optional<std::vector<Layer>> pool_in_two_steps(const Layer& layer) {
  if (!is_pool(layer.op) || layer.bounds[Dim::R] == 1 || layer.bounds[Dim::S] == 1) {
    return std::nullopt;
  }
  Layer rows = layer;
  rows.name += " over rows";
  rows.bounds[Dim::S] = 1;
  rows.bounds[Dim::Q] = layer.image.horizontal;
  rows.stride.horizontal = rows.dilation.horizontal = 1;
  rows.padding.horizontal = 0;
  rows.widths.tensor[Tensor::Output] = layer.widths.partial_sum;
  rows.folded_parameters = 0;
  Layer columns = layer;
  columns.name += " over columns";
  columns.bounds[Dim::R] = 1;
  columns.image.vertical = layer.bounds[Dim::P];
  columns.stride.vertical = columns.dilation.vertical = 1;
  columns.padding.vertical = 0;
  columns.widths.tensor[Tensor::Input] = layer.widths.partial_sum;
  columns.folded_parameters = 0;
  return std::vector{rows, columns};
}

}  // namespace tilewise
