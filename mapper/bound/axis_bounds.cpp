#include "mapper/bound/axis_bounds.hpp"

#include <numeric>

namespace tilewise {
namespace {

/// Whether a tile of `outputs` x `taps` is a run of coordinates without gaps.
bool without_gaps(const InputAxis& axis, std::int64_t outputs, std::int64_t taps) {
  return axis.step.dilation == 1 && (taps >= axis.step.stride || outputs == 1);
}

/// The coordinates that a tile of `outputs` x `taps` can at most share with the tile before it. Of
/// runs the neighbours share most. Sets with gaps may fit into each other's gaps or not: two that
/// differ share all but one at most.
double shared(const InputAxis& axis, std::int64_t outputs, std::int64_t taps, bool outputs_move,
              bool taps_move) {
  const auto tile = static_cast<double>(axis.distinct(outputs, taps));
  double most = 0.0;
  if (!without_gaps(axis, outputs, taps)) {
    const bool disjoint = (taps - 1) * axis.step.dilation < axis.step.stride;
    const bool sure = disjoint && !taps_move;
    return outputs_move || taps_move ? (sure ? 0.0 : tile - 1.0) : 0.0;
  }
  if (outputs_move) most = 2.0 * tile - static_cast<double>(axis.distinct(2 * outputs, taps));
  if (taps_move) {
    most = std::max(most, 2.0 * tile - static_cast<double>(axis.distinct(outputs, 2 * taps)));
  }
  return most;
}

/// The same for one instance: its next tile lies `apart` outputs on.
double shared_at_distance(const InputAxis& axis, std::int64_t outputs, std::int64_t taps,
                          std::int64_t distance) {
  const std::int64_t length = (outputs - 1) * axis.step.stride + taps;
  return static_cast<double>(std::max<std::int64_t>(0, length - distance * axis.step.stride));
}

/// Taps so far apart want coordinates that are alike modulo the stride; no others meet.
std::int64_t between_meeting_taps(const InputAxis& axis) {
  return axis.step.stride / std::gcd(axis.step.stride, axis.step.dilation);
}

/// Taps that want a coordinate, each for an output of its own, at most.
std::int64_t most_meeting_taps(const InputAxis& axis) {
  return ceil_div(axis.all_taps, between_meeting_taps(axis));
}

/// Children of one parent that want the same coordinate at the same time, at most: each output
/// wants it by one tap, and each tap for one output.
std::int64_t most_at_once(const InputAxis& axis) {
  const DimView& p = axis.output;
  const DimView& r = axis.filter;
  const std::int64_t outputs_of_tile = ceil_div(r.extent, between_meeting_taps(axis));
  return std::min({p.merged * std::min(r.merged, p.extent),
                   r.merged * std::min(p.merged, outputs_of_tile), most_meeting_taps(axis)});
}

/// Coordinates that the children of one parent want together, over all positions: |A + B| is at
/// least |A| + |B| - 1, for the taps of each class by themselves.
double unions_of(const InputAxis& axis) {
  const DimView& p = axis.output;
  const DimView& r = axis.filter;
  const auto outputs = static_cast<double>(ceil_div(p.tiles, p.merged));
  const std::int64_t taps = ceil_div(r.tiles, r.merged);
  const auto classes =
      static_cast<double>(std::max(taps, ceil_div(r.size, most_meeting_taps(axis))));
  return classes * static_cast<double>(p.size) + outputs * static_cast<double>(r.size) -
         outputs * classes;
}

}  // namespace

double share_of_sure_moves(const InputAxis& axis) {
  const DimView& p = axis.output;
  const DimView& r = axis.filter;
  if (!p.moves || !r.moves) return 1.0;
  const std::int64_t output_step = p.extent * p.siblings * axis.step.stride;
  const std::int64_t tap_step = r.extent * r.siblings * axis.step.dilation;
  const std::int64_t farthest = std::min(p.extent * (p.tiles - 1) * axis.step.stride,
                                         r.extent * (r.tiles - 1) * axis.step.dilation);
  const std::int64_t steps = tap_step / std::gcd(output_step, tap_step);
  return steps > farthest / output_step ? 1.0 : 0.5;
}

AxisBoth axis_words_of(const InputAxis& axis) {
  AxisBoth words;
  const DimView& p = axis.output;
  const DimView& r = axis.filter;
  const auto at_once = static_cast<double>(most_at_once(axis));
  const auto positions = static_cast<double>(p.positions) * static_cast<double>(r.positions);
  // Where both move, at least every other turn is of the innermost loop: after the others a tile
  // may have any coordinates in common with the one before, though not all where it surely differs.
  const double neighbours = p.moves && r.moves ? 0.5 : 1.0;
  const bool runs = without_gaps(axis, p.extent, r.extent);
  double common = shared(axis, p.extent, r.extent, p.moves, r.moves);
  if (p.moves && !r.moves && runs) {
    common = std::min(common, shared_at_distance(axis, p.extent, r.extent, p.extent * p.siblings));
  }
  const auto tiles = static_cast<double>(p.tiles) * static_cast<double>(r.tiles);
  words.child.tiles = axis.sum_of_tiles(p.extent, r.extent);
  words.child.new_words = neighbours * std::max(0.0, words.child.tiles - tiles * common);
  // Each instance fetches what it touches at least once: |A + B| >= |A| + |B| - 1.
  const auto outer = static_cast<double>(p.working());
  const auto inner = static_cast<double>(r.working());
  words.child.once = std::max(
      {axis.once(p.size, r.size, false), words.child.tiles / positions,
       inner * static_cast<double>(p.size) + outer * static_cast<double>(r.size) - outer * inner});
  words.parent.once = axis.once(p.size, r.size, axis.real);
  if (!axis.real) words.parent.once = std::max(words.parent.once, words.child.once / at_once);
  // A word that the parent sends once reaches no more children than want it at once; and together
  // they want no fewer words than their unions have.
  const double real = axis.real ? axis.sum_of_real_tiles(p.extent, r.extent) : words.child.tiles;
  const double unions = unions_of(axis) - (words.child.tiles - real);
  words.parent.tiles = std::max({words.parent.once, real / at_once, unions});
  words.parent.new_words =
      neighbours * std::max({0.0, (real - tiles * common) / at_once, unions - tiles * common});
  if (axis.adjacent) {
    // Their tiles touch: the children of one parent want the coordinates of one larger tile.
    const std::int64_t wide = std::min(axis.merges ? p.extent * p.merged : p.extent, p.size);
    const std::int64_t deep = std::min(axis.merges ? r.extent * r.merged : r.extent, r.size);
    const double wanted =
        axis.real ? axis.sum_of_real_tiles(wide, deep) : axis.sum_of_tiles(wide, deep);
    const double tiles_of_parents =
        static_cast<double>(ceil_div(p.size, wide)) * static_cast<double>(ceil_div(r.size, deep));
    const double most =
        std::min(shared(axis, wide, deep, p.moves, r.moves),
                 (axis.merges ? static_cast<double>(p.merged * r.merged) : 1.0) * common);
    words.parent.tiles = std::max(words.parent.tiles, wanted);
    words.parent.new_words =
        std::max(words.parent.new_words, neighbours * (wanted - tiles_of_parents * most));
  }
  words.child.changed_tiles = axis.sure_moves * words.child.tiles;
  words.parent.changed_tiles = axis.sure_moves * words.parent.tiles;
  return words;
}

AxisBoth turning_words_of(const InputAxis& axis) {
  if (!axis.output.stands_alone && !axis.filter.stands_alone) return axis_words_of(axis);
  InputAxis turning = axis;
  turning.output = axis.output.without_last();
  turning.filter = axis.filter.without_last();
  if (turning.output.size == 0 || turning.filter.size == 0) return {};
  AxisBoth words = axis_words_of(turning);
  // What is left of the axis may lie scattered, and share more coordinates than a run would.
  words.parent.once = words.child.once = 0.0;
  return words;
}

}  // namespace tilewise
