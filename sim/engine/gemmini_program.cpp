#include "sim/engine/gemmini_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"

namespace tilewise {
namespace {

constexpr std::string_view kLetters = "NCRSKPQ";  // as GemminiDim
/// Loops that the outermost level does not name have one iteration; innermost first.
constexpr std::array kRest{GemminiDim::C, GemminiDim::R, GemminiDim::S, GemminiDim::K,
                           GemminiDim::P, GemminiDim::Q, GemminiDim::N};
constexpr std::int64_t kArray = 16;
constexpr std::int64_t kMostOfBound = 1 << 20;

std::size_t index(GemminiDim d) { return static_cast<std::size_t>(d); }

struct ProgramLoop {
  GemminiDim dim = GemminiDim::N;
  std::int64_t bound = 1;
  bool spatial = false;
};

class MappingReader {
 public:
  explicit MappingReader(const std::string& text) : text_(text) {}

  GemminiTiling read() const {
    const std::vector<ProgramLoop> dram = level("L3");
    const std::vector<ProgramLoop> scratchpad = level("L2");
    const std::vector<ProgramLoop> accumulator = level("L1");
    const std::vector<ProgramLoop> registers = level("L0");
    GemminiTiling made;
    for (std::size_t d = 0; d < kGemminiDims; ++d) {
      made.size[d] = bound_of(accumulator, static_cast<GemminiDim>(d), false);
    }
    made.size[index(GemminiDim::K)] *= bound_of(scratchpad, GemminiDim::K, true);
    made.size[index(GemminiDim::C)] *= bound_of(accumulator, GemminiDim::C, true);
    for (const GemminiDim d : {GemminiDim::P, GemminiDim::Q}) {
      made.size[index(d)] *= bound_of(registers, d, false);
    }
    std::vector<GemminiDim> inner;
    for (auto loop = dram.rbegin(); loop != dram.rend(); ++loop) inner.push_back(loop->dim);
    for (const GemminiDim d : kRest) {
      if (std::find(inner.begin(), inner.end(), d) == inner.end()) inner.push_back(d);
    }
    if (inner.size() != kGemminiDims) fail("L3 names a dimension twice; leave one out");
    std::copy(inner.rbegin(), inner.rend(), made.order.begin());
    return made;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw InputError(fmt::format("mapping \"{}\": {}", text_, why));
  }

  /// "L3[WIO] K48 Q2" up to the next " - ".
  std::vector<ProgramLoop> level(const std::string& name) const {
    const std::size_t at = text_.find(name + "[");
    const std::size_t open = at == std::string::npos ? at : text_.find("] ", at);
    if (open == std::string::npos) {
      fail(fmt::format("expected a level {0}[...] and its loops, such as \"{0}[O] C4 P8\"", name));
    }
    const std::string loops = text_.substr(open + 2, text_.find(" - ", open) - open - 2);
    std::vector<ProgramLoop> made;
    for (std::size_t from = 0; from < loops.size();) {
      const std::size_t to = std::min(loops.find(' ', from), loops.size());
      if (to > from) made.push_back(loop(loops.substr(from, to - from)));
      from = to + 1;
    }
    return made;
  }

  ProgramLoop loop(const std::string& word) const {
    const std::size_t letter = kLetters.find(word.front());
    const bool spatial = word.back() == 'X';
    const auto bound = parse_integer(word.substr(1, word.size() - 1 - (spatial ? 1 : 0)));
    if (letter == std::string_view::npos || !bound || *bound < 1 || *bound > kMostOfBound) {
      fail(fmt::format("expected a letter of {} and its bound, such as K16 or K16X, found \"{}\"",
                       kLetters, word));
    }
    return {static_cast<GemminiDim>(letter), *bound, spatial};
  }

  static std::int64_t bound_of(const std::vector<ProgramLoop>& loops, GemminiDim dim,
                               bool spatial) {
    for (const ProgramLoop& each : loops) {
      if (each.dim == dim && each.spatial == spatial) return each.bound;
    }
    return 1;
  }

