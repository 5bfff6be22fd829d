#include "sim/engine/gemmini_work.hpp"

#include <algorithm>
#include <numeric>

namespace tilewise {
namespace {

constexpr std::int64_t kLineBytes = 64;  // of the cache, and the most of a request
constexpr std::int64_t kArrayWidth = 16;

std::int64_t up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Requests for a row of `bytes` in moves of at most 64.
double requests_of_row(std::int64_t stride, std::int64_t bytes) {
  double made = 0.0;
  for (std::int64_t at = 0; at < bytes; at += kLineBytes) {
    made += gemmini_requests(stride, std::min(kLineBytes, bytes - at));
  }
  return made;
}

/// Lines that a part of a row touches, from `offset` on.
double lines_of_row(std::int64_t offset, std::int64_t bytes, std::int64_t stride) {
  if (stride % kLineBytes == 0) {
    return static_cast<double>((offset % kLineBytes + bytes - 1) / kLineBytes + 1);
  }
  return static_cast<double>(bytes - 1) / kLineBytes + 1.0;
}

/// The whole row, whose neighbours share its lines, or a part of it.
double lines_of(const GemminiSpan& part, std::int64_t row) {
  if (part.count == row) return static_cast<double>(row) / kLineBytes;
  return lines_of_row(part.first, part.count, row);
}

GemminiWork product_work(const GemminiLayer& layer, const GemminiTile& tile,
                         const GemminiFacts& facts) {
  GemminiWork work;
  const std::int64_t rows =
      std::min(tile.rows.count * kArrayWidth, layer.columns - tile.rows.first * kArrayWidth);
  const std::int64_t c0 = tile.channels.first * kArrayWidth;
  const std::int64_t c = tile.channels.count * kArrayWidth;
  const std::int64_t m0 = tile.outputs.first * kArrayWidth;
  const std::int64_t m = tile.outputs.count * kArrayWidth;
  const auto moves = [](std::int64_t blocks) { return static_cast<double>(up(blocks, 4)); };
  const auto n = static_cast<double>(rows);
  work.input = {n * moves(tile.channels.count) * gemmini_requests(layer.channels, kLineBytes),
                n * static_cast<double>(c)};
  work.weights = {static_cast<double>(c) * moves(tile.outputs.count) *
                      gemmini_requests(layer.outputs, std::min(kLineBytes, m)),
                  static_cast<double>(c * m)};
  const std::vector<std::int64_t> blocks(static_cast<std::size_t>(tile.rows.count), kArrayWidth);
  work.sweeps = tile.outputs.count * tile.channels.count;
  work.execution = static_cast<double>(work.sweeps) * gemmini_sweep(blocks, facts);
  work.sums = {0, tile.rows.count, kArrayWidth, tile.outputs.count, true};
  if (tile.ends) work.stored_rows = n * moves(tile.outputs.count);
  const double in_row = lines_of_row(c0, c, layer.channels);
  const double out_row = lines_of_row(m0, m, layer.outputs);
  const std::int64_t group = m0 / kLineBytes;
  const std::int64_t groups = up(m, kLineBytes);
  work.input_block = {
      {0, tile.rows.first, c0 / kLineBytes, c, 0, 0}, n * in_row, layer.channels, in_row};
  work.weight_block = {
      {1, c0, c, group, groups, 0}, static_cast<double>(c) * out_row, layer.outputs, out_row};
  work.output_block = {
      {2, tile.rows.first, group, groups, 0, 0}, n * out_row, layer.outputs, out_row};
  return work;
}

/// Rows or columns of the image that a tile reads, and how many of them are padding.
struct Window {
  std::int64_t all = 0;
  std::int64_t real = 0;
};
Window window_of(const GemminiLayer& layer, const GemminiSpan& out, const GemminiSpan& kernel) {
  const std::int64_t image = layer.columns * layer.stride;
  const std::int64_t first = out.first * layer.stride + kernel.first - layer.kernel / 2;
  const std::int64_t all = out.count * layer.stride + kernel.count - 1;
  const std::int64_t before = std::max<std::int64_t>(0, -first);
  const std::int64_t behind = std::max<std::int64_t>(0, first + all - image);
  return {all, all - before - behind};
}

/// Blocks of at most 16 columns of each row; the last one runs beside the next preload.
std::vector<std::int64_t> blocks_of(const GemminiTile& tile, const GemminiFacts& facts) {
  std::vector<std::int64_t> blocks;
  for (std::int64_t row = 0; row < tile.rows.count; ++row) {
    for (std::int64_t at = 0; at < tile.columns.count; at += kArrayWidth) {
      blocks.push_back(std::max(facts.least_rows, std::min(kArrayWidth, tile.columns.count - at)));
    }
  }
  blocks.back() = kArrayWidth;
  return blocks;
}

GemminiWork convolution_work(const GemminiLayer& layer, const GemminiTile& tile,
                             const GemminiFacts& facts) {
  GemminiWork work;
  const Window rows = window_of(layer, tile.rows, tile.kernel_rows);
  const Window columns = window_of(layer, tile.columns, tile.kernel_columns);
  const std::int64_t c = tile.channels.count;
  const std::int64_t m = tile.outputs.count;
  const std::int64_t weight_rows = tile.kernel_rows.count * tile.kernel_columns.count * c;
  const std::int64_t groups = up(m, kArrayWidth);
  const std::int64_t pixels = tile.rows.count * tile.columns.count;
  const std::int64_t read = rows.real * columns.real;
  work.input = {static_cast<double>(read) * requests_of_row(layer.channels, c),
                static_cast<double>(read * c)};
  work.weights = {static_cast<double>(weight_rows) * requests_of_row(layer.outputs, m),
                  static_cast<double>(weight_rows * m)};
  work.padding_rows = static_cast<double>((rows.all * columns.all - read) * up(c, kArrayWidth));
  if (tile.begins) work.zeroed_rows = static_cast<double>(pixels * groups);
  work.sweeps = groups * tile.kernel_rows.count * tile.kernel_columns.count * up(c, kArrayWidth);
  work.execution = static_cast<double>(work.sweeps) * gemmini_sweep(blocks_of(tile, facts), facts);
  work.sums = {0, tile.rows.count, tile.columns.count, groups, false};
  if (tile.ends) work.stored_rows = static_cast<double>(pixels * groups);
  const double in_row = lines_of(tile.channels, layer.channels);
  const double out_row = lines_of(tile.outputs, layer.outputs);
  const std::int64_t group = tile.outputs.first / kLineBytes;
  const std::int64_t lines = up(m, kLineBytes);
  work.input_block = {{0, tile.rows.first, tile.columns.first, tile.channels.first, 0, 0},
                      static_cast<double>(read) * in_row,
                      layer.channels,
                      in_row};
  work.weight_block = {
      {1, tile.kernel_rows.first, tile.kernel_columns.first, tile.channels.first, group, lines},
      static_cast<double>(weight_rows) * out_row,
      layer.outputs,
      out_row};
  work.output_block = {{2, tile.rows.first, tile.columns.first, group, lines, 0},
                       static_cast<double>(pixels) * out_row,
                       layer.outputs,
                       out_row};
  return work;
}

}  // namespace

double gemmini_requests(std::int64_t stride, std::int64_t bytes) {
  const std::int64_t period = kLineBytes / std::gcd(kLineBytes, stride);
  std::int64_t made = 0;
  for (std::int64_t row = 0; row < period; ++row) {
    std::int64_t at = row * stride % kLineBytes;
    for (std::int64_t left = bytes; left > 0; ++made) {
      std::int64_t got = 0;
      for (const std::int64_t size : {16, 32, 64}) {
        got = std::max(got, std::min(size - at % size, left));
      }
      left -= got;
      at += got;
    }
  }
  return static_cast<double>(made) / static_cast<double>(period);
}

double gemmini_sweep(const std::vector<std::int64_t>& rows, const GemminiFacts& facts) {
  constexpr std::size_t kMostSimulated = 400;  // longer ones hide the latency
  if (rows.size() > kMostSimulated) {
    return static_cast<double>(std::accumulate(rows.begin(), rows.end(), std::int64_t{0}));
  }
  const auto ahead = static_cast<std::size_t>(facts.pairs_ahead);
  const std::size_t sweeps =
      std::max<std::size_t>(4, (3 * ahead + rows.size() - 1) / rows.size() + 2);
  std::vector<double> ends;
  std::vector<double> swept;
  double time = 0.0;
  for (std::size_t sweep = 0; sweep < sweeps; ++sweep) {
    for (const std::int64_t block : rows) {
      if (ends.size() >= ahead) {
        time = std::max(time, ends[ends.size() - ahead] + facts.pair_latency);
      }
      time += static_cast<double>(block);
      ends.push_back(time);
    }
    swept.push_back(time);
  }
  const std::size_t half = sweeps / 2;
  return (swept.back() - swept[half - 1]) / static_cast<double>(sweeps - half);
}

GemminiWork gemmini_work(const GemminiLayer& layer, const GemminiTile& tile,
                         const GemminiFacts& facts) {
  GemminiWork work =
      layer.product ? product_work(layer, tile, facts) : convolution_work(layer, tile, facts);
  if (work.stored_rows == 0.0) work.output_block.lines = 0.0;
  return work;
}

}  // namespace tilewise
