#include "mapper/subtree.hpp"

#include <algorithm>
#include <utility>

#include "base/integers.hpp"
#include "mapper/search_tuning.hpp"
#include "sim/step_blocks.hpp"

namespace tilewise {
namespace {

/// Groups in the order in which a tile is put together, those that decide most first; groups with
/// one tile go before all.
constexpr std::array<DimGroup, enum_size<DimGroup>> kSequence{
    DimGroup::M, DimGroup::C, DimGroup::Rows, DimGroup::Columns, DimGroup::G, DimGroup::N};

}  // namespace

SubtreeSearch::SubtreeSearch(const SearchContext& context)
    : context_(context),
      problem_(context.problem),
      bounds_(context),
      orders_(context),
      sequence_(kSequence) {
  auto* const several =
      std::stable_partition(sequence_.begin(), sequence_.end(), [&](DimGroup group) {
        const GroupDims dims = dims_of(group);
        const auto& bounds = problem_.layer.bounds;
        return bounds[dims.first] == 1 && (!dims.pair || bounds[dims.second] == 1);
      });
  // At least one group is put together, as that looks at what fits.
  of_one_ = std::min<std::size_t>(several - sequence_.begin(), sequence_.size() - 1);
}

SubtreeSearch::End SubtreeSearch::run(const Subtree& subtree, const RelativeSet& of,
                                      Incumbents& incumbents, Certificate& certificate,
                                      const std::function<bool()>& stop, std::int64_t most_work,
                                      std::int64_t& work) {
  WorkLimit limit(stop, most_work);
  SearchRun run{incumbents, certificate, limit};
  subtree_ = bounds_.open(subtree);
  orders_.start(subtree_);
  for (std::size_t boundary = 1; boundary < problem_.levels; ++boundary) {
    set_rest_least(boundary);
  }
  SearchNode root;
  root.boundary = problem_.levels;
  root.within = subtree_.innermost;
  root.alive = of;
  root.alive = orders_.improved(root, run);
  if (root.alive.empty()) {
    ++certificate.spatial_by_bound;
    return End::Complete;
  }
  search_outside(root, run);
  work += limit.work();
  if (!limit.stopped()) return End::Complete;
  return limit.used_up() ? End::UsedUp : End::Stopped;
}

/// What the groups from each place of the sequence on multiply the factors of a tile with at least.
void SubtreeSearch::set_rest_least(std::size_t boundary) {
  auto& rest = rest_least_[boundary];
  rest[sequence_.size()] = TileFactors::one();
  for (std::size_t at = sequence_.size(); at-- > 0;) {
    rest[at] = rest[at + 1] * subtree_.tiles[boundary][sequence_[at]]->least;
  }
}

/// The bound of all that is inside a boundary with those tiles there: tiles of the innermost level
/// cut the steps into blocks (docs/mapper.md, "The lower bound", 11).
CostBound SubtreeSearch::with_blocks(CostBound bound, const TileChoice& tiles,
                                     std::size_t boundary) const {
  const StepBlock& block = problem_.architecture.compute.block;
  if (!block.any() || boundary + 1 < problem_.levels) return bound;
  std::int64_t longest = 1;
  for (const Dim d : kDims) {
    if (block.along[d]) longest *= split(d).nodes[tiles[d]].inner;
  }
  const double least =
      least_block_cycles(problem_.architecture, problem_.layer, subtree_.steps, longest) +
      fill_of_layer(problem_.architecture).count();
  bound.cycles = std::max(bound.cycles, least);
  bound.cycles_with_idle = std::max(bound.cycles_with_idle, least);
  return bound;
}

/// The bound of a whole mapping with that cost up to `boundary`, whatever is chosen at the
/// boundaries outside it.
CostBound SubtreeSearch::whole(CostBound bound, std::size_t boundary) const {
  while (boundary > 1) {
    bound = bound.with(subtree_.any_tile[--boundary][BoundaryCost::kAnyStationary]);
  }
  return bound;
}

/// Searches the tiles of the next boundary around a node.
void SubtreeSearch::search_outside(const SearchNode& inside, SearchRun& run) {
  Tiles tiles = tiles_around(inside);
  TileChoice chosen = inside.tiles;
  TileFactors factors = TileFactors::one();
  for (std::size_t at = 0; at < of_one_; ++at) {
    const GroupDims dims = dims_of(sequence_[at]);
    for (const Dim d : {dims.first, dims.second}) {
      chosen[d] = static_cast<std::uint32_t>(split(d).nodes[inside.tiles[d]].first_child);
    }
    factors = factors * subtree_.tiles[tiles.boundary][sequence_[at]]->least;
  }
  add_tiles(tiles, of_one_, chosen, factors, inside.alive, run);
  try_candidates(tiles, run);
}

/// Works on the tiles listed so far, by rising bound, and forgets them.
void SubtreeSearch::try_candidates(Tiles& of, SearchRun& run) {
  std::stable_sort(
      of.candidates.begin(), of.candidates.end(),
      [](const Candidate& a, const Candidate& b) { return a.least_objective < b.least_objective; });
  for (const Candidate& candidate : of.candidates) {
    if (run.limit.reached(run.incumbents.any())) return;
    try_tile(of.inside, of.boundary, candidate, run);
  }
  of.candidates.clear();
}

/// Bits that the places of the level at `boundary` further inside hold.
EnumArray<Tensor, double> SubtreeSearch::held_inside(const SearchNode& inside,
                                                     std::size_t boundary) const {
  return has_place_inside(boundary) ? inside.held_bits : EnumArray<Tensor, double>{};
}

/// Those of a set whose memories of the level have room for such tiles beside what is inside.
RelativeSet SubtreeSearch::fitting(const Tiles& into, const EnumArray<Tensor, double>& tile_words,
                                   const EnumArray<Tensor, bool>& refilled,
                                   const RelativeSet& of) const {
  const std::size_t boundary = into.boundary;
  const auto bits = held_bits(problem_, subtree_.kept->choice, boundary, tile_words, refilled);
  return tiles_fit(problem_, boundary, bits, held_inside(into.inside, boundary), of);
}

/// Whether a loop stands between the tile and the one inside it.
bool SubtreeSearch::has_loop_between(const TileChoice& tiles, const SearchNode& inside) const {
  return std::any_of(kDims.begin(), kDims.end(), [&](Dim d) {
    return split(d).nodes[tiles[d]].inner > split(d).nodes[inside.tiles[d]].inner;
  });
}

/// With its tile known, those inside may be bounded again: what is stationary under their loops
/// moves again with the loops outside this one.
void SubtreeSearch::try_tile(const SearchNode& inside, std::size_t boundary,
                             const Candidate& candidate, SearchRun& run) {
  // Without a loop between them two places are one, which is a mapping of another space.
  if (has_place_inside(boundary) && !has_loop_between(candidate.tiles, inside)) return;
  const SearchNode& inner = with_reloads(inside, candidate.tiles, inside_[boundary]);
  SearchNode node;
  node.inside = &inner;
  node.boundary = boundary;
  node.tiles = candidate.tiles;
  node.factors = candidate.factors;
  node.within = with_blocks(inner.bound(), candidate.tiles, boundary);
  if (problem_.architecture.levels[boundary].place > 0) {
    node.held_bits = held_bits(problem_, subtree_.kept->choice, boundary,
                               candidate.factors.tile_words, candidate.factors.refilled);
    for (const Tensor t : kTensors) node.held_bits[t] += held_inside(inside, boundary)[t];
  }
  for (const Tensor t : kTensors) {
    node.unchanged[t] = subtree_.kept->choice.parents[boundary][t].has_value();
  }
  node.any_unchanged = true;
  bound_transfers(node);
  node.alive = whole(node.bound(), boundary).remaining(run.incumbents, candidate.alive);
  if (!node.alive.empty()) node.alive = orders_.improved(node, run);
  if (node.alive.empty()) {
    ++run.certificate.tiles_by_bound;
  } else if (boundary == 1) {
    run.limit.reach_leaf();
    orders_.price(node, run);
  } else {
    search_outside(node, run);
  }
}

void SubtreeSearch::bound_transfers(SearchNode& node) const {
  const BoundaryCost& cost = subtree_.kept->tables[node.boundary]->cost();
  node.transfers = cost.lower_bounds(cost.words_of(node.factors, subtree_.use, node.reloads),
                                     node.factors, subtree_.use);
}

/// Adds a whole tile, unless its bound excludes it.
void SubtreeSearch::add_candidate(Tiles& into, const TileChoice& chosen, const TileFactors& factors,
                                  const RelativeSet& alive, SearchRun& run) {
  const BoundaryCost& cost = subtree_.kept->tables[into.boundary]->cost();
  const BoundaryCost::Words words = cost.words_of(factors, subtree_.use, {});
  const CostBound within = with_blocks(into.within, chosen, into.boundary);
  const CostBound bound =
      whole(within.with(cost.lower_bound(words, factors, subtree_.use)), into.boundary);
  RelativeSet left = bound.remaining(run.incumbents, alive);
  left = left_together(into, chosen, factors, words, left, run);
  if (left.empty()) {
    ++run.certificate.tiles_by_bound;
    return;
  }
  const double latency_cycles = bound.latency_cycles();
  const double energy_pj = context_.with_static(bound.energy.pj, latency_cycles);
  into.candidates.push_back(
      {chosen, factors, left, Incumbent::cost(context_.objective, energy_pj, latency_cycles)});
  if (into.candidates.size() >= kMostCandidates) try_candidates(into, run);
}

/// The children of `parent` right after that one whose tiles are larger, of the same kind.
std::size_t SubtreeSearch::larger(const SpatialSplit& of, std::size_t boundary,
                                  const TileNode& parent, std::size_t child) {
  const auto alone = [&](std::size_t at) {
    return of.states[boundary][of.nodes[parent.first_child + at].state].stands_alone;
  };
  std::size_t last = child;
  while (last + 1 < parent.children && alone(last + 1) == alone(child)) ++last;
  return last - child;
}

/// Goes on with the group `at` of the sequence: every child of the inner tile's nodes.
void SubtreeSearch::add_tiles(Tiles& into, std::size_t at, const TileChoice& chosen,
                              const TileFactors& so_far, const RelativeSet& alive, SearchRun& run) {
  if (run.limit.stopped()) return;
  if (at == sequence_.size()) return add_candidate(into, chosen, so_far, alive, run);
  const std::size_t boundary = into.boundary;
  const GroupDims dims = dims_of(sequence_[at]);
  const GroupTiles& tiles = *subtree_.tiles[boundary][sequence_[at]];
  const BoundaryCost& cost = subtree_.kept->tables[boundary]->cost();
  const SpatialSplit& first = split(dims.first);
  const SpatialSplit& second = split(dims.second);
  const TileNode& outer = first.nodes[into.inside.tiles[dims.first]];
  const TileNode& inner = second.nodes[into.inside.tiles[dims.second]];
  const std::size_t inner_count = dims.pair ? inner.children : 1;
  const bool bounded = at + 1 < sequence_.size() && outer.children * inner_count > 1;
  const TileFactors& rest = rest_least_[boundary][at + 1];
  TileChoice next = chosen;
  for (std::size_t i = 0; i < outer.children; ++i) {
    next[dims.first] = static_cast<std::uint32_t>(outer.first_child + i);
    const std::size_t first_state = first.nodes[next[dims.first]].state;
    for (std::size_t j = 0; j < inner_count; ++j) {
      std::size_t second_state = 0;
      if (dims.pair) {
        next[dims.second] = static_cast<std::uint32_t>(inner.first_child + j);
        second_state = second.nodes[next[dims.second]].state;
      }
      const TileFactors& own = tiles.at(first_state, second_state);
      if (run.limit.told_to_stop(run.incumbents.any())) return;
      EnumArray<Tensor, double> tile_words;
      EnumArray<Tensor, bool> refilled;
      for (const Tensor t : kTensors) {
        tile_words[t] = so_far.tile_words[t] * own.tile_words[t] * rest.tile_words[t];
        refilled[t] = so_far.refilled[t] || own.refilled[t] || rest.refilled[t];
      }
      RelativeSet left = fitting(into, tile_words, refilled, alive);
      if (left.empty()) {
        ++run.certificate.tiles_by_capacity;
        if (!fitting(into, tile_words, {}, alive).empty()) continue;
        // Nor do those that follow, which are larger: they are not looked at one by one.
        const std::size_t skipped = inner_count > 1 ? larger(second, boundary, inner, j)
                                                    : larger(first, boundary, outer, i);
        run.certificate.tiles_by_capacity += static_cast<std::int64_t>(skipped);
        (inner_count > 1 ? j : i) += skipped;
        continue;
      }
      const TileFactors factors = so_far * own;
      if (bounded) {
        const TileFactors least = factors * rest;
        const BoundaryCost::Words words = cost.words_of(least, subtree_.use, {});
        left = whole(into.within.with(cost.lower_bound(words, least, subtree_.use)), boundary)
                   .remaining(run.incumbents, left);
        if (left.empty()) {
          ++run.certificate.tiles_by_bound;
          continue;
        }
      }
      add_tiles(into, at + 1, next, factors, left, run);
    }
  }
}

/// The node with the tile of the next boundary outwards known, and those inside it likewise: a
/// tensor that is stationary under the loops next to its boundary moves again whenever the loops
/// outside the first level turn whose loops change its tile.
const SearchNode& SubtreeSearch::with_reloads(const SearchNode& node, const TileChoice& outside,
                                              std::array<SearchNode, kMostLevels>& made) const {
  if (!node.any_unchanged) return node;
  SearchNode& known = made[node.boundary];
  known = node;
  known.any_unchanged = false;
  if (node.inside->any_unchanged) {
    known.inside = &with_reloads(*node.inside, outside, made);
    known.within = known.inside->bound();
    known.any_unchanged = known.inside->any_unchanged;
  }
  bool again = false;
  for (const Tensor t : kTensors) {
    if (!known.unchanged[t]) continue;
    if (changes(known, t, outside)) {
      add_reloads(known, t, outside, known.reloads);
      known.unchanged[t] = false;
      again = true;
    }
    known.any_unchanged |= known.unchanged[t];
  }
  if (again) bound_transfers(known);
  return known;
}

/// Whether loops up to the tile outside change the tensor's tile at the node's boundary. Where such
/// a loop makes no turn at the edge, the tile that stands alone there is in no count.
bool SubtreeSearch::changes(const SearchNode& node, Tensor t, const TileChoice& outside) const {
  return std::any_of(kDims.begin(), kDims.end(), [&](Dim d) {
    const auto& nodes = split(d).nodes;
    return is_relevant(d, t) && nodes[outside[d]].inner > nodes[node.tiles[d]].inner;
  });
}

/// Where a stationary tensor's tile changes in between, it moves again for each position of the
/// loops outside that it does not depend on.
void SubtreeSearch::add_reloads(const SearchNode& node, Tensor t, const TileChoice& outside,
                                BoundaryCost::Reloads& reloads) const {
  const std::size_t boundary = node.boundary;
  const Parents& parents = subtree_.kept->choice.parents[boundary];
  for (const Dim d : kDims) {
    if (is_relevant(d, t)) continue;
    const SpatialSplit& of = split(d);
    const TileNode& tile = of.nodes[node.tiles[d]];
    std::int64_t extent = tile.inner;
    std::int64_t merged = 1;
    std::int64_t on_last_hop = 1;
    for (std::size_t level = 0; level < problem_.levels; ++level) {
      const std::int64_t instances = of.instances[level];
      if (level >= boundary) extent *= instances;
      if (level < boundary && level >= *parents[t] && problem_.merges[level][t]) {
        merged *= instances;
        if (level + 1 == boundary) on_last_hop = instances;
      }
    }
    const std::int64_t all = ceil_div(problem_.layer.bounds[d], extent);
    const std::int64_t positions = ceil_div(all, of.states[boundary][tile.state].most_positions);
    const std::int64_t turns = ceil_div(all, of.nodes[outside[d]].inner / tile.inner);
    const auto ratio = [&](std::int64_t together) {
      return static_cast<double>(ceil_div(turns, together)) /
             static_cast<double>(ceil_div(positions, together));
    };
    const double alone = static_cast<double>(turns) / static_cast<double>(positions);
    reloads.child[t] *= alone;
    reloads.last_hop[t] *= on_last_hop == 1 ? alone : ratio(on_last_hop);
    reloads.parent[t] *= merged == 1 ? alone : ratio(merged);
  }
}

}  // namespace tilewise