  const std::string& text_;
};

std::vector<GemminiSpan> spans(std::int64_t all, std::int64_t step) {
  std::vector<GemminiSpan> made;
  for (std::int64_t at = 0; at < all; at += step) made.push_back({at, std::min(step, all - at)});
  return made;
}

std::int64_t array_blocks(std::int64_t words) { return (words + kArray - 1) / kArray; }

/// [dim] the spans of its loop over tiles.
std::array<std::vector<GemminiSpan>, kGemminiDims> loops_of(const GemminiLayer& layer,
                                                            const GemminiTiling& tiling) {
  std::array<std::vector<GemminiSpan>, kGemminiDims> made;
  const auto set = [&](GemminiDim d, std::int64_t all, std::int64_t step) {
    made[index(d)] = spans(all, std::max<std::int64_t>(1, step));
  };
  const auto size = [&](GemminiDim d) { return tiling.size[index(d)]; };
  set(GemminiDim::N, 1, 1);
  if (layer.product) {
    set(GemminiDim::P, array_blocks(layer.columns), size(GemminiDim::P) / kArray);
    set(GemminiDim::K, array_blocks(layer.outputs), size(GemminiDim::K) / kArray);
    set(GemminiDim::C, array_blocks(layer.channels), size(GemminiDim::C) / kArray);
    for (const GemminiDim d : {GemminiDim::Q, GemminiDim::R, GemminiDim::S}) set(d, 1, 1);
    return made;
  }
  // The program's image is square and padded by half a kernel: an even kernel makes one row more.
  const std::int64_t image = layer.columns * layer.stride;
  const std::int64_t out = (image - layer.kernel + 2 * (layer.kernel / 2)) / layer.stride + 1;
  set(GemminiDim::P, out, size(GemminiDim::P));
  set(GemminiDim::Q, out, size(GemminiDim::Q));
  set(GemminiDim::K, layer.outputs, size(GemminiDim::K));
  set(GemminiDim::C, layer.channels, size(GemminiDim::C));
  set(GemminiDim::R, layer.kernel, size(GemminiDim::R));
  set(GemminiDim::S, layer.kernel, size(GemminiDim::S));
  return made;
}

}  // namespace

GemminiTiling parse_gemmini_mapping(const std::string& text) { return MappingReader(text).read(); }

std::vector<GemminiTile> gemmini_tiles(const GemminiLayer& layer, const GemminiTiling& tiling) {
  const auto loops = loops_of(layer, tiling);
  std::array<std::size_t, kGemminiDims> at{};
  std::vector<GemminiTile> tiles;
  while (true) {
    const auto span = [&](GemminiDim d) { return loops[index(d)][at[index(d)]]; };
    const auto is_first = [&](GemminiDim d) { return at[index(d)] == 0; };
    const auto is_last = [&](GemminiDim d) { return at[index(d)] + 1 == loops[index(d)].size(); };
    GemminiTile tile{span(GemminiDim::Q), span(GemminiDim::P), span(GemminiDim::K),
                     span(GemminiDim::S), span(GemminiDim::R), span(GemminiDim::C)};
    if (layer.product) tile.rows = span(GemminiDim::P);
    tile.begins = is_first(GemminiDim::S) && is_first(GemminiDim::R) && is_first(GemminiDim::C);
    tile.ends = is_last(GemminiDim::S) && is_last(GemminiDim::R) && is_last(GemminiDim::C);
    tiles.push_back(tile);
    std::size_t inner = kGemminiDims;
    while (inner-- > 0) {
      std::size_t& counter = at[index(tiling.order[inner])];
      if (++counter < loops[index(tiling.order[inner])].size()) break;
      counter = 0;
    }
    if (inner == static_cast<std::size_t>(-1)) return tiles;
  }
}

}  // namespace tilewise
