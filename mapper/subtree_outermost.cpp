#include "mapper/subtree.hpp"

// What shares the loops of the outermost level: the tensors of its boundary, and those that pass
// this by on their way further inside. docs/mapper.md, "The lower bound", 3.

namespace tilewise {

/// The tiles of the next boundary around a node, before any is listed.
SubtreeSearch::Tiles SubtreeSearch::tiles_around(const SearchNode& inside) const {
  Tiles made{inside, inside.boundary - 1, inside.bound(), {}, {}, false, {}};
  if (made.boundary != 1 || inside.inside == nullptr) return made;
  for (const Tensor t : kTensors) {
    made.pass_by[t] =
        inside.unchanged[t] && *subtree_.kept->choice.parents[inside.boundary][t] == 0;
    made.any_passes_by |= made.pass_by[t];
  }
  return made;
}

/// What crosses the boundary of the node with such a tensor stationary, whose tile the innermost
/// loop of the outermost level changes: it moves again for every turn of the loops outside that.
const TransferBound& SubtreeSearch::passing_by(Tiles& into, Tensor t,
                                               const TileChoice& outside) const {
  const SearchNode& node = into.inside;
  TileChoice tiles{};
  for (const Dim d : kDims) {
    if (!is_relevant(d, t)) tiles[d] = outside[d];
  }
  const auto [place, is_new] = into.passing[t].try_emplace(tiles.values);
  if (is_new) {
    BoundaryCost::Reloads reloads = node.reloads;
    add_reloads(node, t, outside, reloads);
    const BoundaryCost& cost = subtree_.kept->tables[node.boundary]->cost();
    place->second = cost.lower_bounds(cost.words_of(node.factors, subtree_.use, reloads),
                                      node.factors, subtree_.use)[static_cast<std::size_t>(t)];
  }
  return place->second;
}

/// Those for which a mapping with a whole tile may improve on the incumbent, where tensors pass the
/// outermost boundary by: under the innermost loop of the outermost level at most one tensor is
/// stationary, wherever it is kept.
RelativeSet SubtreeSearch::left_together(Tiles& into, const TileChoice& tiles,
                                         const TileFactors& factors,
                                         const BoundaryCost::Words& words, const RelativeSet& alive,
                                         SearchRun& run) const {
  if (!into.any_passes_by || alive.empty()) return alive;
  const SearchNode& node = into.inside;
  const BoundaryCost& cost = subtree_.kept->tables[into.boundary]->cost();
  const auto transfers = cost.lower_bounds(words, factors, subtree_.use);
  RelativeSet left;
  const auto with_outer = [&](const CostBound& within, Tensor outer) {
    left |= within.with(transfers[static_cast<std::size_t>(outer)])
                .remaining(run.incumbents, alive.without(left));
    return left == alive;
  };
  EnumArray<Tensor, CostBound> within;
  for (const Tensor t : kTensors) {
    within[t] = node.within.with(node.transfers[static_cast<std::size_t>(t)]);
    if (with_outer(within[t], t)) return left;
  }
  for (const Tensor inner : kTensors) {
    if (into.pass_by[inner]) within[inner] = node.within.with(passing_by(into, inner, tiles));
    for (const Tensor outer : kTensors) {
      if (inner != outer && with_outer(within[inner], outer)) return left;
    }
  }
  return left;
}

}  // namespace tilewise
