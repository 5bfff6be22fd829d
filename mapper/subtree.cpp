#include "mapper/subtree.hpp"

#include <algorithm>
#include <utility>

#include "base/integers.hpp"
#include "mapper/search_tuning.hpp"
#include "sim/step_interval.hpp"
#include "sim/validity.hpp"

namespace tilewise {
namespace {

/// Groups in the order in which a tile is put together: those that decide most first.
constexpr std::array<DimGroup, enum_size<DimGroup>> kSequence{
    DimGroup::M, DimGroup::C, DimGroup::Rows, DimGroup::Columns, DimGroup::G, DimGroup::N};

}  // namespace

SubtreeSearch::SubtreeSearch(const SearchContext& context)
    : context_(context),
      problem_(context.problem),
      shapes_(context.problem),
      tables_(context.problem) {}

double SubtreeSearch::around(double cycles, const BoundaryLeast& least) {
  return std::max(cycles + std::max(least.serial, least.ends), least.busy);
}

/// A port without queues rests during the first tile; where it takes no part in the cold fill or
/// the last drain, it rests then too.
double SubtreeSearch::closer_around(double cycles, const BoundaryLeast& least) {
  return std::max({cycles + std::max(least.serial, least.edges), least.apart,
                   least.prompt + cycles * least.share});
}

SubtreeSearch::Inside SubtreeSearch::Inside::with(const BoundaryLeast& least) const {
  Inside made{energy + least.energy, around(cycles, least), shared, closer_around(closer, least)};
  for (std::size_t i = 0; i < kSharedPorts; ++i) made.shared[i] += least.shared[i];
  return made;
}

/// The latency around everything inside `boundary` and itself.
double SubtreeSearch::latency_around(const Inside& inside, std::size_t boundary) const {
  double cycles = inside.cycles;
  for (std::size_t outer = boundary; outer-- > 1;) cycles = around(cycles, outer_[outer]);
  for (std::size_t i = 0; i < kSharedPorts; ++i) {
    cycles = std::max(cycles, inside.shared[i] + outer_shared_[boundary][i]);
  }
  return cycles;
}

double SubtreeSearch::closer_around(const Inside& inside, std::size_t boundary) const {
  double cycles = inside.closer;
  for (std::size_t outer = boundary; outer-- > 1;) cycles = closer_around(cycles, outer_[outer]);
  return cycles;
}

bool SubtreeSearch::hopeless(const Inside& inside, std::size_t boundary) const {
  const double latency = latency_around(inside, boundary);
  const double energy = inside.energy + outer_energy_[boundary];
  const double leaks = context_.static_energy_per_cycle;
  if (best_->excludes(energy + leaks * latency, latency)) return true;
  const double closer = closer_around(inside, boundary);
  return closer > latency && best_->beats(energy + leaks * closer, closer);
}

/// What the choice of kept tensors fixes, made when first asked for.
void SubtreeSearch::take_kept(std::size_t keep) {
  if (kept_sets_.size() >= kMostKept && kept_sets_.count(keep) == 0) kept_sets_.clear();
  const auto [at, fresh] = kept_sets_.try_emplace(keep);
  if (fresh) {
    at->second.choice = problem_.keeps[keep];
    for (std::size_t boundary = 1; boundary <= problem_.levels; ++boundary) {
      at->second.costs.emplace_back(problem_, at->second.choice, boundary);
    }
  }
  keep_ = keep;
  kept_set_ = &at->second;
}

void SubtreeSearch::start(const Subtree& subtree) {
  take_kept(subtree.keep);
  choice_ = subtree.spatial.choice;
  for (std::size_t level = 0; level <= problem_.levels; ++level) {
    use_.instances[level] = use_.sums[level] = 1;
    if (level == 0) continue;
    use_.instances[level] = use_.instances[level - 1];
    use_.sums[level] = use_.sums[level - 1];
    for (const Dim d : kDims) {
      const std::int64_t instances = split(d).instances[level - 1];
      use_.instances[level] *= instances;
      if (is_reduction(d)) use_.sums[level] *= instances;
    }
  }
  const auto& costs = kept_set_->costs;
  TileFactors operands = TileFactors::one();
  for (const DimGroup g : kDimGroups) {
    shape_[g] = &shapes_.shape(keep_, kept_set_->choice, g, choice_);
    operands *= shape_[g]->operands;
  }
  operands_ = costs[problem_.levels - 1].least(operands, use_);
  innermost_ = {
      context_.operation_energy + operands_.energy,
      std::max(subtree.spatial.steps * step_interval(problem_.architecture, problem_.layer).count(),
               operands_.busy),
      operands_.shared, 0.0};
  innermost_.cycles += fill_of_layer(problem_.architecture).count();
  innermost_.closer = innermost_.cycles;
  double energy = 0.0;
  SharedBusy shared{};
  for (std::size_t boundary = 1; boundary < problem_.levels; ++boundary) {
    TileFactors& open = open_[boundary][0];
    open = shape_[kSequence[0]]->least[boundary];
    for (std::size_t at = 1; at < kSequence.size(); ++at) {
      open *= shape_[kSequence[at]]->least[boundary];
    }
    outer_energy_[boundary] = energy;
    outer_shared_[boundary] = shared;
    outer_[boundary] = costs[boundary - 1].least(open, use_);
    energy += outer_[boundary].energy;
    for (std::size_t i = 0; i < kSharedPorts; ++i) shared[i] += outer_[boundary].shared[i];
  }
  outer_shared_[problem_.levels] = shared;
  outer_energy_[problem_.levels] = energy;
}

/// What the groups from each place of the sequence on add at least.
void SubtreeSearch::open_tiles() {
  for (std::size_t boundary = 1; boundary < problem_.levels; ++boundary) {
    auto& open = open_[boundary];
    open[kSequence.size()] = TileFactors::one();
    for (std::size_t at = kSequence.size(); at-- > 1;) {
      open[at] = open[at + 1];
      open[at] *= shape_[kSequence[at]]->least[boundary];
    }
  }
}

void SubtreeSearch::bound(Subtree& subtree) {
  shapes_.trim();
  start(subtree);
  subtree.latency = latency_around(innermost_, problem_.levels);
  subtree.energy = innermost_.energy + outer_energy_[problem_.levels] +
                   context_.static_energy_per_cycle * subtree.latency;
}

bool SubtreeSearch::run(const Subtree& subtree, Incumbent& best, Certificate& certificate,
                        const std::function<bool()>& stop, std::int64_t most_work,
                        std::int64_t& work) {
  shapes_.trim();
  best_ = &best;
  certificate_ = &certificate;
  stop_ = &stop;
  work_ = 0;
  effort_ = 0;
  next_question_ = kWorkBetweenStops;
  most_work_ = most_work;
  stopped_ = false;
  start(subtree);
  for (std::size_t boundary = 1; boundary < problem_.levels; ++boundary) {
    set_by_tensor(boundary, open_[boundary][0], {});
    outer_by_tensor_[boundary] = by_tensor_[boundary];
  }
  if (orders_fit(0, 0, innermost_.energy)) {
    open_tiles();
    search_boundary(problem_.levels - 1, TileChoice{}, innermost_);
  } else {
    ++certificate_->spatial_by_bound;
  }
  work += work_;
  return !stopped_;
}

/// Whether the user said stop: asked now and then, and with some patience before a first mapping.
bool SubtreeSearch::told_to_stop() {
  ++work_;
  ++effort_;
  if (stopped_ || !*stop_ || effort_ < next_question_) return stopped_;
  if (best_->empty() && effort_ <= kPatience) return false;
  next_question_ = effort_ + kWorkBetweenStops;
  stopped_ = (*stop_)();
  return stopped_;
}

/// The same, or whether the limit of work is used up, which waits for a first mapping.
bool SubtreeSearch::stopped() {
  if (told_to_stop()) return true;
  if (!best_->empty() && most_work_ > 0 && work_ > most_work_) stopped_ = true;
  return stopped_;
}

/// Whether the memories of the level hold tiles of that many words.
bool SubtreeSearch::fits(std::size_t boundary, const EnumArray<Tensor, double>& tile,
                         const EnumArray<Tensor, bool>& refilled) const {
  const Layer& layer = problem_.layer;
  const auto& keep = kept_set_->choice.keep[boundary];
  for (const Memory& memory : problem_.architecture.levels[boundary].memories) {
    if (!memory.capacity) continue;
    double bits = 0.0;
    for (const Tensor t : kTensors) {
      if (!keep[t] || !memory.holds[t] || !has_tensor(layer, t)) continue;
      const bool twice = memory.buffering == Buffering::Double && refilled[t];
      bits += held_bits(memory, layer, t, tile[t]) * (twice ? 2.0 : 1.0);
    }
    if (bits > static_cast<double>(memory.capacity->count())) return false;
  }
  return true;
}

void SubtreeSearch::search_boundary(std::size_t boundary, const TileChoice& nodes,
                                    const Inside& inside) {
  std::vector<Pick> picks;
  add_tile(boundary, 0, nodes, nodes, TileFactors::one(), inside, picks);
  try_picks(boundary, picks);
  by_tensor_[boundary] = outer_by_tensor_[boundary];
}

/// Works on the tiles listed so far, by rising bound, and forgets them.
void SubtreeSearch::try_picks(std::size_t boundary, std::vector<Pick>& picks) {
  std::stable_sort(picks.begin(), picks.end(),
                   [](const Pick& a, const Pick& b) { return a.rank < b.rank; });
  for (const Pick& pick : picks) {
    if (stopped()) return;
    picked_[boundary] = &pick;
    set_by_tensor(boundary, pick.factors, {});
    if (boundary + 1 < problem_.levels) refine(boundary + 1, pick.nodes);
    const Inside now = inside_of(boundary);
    if (hopeless(now, boundary) || !orders_fit(0, 0, innermost_.energy)) {
      ++certificate_->tiles_by_bound;
      continue;
    }
    if (boundary == 1) {
      search_leaf(pick.nodes);
    } else {
      search_boundary(boundary - 1, pick.nodes, now);
    }
  }
  picks.clear();
}

SubtreeSearch::Inside SubtreeSearch::inside_of(std::size_t boundary) const {
  Inside made = innermost_;
  for (std::size_t at = problem_.levels; at-- > boundary;) {
    made = made.with(refined_[at]);
  }
  return made;
}

/// Adds a whole tile, unless its bound excludes it.
void SubtreeSearch::add_pick(std::size_t boundary, const TileChoice& chosen,
                             const TileFactors& factors, const Inside& inside,
                             std::vector<Pick>& picks) {
  Pick pick;
  pick.nodes = chosen;
  pick.factors = factors;
  const Inside now = inside.with(kept_set_->costs[boundary - 1].least(factors, use_));
  if (hopeless(now, boundary)) {
    ++certificate_->tiles_by_bound;
    return;
  }
  const double latency = latency_around(now, boundary);
  const double energy =
      now.energy + outer_energy_[boundary] + context_.static_energy_per_cycle * latency;
  pick.rank = Incumbent::cost(context_.objective, energy, latency);
  picks.push_back(std::move(pick));
  if (picks.size() >= kMostPicks) try_picks(boundary, picks);
}

/// The children of `parent` right after that one whose tiles are larger, clipped or not as it is.
std::size_t SubtreeSearch::larger(const SpatialSplit& of, std::size_t boundary,
                                  const TileNode& parent, std::size_t child) {
  const auto clipped = [&](std::size_t at) {
    return of.states[boundary][of.nodes[parent.first_child + at].state].stands_alone;
  };
  std::size_t last = child;
  while (last + 1 < parent.children && clipped(last + 1) == clipped(child)) ++last;
  return last - child;
}

/// Goes on with the group `at` of the sequence: every child of the parents' nodes.
void SubtreeSearch::add_tile(std::size_t boundary, std::size_t at, const TileChoice& parents,
                             const TileChoice& chosen, const TileFactors& so_far,
                             const Inside& inside, std::vector<Pick>& picks) {
  if (stopped_) return;
  if (at == kSequence.size()) {
    add_pick(boundary, chosen, so_far, inside, picks);
    return;
  }
  const DimGroup group = kSequence[at];
  const GroupDims dims = dims_of(group);
  const SpatialSplit& first = split(dims.first);
  const SpatialSplit& second = split(dims.second);
  const TileNode& outer = first.nodes[parents[dims.first]];
  const TileNode& inner = second.nodes[parents[dims.second]];
  const std::size_t inner_count = dims.pair ? inner.children : 1;
  const bool only = outer.children * inner_count == 1;
  for (std::size_t i = 0; i < outer.children; ++i) {
    for (std::size_t j = 0; j < inner_count; ++j) {
      TileChoice next = chosen;
      const std::size_t a = outer.first_child + i;
      next[dims.first] = static_cast<std::uint32_t>(a);
      std::size_t second_state = 0;
      if (dims.pair) {
        const std::size_t b = inner.first_child + j;
        next[dims.second] = static_cast<std::uint32_t>(b);
        second_state = second.nodes[b].state;
      }
      const TileFactors& own = shape_[group]->at(boundary, first.nodes[a].state, second_state);
      const TileFactors& open = open_[boundary][at + 1];
      if (told_to_stop()) return;
      EnumArray<Tensor, double> tile;
      EnumArray<Tensor, bool> refilled;
      for (const Tensor t : kTensors) {
        tile[t] = so_far.tile[t] * own.tile[t] * open.tile[t];
        refilled[t] = so_far.refilled[t] || own.refilled[t] || open.refilled[t];
      }
      if (!fits(boundary, tile, refilled)) {
        ++certificate_->tiles_by_capacity;
        if (fits(boundary, tile, {})) continue;
        // Nor do those that follow, which are larger: they are not looked at one by one.
        const std::size_t skipped = inner_count > 1 ? larger(second, boundary, inner, j)
                                                    : larger(first, boundary, outer, i);
        certificate_->tiles_by_capacity += static_cast<std::int64_t>(skipped);
        (inner_count > 1 ? j : i) += skipped;
        continue;
      }
      TileFactors factors = so_far;
      factors *= own;
      if (!only && at + 1 < kSequence.size()) {
        TileFactors least = factors;
        least *= open;
        const BoundaryLeast cost = kept_set_->costs[boundary - 1].least(least, use_);
        if (hopeless(inside.with(cost), boundary)) {
          ++certificate_->tiles_by_bound;
          continue;
        }
      }
      add_tile(boundary, at + 1, parents, next, factors, inside, picks);
    }
  }
}

/// With the tile one boundary further out known, a tensor kept still by the loops in between moves
/// again whenever the loops outside those turn, if any of those loops changes it at all.
void SubtreeSearch::refine(std::size_t boundary, const TileChoice& outside) {
  const Pick& pick = *picked_[boundary];
  BoundaryCost::MoreKept more;
  const Parents& parents = kept_set_->choice.parents[boundary];
  for (const Tensor t : kTensors) {
    if (!parents[t]) continue;
    bool changes = false;
    for (const Dim d : kDims) {
      const SpatialSplit& of = split(d);
      const TileNode& node = of.nodes[pick.nodes[d]];
      changes |= is_relevant(d, t) && of.nodes[outside[d]].inner > node.inner &&
                 !of.states[boundary][node.state].stands_alone;
    }
    if (!changes) continue;
    for (const Dim d : kDims) {
      if (is_relevant(d, t)) continue;
      const SpatialSplit& of = split(d);
      const TileNode& node = of.nodes[pick.nodes[d]];
      std::int64_t extent = node.inner;
      std::int64_t merged = 1;
      std::int64_t on_way = 1;
      for (std::size_t level = 0; level < problem_.levels; ++level) {
        const std::int64_t instances = of.instances[level];
        if (level >= boundary) extent *= instances;
        if (level < boundary && level >= *parents[t] && problem_.merges[level][t]) {
          merged *= instances;
          if (level + 1 == boundary) on_way = instances;
        }
      }
      const std::int64_t tiles = ceil_div(problem_.layer.bounds[d], extent);
      const std::int64_t once = ceil_div(tiles, of.states[boundary][node.state].most_positions);
      const std::int64_t again = ceil_div(tiles, of.nodes[outside[d]].inner / node.inner);
      const auto ratio = [&](std::int64_t together) {
        return static_cast<double>(ceil_div(again, together)) /
               static_cast<double>(ceil_div(once, together));
      };
      more.child[t] *= ratio(1);
      more.way[t] *= ratio(on_way);
      more.parent[t] *= ratio(merged);
    }
  }
  set_by_tensor(boundary, pick.factors, more);
}

/// The costs at `boundary` with what the loops outside multiply the words of a tensor kept still.
void SubtreeSearch::set_by_tensor(std::size_t boundary, const TileFactors& factors,
                                  const BoundaryCost::MoreKept& more) {
  const BoundaryCost& cost = kept_set_->costs[boundary - 1];
  const BoundaryCost::Words words = cost.words_of(factors, use_, more);
  const BoundaryCost::ByKept least = cost.least_of_each(words, factors, use_);
  refined_[boundary] = least[BoundaryCost::kAny];
  std::copy_n(least.begin(), by_tensor_[boundary].size(), by_tensor_[boundary].begin());
}

}  // namespace tilewise
