#include "mapper/bound/axis_bounds.hpp"

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

/// Where outputs and taps both have temporal loops, two tiles may be the same set, but not when the
/// innermost of these loops turns: at least every other time.
double share_of_sure_moves(const DimView& outputs, const DimView& taps) {
  return outputs.moves && taps.moves ? 0.5 : 1.0;
}

/// The same for one instance: its next tile lies `apart` outputs on.
double shared_at_distance(const InputAxis& axis, std::int64_t outputs, std::int64_t taps,
                          std::int64_t distance) {
  const std::int64_t length = (outputs - 1) * axis.step.stride + taps;
  return static_cast<double>(std::max<std::int64_t>(0, length - distance * axis.step.stride));
}

}  // namespace

AxisBoth axis_words_of(const InputAxis& axis) {
  AxisBoth words;
  const DimView& p = axis.output;
  const DimView& r = axis.filter;
  const auto merged = static_cast<double>(p.merged * r.merged);
  const auto positions = static_cast<double>(p.positions) * static_cast<double>(r.positions);
  const bool runs = without_gaps(axis, p.extent, r.extent);
  double common = shared(axis, p.extent, r.extent, p.moves, r.moves);
  if (p.moves && !r.moves && runs) {
    common = std::min(common, shared_at_distance(axis, p.extent, r.extent, p.extent * p.siblings));
  }
  const auto tiles = static_cast<double>(p.tiles) * static_cast<double>(r.tiles);
  words.child.tiles = axis.sum_of_tiles(p.extent, r.extent);
  const double sure = share_of_sure_moves(p, r);
  words.child.new_words = sure * std::max(0.0, words.child.tiles - tiles * common);
  // Each instance fetches what it touches at least once: |A + B| >= |A| + |B| - 1.
  const auto outer = static_cast<double>(p.working());
  const auto inner = static_cast<double>(r.working());
  words.child.once = std::max(
      {axis.once(p.size, r.size, false), words.child.tiles / positions,
       inner * static_cast<double>(p.size) + outer * static_cast<double>(r.size) - outer * inner});
  words.parent.once = axis.once(p.size, r.size, axis.real);
  if (!axis.real) words.parent.once = std::max(words.parent.once, words.child.once / merged);
  // A word that the parent sends once reaches no more children than the networks merge; and the
  // children of one parent together touch |A + B| >= |A| + |B| - 1 coordinates.
  const double real = axis.real ? axis.sum_of_real_tiles(p.extent, r.extent) : words.child.tiles;
  const auto outputs = static_cast<double>(ceil_div(p.tiles, p.merged));
  const auto taps = static_cast<double>(ceil_div(r.tiles, r.merged));
  const double together =
      taps * static_cast<double>(p.size) + outputs * static_cast<double>(r.size) - outputs * taps;
  const double unions = together - (words.child.tiles - real);
  words.parent.tiles = std::max(real / merged, unions);
  words.parent.new_words =
      sure * std::max({0.0, (real - tiles * common) / merged, unions - tiles * common});
  if (axis.adjacent) {
    // Their tiles touch: the children of one parent want the coordinates of one larger tile.
    const std::int64_t wide = std::min(axis.merges ? p.extent * p.merged : p.extent, p.size);
    const std::int64_t deep = std::min(axis.merges ? r.extent * r.merged : r.extent, r.size);
    const double wanted =
        axis.real ? axis.sum_of_real_tiles(wide, deep) : axis.sum_of_tiles(wide, deep);
    const double tiles_of_parents =
        static_cast<double>(ceil_div(p.size, wide)) * static_cast<double>(ceil_div(r.size, deep));
    const double most =
        std::min(shared(axis, wide, deep, p.moves, r.moves), (axis.merges ? merged : 1.0) * common);
    words.parent.tiles = std::max(words.parent.tiles, wanted);
    words.parent.new_words =
        std::max(words.parent.new_words, sure * (wanted - tiles_of_parents * most));
  }
  words.child.changed_tiles = sure * words.child.tiles;
  words.parent.changed_tiles = sure * words.parent.tiles;
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
